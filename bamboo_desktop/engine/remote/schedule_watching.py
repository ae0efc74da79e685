"""Watching a schedule that somebody runs from outside, from the queue to its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from bamboo_desktop.domain.ids import OccurrenceId
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState
from bamboo_desktop.domain.schedule_news import OccurrenceChanged
from bamboo_desktop.engine.remote import schedule_shapes
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.context import BAMBOOCTL, CommandContext
from bamboo_desktop.engine.remote.line import Line
from bamboo_desktop.engine.remote.listings import Batches
from bamboo_desktop.engine.remote.schedule_listings import named
from bamboo_desktop.engine.remote.schedule_words import reason_sentence
from bamboo_desktop.engine.remote.shapes import Json
from bamboo_desktop.engine.remote.watching import until_over

STAYS = (
    "It stays queued, because the run before it has not ended or waits for an answer; it starts "
    "in the window program after that."
)
_STATUS: Mapping[OccurrenceState, str] = {
    OccurrenceState.SUCCESS: "completed",
    OccurrenceState.CANCELLED: "cancelled",
    OccurrenceState.QUEUED: "waiting_children",
}


async def run(context: CommandContext, arguments: Arguments) -> Batches:
    """Run a schedule once, give every event of its session, then `{"end": {...}}`."""
    engine = context.engine
    schedule = await named(engine, arguments.text("schedule"))
    since = await engine.feed.last()
    begun = await _begun(context, (await engine.occurrences.run_now(schedule.id)).id)
    if begun.session_id is None or begun.run_id is None:
        yield [_end(begun)]
        return
    yield [{"begun": {"session_id": begun.session_id, "run_id": begun.run_id}}]
    line = Line(engine.feed, since=since, only=begun.session_id, durable_only=False)
    events = until_over(context, begun.session_id, begun.run_id, line.onward())
    async with contextlib.aclosing(events) as batches:
        async for batch in batches:
            yield batch


async def _begun(context: CommandContext, occurrence_id: OccurrenceId) -> Occurrence:
    """The occurrence when it has left the queue; alone it is started here."""
    if context.face == BAMBOOCTL:
        return await context.engine.occurrences.start(occurrence_id)
    changed = asyncio.Event()

    def hear(news: OccurrenceChanged) -> None:
        if news.occurrence_id == occurrence_id:
            changed.set()

    subscription = context.engine.feed.subscribe_to(OccurrenceChanged, hear)
    try:
        while True:
            changed.clear()
            occurrence = await context.engine.occurrences.get(occurrence_id)
            if occurrence.state is not OccurrenceState.QUEUED:
                return occurrence
            await changed.wait()
    finally:
        subscription.cancel()


def _end(occurrence: Occurrence) -> Json:
    """The end of an occurrence that had no run."""
    words = occurrence.error or reason_sentence(occurrence.reason)
    if occurrence.state is OccurrenceState.QUEUED:
        words = STAYS
    elif not words and occurrence.state is not OccurrenceState.SUCCESS:
        words = f"It was not run: {occurrence.state.value}."
    return {
        "end": {
            "session_id": occurrence.session_id,
            "run_id": None,
            "status": _STATUS.get(occurrence.state, occurrence.state.value),
            "error": words,
            "questions": [],
            "occurrence": schedule_shapes.occurrence(occurrence),
        }
    }
