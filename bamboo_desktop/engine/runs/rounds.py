"""Rounds in the store: what a round reads when it begins and writes when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.events import QueueUpdated
from bamboo_desktop.domain.ids import MessageId, QueuedId, SessionId, ToolCallId
from bamboo_desktop.domain.message import Message, Role, TextPart
from bamboo_desktop.domain.run import Run
from bamboo_desktop.domain.tool import CallRecord
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.engine.runs import snapshot
from bamboo_desktop.engine.runs.conversation import Conversation, entries_of
from bamboo_desktop.engine.runs.meter import Meter
from bamboo_desktop.engine.runs.preparation import call_digest, class_of
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.providers.port import Finished
from bamboo_desktop.store import calls, events, messages, queue, runs, summaries
from bamboo_desktop.store import usage as usages
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.tools.port import CancelToken


async def load(services: RunServices, session_id: SessionId) -> Conversation:
    """The session's history and the summary that stands for its older part."""
    history, summary = await services.database.read(
        lambda tx: (messages.history(tx, session_id), summaries.latest(tx, session_id))
    )
    return Conversation(history, summary)


async def usage(services: RunServices, session_id: SessionId) -> Usage:
    """What the session has cost so far."""
    return await services.database.read(lambda tx: usages.of_session(tx, session_id))


async def known_calls(
    services: RunServices, session_id: SessionId, ids: Sequence[ToolCallId]
) -> frozenset[ToolCallId]:
    """Which of these call ids the session has seen before."""
    if not ids:
        return frozenset()
    return await services.database.read(lambda tx: calls.known_ids(tx, session_id, ids))


async def deliver_steering(
    services: RunServices, run: Run, token: CancelToken
) -> tuple[Message, ...]:
    """Turn the messages that steer the run into messages of its history.

    Once the run is told to stop they stay in the queue: it will ask no model any more.
    """

    def steering(tx: Tx) -> list[QueuedId]:
        waiting = queue.listed(tx, run.session_id)
        return [item.id for item in waiting if item.mode is QueueMode.STEER]

    def work(tx: Tx) -> tuple[list[QueuedId], tuple[Message, ...]]:
        runs.require_live(tx, run.id)
        if token.is_cancelled:
            return [], ()
        return steering(tx), deliver(services, tx, run.session_id, QueueMode.STEER)

    if not await services.database.read(steering):
        return ()
    taken, delivered = await services.database.write(work)
    for queued_id in taken:
        services.models.message_gone(queued_id)
    await tell_queue(services, run.session_id)
    return delivered


async def tell_queue(services: RunServices, session_id: SessionId) -> None:
    """Say how many messages wait for delivery now."""
    # The number is for show: where it cannot be read, what was stored before it stays stored.
    with suppress(StorageError):
        waiting, last = await services.database.read(
            lambda tx: (len(queue.listed(tx, session_id)), events.last_of(tx, session_id))
        )
        services.publisher.notice(session_id, QueueUpdated(waiting=waiting), sequence=last)


def deliver(
    services: RunServices, tx: Tx, session_id: SessionId, mode: QueueMode | None
) -> tuple[Message, ...]:
    """Move queued messages of a mode (None: of both) into the history, inside a transaction."""
    taken = queue.take(tx, session_id, mode)
    delivered = [
        user_message(services, session_id, item.text, origin=item.mode.value) for item in taken
    ]
    if mode is not QueueMode.STEER:
        # A run under way keeps the rules it began with: what steers it brings no consent.
        for item in taken:
            snapshot.allow(tx, session_id, item.allow_rules)
    for message in delivered:
        messages.append(tx, message, entries_of(message))
    return tuple(delivered)


def user_message(
    services: RunServices, session_id: SessionId, text: str, *, origin: str = "person"
) -> Message:
    """A new message of the person."""
    return Message(
        id=MessageId(services.ids.fresh()),
        session_id=session_id,
        run_id=None,
        role=Role.USER,
        parts=(TextPart(text=text),),
        created_at=services.clock.now(),
        origin=origin,
    )


async def keep(
    services: RunServices,
    run: Run,
    finished: Finished,
    *,
    number: int,
    usage: Usage,
    meter: Meter,
) -> Message:
    """Store the model's answer, its planned calls and its cost in one transaction."""
    message = Message(
        id=MessageId(services.ids.fresh()),
        session_id=run.session_id,
        run_id=run.id,
        role=Role.ASSISTANT,
        parts=finished.parts,
        created_at=services.clock.now(),
        usage=finished.usage,
        model=finished.model,
        library_json=finished.library_json,
    )
    planned = tuple(_record(services, run, message))

    def work(tx: Tx) -> None:
        runs.require_live(tx, run.id)
        calls.plan(tx, planned)
        messages.append(tx, message, entries_of(message), round=number)
        _spend(tx, run, finished, number, meter)
        runs.progress(tx, run.id, rounds=number, usage=usage)

    services.faults.reached("message.before")
    await services.database.write(work)
    services.faults.reached("message.after")
    return message


async def spend(
    services: RunServices, run: Run, finished: Finished, *, number: int, meter: Meter
) -> None:
    """Store what an answer cost that is no part of the history."""

    def work(tx: Tx) -> None:
        runs.require_live(tx, run.id)
        _spend(tx, run, finished, number, meter)

    await services.database.write(work)


def _spend(tx: Tx, run: Run, finished: Finished, number: int, meter: Meter) -> None:
    usages.add(tx, run.session_id, run.id, round=number, model=finished.model, usage=finished.usage)
    meter.model_call(tx, finished.usage)


def _record(services: RunServices, run: Run, message: Message) -> list[CallRecord]:
    records: list[CallRecord] = []
    for part in message.tool_calls:
        tool_class, headline = class_of(services.toolbox, part)
        records.append(
            CallRecord(
                session_id=run.session_id,
                run_id=run.id,
                message_id=message.id,
                call_id=part.call_id,
                tool=part.tool,
                arguments=part.arguments,
                tool_class=tool_class,
                headline=headline,
                digest=call_digest(part.tool, part.arguments),
            )
        )
    return records
