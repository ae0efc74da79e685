"""Streams: commands that answer with many values, in order, without gap or repeat."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bamboo_desktop.domain.events import (
    Cancelled,
    Complete,
    Envelope,
    Error,
    Interrupted,
    OutOfRounds,
    RunSuspended,
)
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.engine.feed import DisconnectedError
from bamboo_desktop.engine.remote import commands, shapes
from bamboo_desktop.engine.remote.commands import Arguments, CommandContext, full_session_id
from bamboo_desktop.engine.remote.starting import RunWish, start_run

PAGE = 1000
Stream = Callable[[CommandContext, Arguments], AsyncGenerator[dict[str, Any], None]]


async def follow(
    context: CommandContext, arguments: Arguments
) -> AsyncGenerator[dict[str, Any], None]:
    """Durable events of every session after a sequence; with `follow` it goes on for ever."""
    last = int(arguments.get("since", 0))
    wanted = arguments.get("session")
    only = await full_session_id(context.engine, str(wanted)) if wanted else None
    while True:
        try:
            async for shape in _from(context, last, only, goes_on=bool(arguments.get("follow"))):
                last = shape["seq"]
                yield shape
        except DisconnectedError:
            # Too slow for the live queue: what was missed is read back from the store.
            continue
        return


async def _from(
    context: CommandContext, last: int, only: SessionId | None, *, goes_on: bool
) -> AsyncIterator[dict[str, Any]]:
    feed = context.engine.feed
    async with feed.watch() as watch:
        upto = watch.snapshot.account_sequence
        while last < upto:
            page = [e for e in await feed.since(last, limit=PAGE) if e.account_sequence <= upto]
            if not page:
                break
            for event in page:
                last = event.account_sequence
                if only is None or event.session_id == only:
                    yield shapes.stored_event(event)
        if not goes_on:
            return
        async for envelope in watch:
            if envelope.account_sequence <= last:
                continue
            last = envelope.account_sequence
            if only is None or envelope.session_id == only:
                yield shapes.envelope(envelope, last)


async def run(
    context: CommandContext, arguments: Arguments
) -> AsyncGenerator[dict[str, Any], None]:
    """Start a run and give every event of its session, then `{"end": {...}}`."""
    wish = RunWish.read(arguments)
    if wish.session:
        wish = replace(wish, session=await full_session_id(context.engine, wish.session))

    async def begin() -> SessionId:
        session_id, _ = await start_run(context.engine, wish)
        return session_id

    async for item in _until_end(context, begin):
        yield item


async def answer(
    context: CommandContext, arguments: Arguments
) -> AsyncGenerator[dict[str, Any], None]:
    """Answer a question and give every event of its session until the run has ended."""

    async def begin() -> SessionId:
        answered = await commands.answer(context, arguments)
        return SessionId(answered["session_id"])

    async for item in _until_end(context, begin):
        yield item


async def _until_end(
    context: CommandContext, begin: Callable[[], Awaitable[SessionId]]
) -> AsyncGenerator[dict[str, Any], None]:
    engine = context.engine
    async with engine.feed.watch() as watch:
        session_id = await begin()
        last = watch.snapshot.account_sequence
        async for envelope in watch:
            if envelope.session_id != session_id:
                continue
            last = envelope.account_sequence or last
            yield shapes.envelope(envelope, last)
            if _is_end(envelope) and engine.runs.live(session_id) is None:
                queued = await engine.runs.queued(session_id)
                if not queued or not isinstance(envelope.event, Complete):
                    yield {"end": await _end(context, session_id, envelope)}
                    return


_ENDS = (Complete, Cancelled, Error, Interrupted, OutOfRounds, RunSuspended)


def _is_end(envelope: Envelope) -> bool:
    return isinstance(envelope.event, _ENDS)


async def _end(
    context: CommandContext, session_id: SessionId, envelope: Envelope
) -> dict[str, Any]:
    row = await context.engine.sessions.summary(session_id)
    open_questions = await context.engine.questions.open(session_id)
    return {
        "session_id": session_id,
        "run_id": envelope.run_id,
        "status": row.status.value if row is not None and row.status is not None else "deleted",
        "error": row.error if row is not None else "",
        "questions": [shapes.question(item) for item in open_questions],
    }


STREAMS: Mapping[str, Stream] = {"follow": follow, "run_and_watch": run, "answer_and_watch": answer}
