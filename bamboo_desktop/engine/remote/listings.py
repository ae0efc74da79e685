"""Listings: what is stored, given in parts, so that no list is too long for a connection."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Protocol

from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.engine.archive import Stored
from bamboo_desktop.engine.remote import shapes
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.finding import full_session_id
from bamboo_desktop.engine.remote.line import Line
from bamboo_desktop.engine.remote.shapes import Json

PAGE = 500
ENTRIES_A_PAGE = 100
CHARACTERS_A_PART = 262_144

Batches = AsyncGenerator[list[Json], None]


class ReadContext(Protocol):
    """What reading commands work on: an engine, or an archive."""

    @property
    def engine(self) -> Stored:
        """What can be read."""
        ...


async def sessions(context: ReadContext, arguments: Arguments) -> Batches:
    """The session list."""
    scope = arguments.text("scope", SessionScope.ACTIVE.value)
    if scope not in list(SessionScope):
        raise InvalidInputError(f"The scope is one of {', '.join(SessionScope)}.")
    left, offset = arguments.count("limit", 50), 0
    while left > 0:
        rows = await context.engine.sessions.summaries(
            scope=SessionScope(scope),
            limit=min(left, PAGE),
            offset=offset,
            title_contains=arguments.text("title"),
        )
        if not rows:
            return
        yield [shapes.summary(row) for row in rows]
        left, offset = left - len(rows), offset + len(rows)


async def questions(context: ReadContext, _: Arguments) -> Batches:
    """Every open question."""
    records = await context.engine.questions.open()
    for start in range(0, len(records), ENTRIES_A_PAGE):
        yield [shapes.question(item) for item in records[start : start + ENTRIES_A_PAGE]]


async def show(context: ReadContext, arguments: Arguments) -> Batches:
    """One session: first `{"session", "questions", "entries_in_all"}`, then its last entries."""
    engine = context.engine
    session_id = await full_session_id(engine, arguments.text("session"))
    row = await engine.sessions.summary(session_id)
    if row is None:
        raise NotFoundError("This session does not exist any more.")
    length = await engine.transcripts.length(session_id)
    waiting = await engine.questions.open(session_id)
    head = {
        "session": shapes.summary(row),
        "questions": [shapes.question(item) for item in waiting],
        "entries_in_all": length,
    }
    yield [head]
    first = max(length - arguments.count("last", 50), 0)
    while first < length:
        count = min(ENTRIES_A_PAGE, length - first)
        page = await engine.transcripts.page(session_id, first=first, count=count)
        if not page:
            return
        yield [shapes.entry(item) for item in page]
        first += len(page)


async def export(context: ReadContext, arguments: Arguments) -> Batches:
    """A session as text in parts; format is "markdown" or "json"."""
    transcripts = context.engine.transcripts
    wanted = arguments.text("format", "markdown")
    if wanted not in {"markdown", "json"}:
        raise InvalidInputError("The format is markdown or json.")
    session_id = await full_session_id(context.engine, arguments.text("session"))
    if wanted == "json":
        text = await transcripts.export_json(session_id)
    else:
        text = await transcripts.export_markdown(session_id)
    for start in range(0, len(text), CHARACTERS_A_PART):
        yield [{"text": text[start : start + CHARACTERS_A_PART]}]


async def events(context: ReadContext, arguments: Arguments) -> Batches:
    """Durable events of every session after a number; with `follow` it goes on for ever."""
    wanted = arguments.text("session")
    only = await full_session_id(context.engine, wanted) if wanted else None
    line = Line(context.engine.feed, since=arguments.count("since", 0), only=only)
    batches = line.onward() if arguments.flag("follow") else line.past()
    async with contextlib.aclosing(batches):
        async for batch in batches:
            yield batch


READS: Mapping[str, Callable[[ReadContext, Arguments], Batches]] = {
    "sessions": sessions,
    "questions": questions,
    "show": show,
    "export": export,
    "events": events,
}
