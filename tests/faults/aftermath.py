"""What has to be true of each session when a storm is over."""

from __future__ import annotations

import json
from collections import Counter
from itertools import count

from bamboo_desktop.domain.events import StoredEvent
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.message import Message, Role, ToolResultPart
from bamboo_desktop.domain.run import AgentStatus, Run
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.store import (
    calls,
    events,
    messages,
    questions,
    queue,
    runs,
    sessions,
    transcript,
    work,
)
from bamboo_desktop.store.transaction import Tx
from tests.faults.gusts import Storm

ENDS = frozenset(
    {"complete", "cancelled", "error", "interrupted", "out_of_rounds", "run_suspended"}
)
EFFECTS = ("Write",)


async def damage(storm: Storm) -> list[str]:
    """Every rule that does not hold, with the session it does not hold in."""
    database = storm.engine._services.database
    found = [*storm.bugs, *storm.model.complaints]
    found += [f"{name} was answered {n} times" for name, n in storm.answered.items() if n != 1]
    for session_id in storm.sessions:
        looked = await database.read(lambda tx, key=session_id: Looked(tx, key))  # type: ignore[misc]
        found += [f"{session_id}: {line}" for line in looked.damage(storm)]
    stored = await storm.engine.feed.since(storm.began_at, limit=1_000_000)
    heard = [item.account_sequence for item in storm.published if item.index is None]
    # What is stored while the program starts or ends has nobody to be told to.
    kept = [item.account_sequence for item in stored if item.account_sequence in set(heard)]
    if heard != kept or not heard:
        found.append("events were not published in the order they were stored")
    return found


class Looked:
    """Everything a session has, read in one transaction."""

    def __init__(self, tx: Tx, session_id: SessionId) -> None:
        self.id = session_id
        self.runs: tuple[Run, ...] = runs.of_session(tx, session_id)
        self.messages: tuple[Message, ...] = messages.history(tx, session_id)
        self.open = questions.open(tx, session_id)
        self.unfinished = calls.unfinished(tx, session_id)
        self.work = work.open(tx, session_id)
        self.queue = queue.listed(tx, session_id)
        session = sessions.get(tx, session_id)
        self.is_in_bin = session is not None and session.deleted_at is not None
        self._events: tuple[StoredEvent, ...] = events.since(tx, 0, 1_000_000, session_id)
        length = transcript.length(tx, session_id)
        self._entries = transcript.page(tx, session_id, first=0, count=length)

    @property
    def status(self) -> AgentStatus | None:
        return self.runs[-1].status if self.runs else None

    def damage(self, storm: Storm) -> list[str]:
        return [
            *self._texts(storm.accepted[self.id]),
            *self._ends(),
            *self._stops(storm),
            *self._waits(storm),
            *self._calls(),
            *self._order(),
        ]

    def _texts(self, accepted: list[str]) -> list[str]:
        """Every message that was taken is in the history or in the queue, once."""
        kept = Counter(message.text for message in self.messages if message.role is Role.USER)
        kept += Counter(item.text for item in self.queue)
        lost = [f"{text!r} is kept {kept[text]} times" for text in accepted if kept[text] != 1]
        return lost + [f"{text!r} was refused and kept" for text in kept if text not in accepted]

    def _ends(self) -> list[str]:
        found = [f"run {run.id} is {run.status}" for run in self.runs if run.status.is_live]
        shown = Counter(e.run_id for e in self._entries if e.kind is EntryKind.RUN_END)
        once = Counter(run.id for run in self.runs)
        found += [f"ends shown {shown} of {once}"] if shown != once else []
        for run in self.runs:
            told = [e.type for e in self._events if e.run_id == run.id and e.type in ENDS]
            if len(told) != 1 and told != ["run_suspended", "cancelled"]:
                found.append(f"run {run.id} ended as {told}")
        return found

    def _stops(self, storm: Storm) -> list[str]:
        """Who was told that the run stops is not asked by it afterwards."""
        return [
            f"run {run.id} was stopped and is {run.status}"
            for run in self.runs
            if run.id in storm.stopped and run.status.is_waiting
        ]

    def _waits(self, storm: Storm) -> list[str]:
        found = []
        is_waiting = self.status is not None and self.status.is_waiting
        if is_waiting and not self.open:
            found.append(f"is {self.status} though nothing is asked")
        if self.open and not is_waiting:
            found.append(f"asks {len(self.open)} questions though it is {self.status}")
        if len(self.open) > 1:
            found.append(f"asks {len(self.open)} questions at once")
        if self.is_in_bin:
            return found + (["asks from the bin"] if self.open else [])
        if self.work and not self.open:
            found.append(f"has work that nobody does: {self.work}")
        was_in_bin = any(event.type == "session_deleted" for event in self._events)
        is_stopped = bool(self.runs) and self.runs[-1].id in storm.ever_stopped
        is_through = self.status in (None, AgentStatus.COMPLETED)
        if self.queue and is_through and not was_in_bin and not is_stopped:
            found.append(f"is {self.status} with messages in the queue: {self.queue}")
        return found

    def _calls(self) -> list[str]:
        told = Counter(
            part.call_id
            for message in self.messages
            for part in message.parts
            if isinstance(part, ToolResultPart)
        )
        found = [f"call {name} has {n} results" for name, n in told.items() if n != 1]
        if self.status in (AgentStatus.COMPLETED, AgentStatus.CANCELLED):
            found += [f"{self.status} with {c.call_id} {c.state}" for c in self.unfinished]
        effects = {
            entry.call.call_id
            for entry in self._entries
            if entry.call is not None and entry.call.tool in EFFECTS
        }
        begun = Counter(_field(e, "tool_call_id") for e in self._events if e.type == "tool_start")
        return found + [f"{name} began {begun[name]} times" for name in effects if begun[name] > 1]

    def _order(self) -> list[str]:
        found = []
        ended: set[str] = set()
        for event, number in zip(self._events, count(1), strict=False):
            if event.sequence != number:
                found.append(f"event {event.sequence} stands at {number}")
            is_write = event.type == "tool_start" or (
                event.type == "message_appended" and _field(event, "role") == "assistant"
            )
            if event.run_id in ended and is_write:
                found.append(f"{event.type} of run {event.run_id} after its end")
            if event.run_id is not None and event.type in ENDS:
                ended.add(event.run_id)
        return found


def _field(event: StoredEvent, name: str) -> str:
    return str(json.loads(event.data).get(name))
