"""What has to be true of a data folder when the story in it is over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count, groupby

from bamboo_desktop.domain.events import StoredEvent
from bamboo_desktop.domain.ids import QuestionId, SessionId
from bamboo_desktop.domain.message import Message, Role, ToolResultPart
from bamboo_desktop.domain.question import QuestionKind
from bamboo_desktop.domain.run import AgentStatus, Run
from bamboo_desktop.domain.transcript import CallState, EntryKind
from bamboo_desktop.engine import Engine
from bamboo_desktop.store import calls, events, messages, questions, runs, transcript
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.transaction import Tx
from tests.faults.person import CHOICE, MESSAGES
from tests.faults.story import Place, Teller, effect_names, opened, plot

ENDS = frozenset(
    {"complete", "cancelled", "error", "interrupted", "out_of_rounds", "run_suspended"}
)


@dataclass(frozen=True)
class Verdict:
    """The figures of a case, each of which has to be nothing."""

    lost_answers: list[str]
    lost_messages: list[str]
    effects_not_once: list[str]
    live_runs: list[str]
    broken: list[str]

    @property
    def is_good(self) -> bool:
        return not any(
            (
                self.lost_answers,
                self.lost_messages,
                self.effects_not_once,
                self.live_runs,
                self.broken,
            )
        )


async def judged(place: Place, seed: int) -> Verdict:
    """Open the folder once more and look at everything in it."""
    bugs: list[str] = []
    engine = await opened(place, Teller(seed), FaultPoints(), bugs)
    try:
        (row,) = await engine.sessions.summaries()
        found = await engine._services.database.read(lambda tx: _Looked(tx, row.session.id))
        broken = [*bugs, *found.broken()]
        if row.status is not AgentStatus.COMPLETED:
            broken.append(f"the session is {row.status}")
        return Verdict(
            lost_answers=await _lost_answers(engine, place, seed, found),
            lost_messages=_not_once(Counter(found.typed()), MESSAGES),
            effects_not_once=_not_once(place.effects(), effect_names(seed)),
            live_runs=[run.id for run in found.runs if run.status.is_live],
            broken=broken,
        )
    finally:
        await engine.close()


def _not_once(counted: Counter[str], wanted: tuple[str, ...] | list[str]) -> list[str]:
    names = sorted({*wanted, *counted})
    return [f"{name}: {counted[name]}" for name in names if counted[name] != (name in wanted)]


async def _lost_answers(engine: Engine, place: Place, seed: int, found: _Looked) -> list[str]:
    """Answers that were accepted and are not stored, or that the model never read."""
    lost = []
    for promise in place.promises():
        kind, _, name = promise.partition(" ")
        if kind == "answered":
            record = await engine.questions.get(QuestionId(name))
            lost += [] if record.answer else [promise]
    told = {part.call_id: part.content for part in found.results()}
    asked = [call.call_id for step in plot(seed) for call in step if call.tool == "Ask"]
    return lost + [call_id for call_id in asked if f'"{CHOICE}"' not in told.get(call_id, "")]


class _Looked:
    """Everything a session has, read in one transaction."""

    def __init__(self, tx: Tx, session_id: SessionId) -> None:
        self.runs: tuple[Run, ...] = runs.of_session(tx, session_id)
        self._messages: tuple[Message, ...] = messages.history(tx, session_id)
        self._open = questions.open(tx, session_id)
        self._unfinished = calls.unfinished(tx, session_id)
        self._events: tuple[StoredEvent, ...] = events.since(tx, 0, 1_000_000)
        length = transcript.length(tx, session_id)
        self._entries = transcript.page(tx, session_id, first=0, count=length)

    def typed(self) -> list[str]:
        return [message.text for message in self._messages if message.role is Role.USER]

    def results(self) -> list[ToolResultPart]:
        parts = [part for message in self._messages for part in message.parts]
        return [part for part in parts if isinstance(part, ToolResultPart)]

    def broken(self) -> list[str]:
        """Each rule of the store that does not hold."""
        return [
            *self._broken_calls(),
            *self._broken_runs(),
            *self._broken_sequences(),
            *self._broken_questions(),
        ]

    def _broken_calls(self) -> list[str]:
        planned = Counter(c.call_id for message in self._messages for c in message.tool_calls)
        told = Counter(part.call_id for part in self.results())
        done = Counter(
            entry.call.call_id
            for entry in self._entries
            if entry.call is not None and entry.call.state is CallState.DONE
        )
        found = [f"call {call.call_id} is {call.state}" for call in self._unfinished]
        found += [f"planned {planned}, told {told}"] if planned != told else []
        found += [f"planned {planned}, shown {done}"] if planned != done else []
        return found + [f"{key} planned {n} times" for key, n in planned.items() if n != 1]

    def _broken_runs(self) -> list[str]:
        shown = Counter(entry.run_id for entry in self._entries if entry.kind is EntryKind.RUN_END)
        told = Counter(item.run_id for item in self._events if item.type in ENDS)
        once = Counter(run.id for run in self.runs)
        found = [f"ends shown {shown} of {once}"] if shown != once else []
        return found + ([f"ends told {told} of {once}"] if told != once else [])

    def _broken_sequences(self) -> list[str]:
        found = []
        by_session = sorted(self._events, key=lambda item: item.session_id)
        for session_id, items in groupby(by_session, key=lambda item: item.session_id):
            numbers = [item.sequence for item in items]
            if any(number != wanted for number, wanted in zip(numbers, count(1), strict=False)):
                found.append(f"sequence of {session_id}: {numbers}")
        account = [item.account_sequence for item in self._events]
        return found + ([f"account sequence {account}"] if account != sorted(set(account)) else [])

    def _broken_questions(self) -> list[str]:
        found = [f"still asks {record.question.title}" for record in self._open]
        asked = Counter(
            entry.question.question.tool_call_id
            for entry in self._entries
            if entry.question is not None
            and entry.question.question.kind in (QuestionKind.ASK, QuestionKind.CONSENT)
        )
        return found + [f"{name} was asked {n} times" for name, n in asked.items() if n != 1]
