"""Watching: a run that somebody started from outside, from its first event to its end."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable

from bamboo_desktop.domain.events import (
    Cancelled,
    Complete,
    Error,
    Interrupted,
    OutOfRounds,
    RunSuspended,
)
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.resume import AlreadyRunning, ResumeOutcome, Started
from bamboo_desktop.engine.remote import shapes, starting
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.commands import give_answer, run_id_of
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.finding import full_question_id
from bamboo_desktop.engine.remote.line import Line
from bamboo_desktop.engine.remote.listings import Batches
from bamboo_desktop.engine.remote.shapes import Json
from bamboo_desktop.engine.remote.starting import RunWish
from bamboo_desktop.tools import consent

_ENDS = frozenset(
    kind.type_name()
    for kind in (Complete, Cancelled, Error, Interrupted, OutOfRounds, RunSuspended)
)
_GOES_ON = (Started, AlreadyRunning)


async def run(context: CommandContext, arguments: Arguments) -> Batches:
    """Start a run, give every event of its session, then `{"end": {...}}`."""
    wish = RunWish.read(arguments)
    since = await context.engine.feed.last()
    session_id = await starting.prepare(context, wish)
    batches = _watch(context, session_id, since, lambda: starting.send(context, wish, session_id))
    async with contextlib.aclosing(batches):
        async for batch in batches:
            yield batch


async def answer(context: CommandContext, arguments: Arguments) -> Batches:
    """Answer a question, give every event of its session, then `{"end": {...}}`."""
    engine = context.engine
    since = await engine.feed.last()
    question_id = await full_question_id(engine, arguments.text("question"))
    session_id = (await engine.questions.get(question_id)).question.session_id

    async def begin() -> ResumeOutcome:
        _, outcome = await give_answer(context, arguments)
        return outcome

    batches = _watch(context, session_id, since, begin)
    async with contextlib.aclosing(batches):
        async for batch in batches:
            yield batch


async def _watch(
    context: CommandContext,
    session_id: SessionId,
    since: int,
    begin: Callable[[], Awaitable[ResumeOutcome]],
) -> AsyncGenerator[list[Json], None]:
    line = Line(context.engine.feed, since=since, only=session_id, durable_only=False)
    with line.tail() as tail:
        before = [batch async for batch in line.past()]
        outcome = await begin()
        yield [{"begun": {"session_id": session_id, "run_id": run_id_of(outcome)}}]
        for batch in before:
            yield batch
        if not isinstance(outcome, _GOES_ON):
            async for batch in line.past():
                yield batch
            yield [await end_of(context, session_id, "")]
            return
        async with contextlib.aclosing(line.onward(tail)) as batches:
            async for batch in until_over(context, session_id, str(outcome.run_id), batches):
                yield batch


async def until_over(
    context: CommandContext, session_id: SessionId, run_id: str, batches: Batches
) -> Batches:
    """The events of a session until no run of it goes on by itself, then `{"end": {...}}`."""
    has_ended = False
    async for batch in batches:
        yield batch
        for event in batch:
            if event["type"] in _ENDS:
                has_ended, run_id = True, event["run_id"]
        if has_ended and await _is_over(context, session_id, run_id):
            yield [await end_of(context, session_id, run_id)]
            return


async def _is_over(context: CommandContext, session_id: SessionId, run_id: str) -> bool:
    """True when no run follows that one by itself.

    What is to follow is open work by the time a run's end is told: what was typed for afterwards,
    too. Somebody else who looks at the same time holds the session for a moment; `resume` waits
    for what comes of that.
    """
    engine = context.engine
    if isinstance(await engine.runs.resume(session_id), _GOES_ON):
        return False
    row = await engine.sessions.summary(session_id)
    return row is None or row.run_id == run_id


async def end_of(context: CommandContext, session_id: SessionId, run_id: str) -> Json:
    """How a session's run ended, and what waits for an answer."""
    row = await context.engine.sessions.summary(session_id)
    waiting = await context.engine.questions.open(session_id)
    status = row.status if row is not None else None
    return {
        "end": {
            "session_id": session_id,
            "run_id": run_id or (row.run_id if row is not None else None),
            "status": status.value if status is not None else "cancelled",
            "error": row.error if row is not None else "",
            "questions": [
                {**shapes.question(item), "covering_rule": _covering_rule(item)} for item in waiting
            ],
        }
    }


def _covering_rule(record: QuestionRecord) -> str:
    """The consent rule under which this call would not have been asked about, or nothing."""
    request = record.question.consent
    if request is None:
        return ""
    for rule in (request.rule, consent.EVERY_COMMAND):
        if rule and not consent.needs_consent(request, [rule]):
            return rule
    return ""
