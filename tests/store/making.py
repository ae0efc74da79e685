"""Values for the tests of the store, with everything that does not matter filled in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.events import Envelope
from bamboo_desktop.domain.ids import (
    BootId,
    ItemId,
    MessageId,
    OptionId,
    QuestionId,
    RunId,
    SessionId,
    ToolCallId,
    WorkItemId,
)
from bamboo_desktop.domain.message import Message, Role, TextPart
from bamboo_desktop.domain.question import (
    Answer,
    ConsentRequest,
    ItemAnswer,
    ItemKind,
    Option,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
)
from bamboo_desktop.domain.run import AgentStatus, Run, RunCause, RunSnapshot
from bamboo_desktop.domain.schedule_news import ScheduleNews
from bamboo_desktop.domain.session import Session, SessionKind
from bamboo_desktop.domain.tool import CallRecord, ToolClass
from bamboo_desktop.domain.transcript import EntryKind, NewEntry
from bamboo_desktop.domain.work import WorkItem
from bamboo_desktop.identifiers import RandomIds
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.store.transaction import Fact
from tests.sim import START, SimClock

S1 = SessionId("session-1")
S2 = SessionId("session-2")
R1 = RunId("run-1")
R2 = RunId("run-2")
C1 = ToolCallId("call-1")
M1 = MessageId("message-1")
Q1 = QuestionId("question-1")
YES = OptionId("yes")
NO = OptionId("no")
ITEM = ItemId("item")


class World:
    """An open database with what it was opened with and what it published."""

    def __init__(self, folder: DataFolder, *, clock: Clock, faults: FaultPoints | None) -> None:
        self.folder = folder
        self.published: list[Envelope] = []
        self.news: list[ScheduleNews] = []
        self.batches: list[tuple[Envelope, ...]] = []
        self.db = Database.open(
            folder, clock=clock, ids=RandomIds(), on_committed=self._keep, faults=faults
        )

    def _keep(self, facts: tuple[Fact, ...]) -> None:
        envelopes = tuple(fact for fact in facts if isinstance(fact, Envelope))
        self.news.extend(fact for fact in facts if not isinstance(fact, Envelope))
        if envelopes:
            self.batches.append(envelopes)
            self.published.extend(envelopes)

    @property
    def told(self) -> list[str]:
        """The types of what was published."""
        return [envelope.event.type_name() for envelope in self.published]

    async def close(self) -> None:
        await self.db.close()
        self.folder.release()


@asynccontextmanager
async def opened(
    path: Path, *, clock: Clock | None = None, faults: FaultPoints | None = None
) -> AsyncIterator[World]:
    """A database in that folder, closed at the end."""
    folder = DataFolder.claim(path)
    try:
        world = World(folder, clock=clock or SimClock(), faults=faults)
    except BaseException:
        folder.release()
        raise
    try:
        yield world
    finally:
        await world.close()


def a_session(
    session_id: SessionId = S1, *, title: str = "A title", parent: SessionId | None = None
) -> Session:
    return Session(
        id=session_id,
        title=title,
        created_at=START,
        updated_at=START,
        kind=SessionKind.CHILD if parent else SessionKind.ROOT,
        parent_session_id=parent,
        root_session_id=parent or session_id,
        spawn_depth=1 if parent else 0,
    )


def a_message(text: str = "Hello", *, message_id: str = M1, session_id: SessionId = S1) -> Message:
    return Message(
        id=MessageId(message_id),
        session_id=session_id,
        run_id=None,
        role=Role.USER,
        parts=(TextPart(text=text),),
        created_at=START,
    )


def an_entry(text: str = "Hello", *, kind: EntryKind = EntryKind.USER, ref: str = "") -> NewEntry:
    return NewEntry(kind=kind, at=START, text=text, ref=ref)


def a_run(
    run_id: RunId = R1,
    *,
    session_id: SessionId = S1,
    boot_id: BootId,
    status: AgentStatus = AgentStatus.RUNNING,
    cause: RunCause = RunCause.TYPED,
) -> Run:
    return Run(
        id=run_id,
        session_id=session_id,
        cause=cause,
        status=status,
        started_at=START,
        boot_id=boot_id,
        snapshot=RunSnapshot(
            model=None,
            reasoning_effort=None,
            workspace="/home/me",
            system_prompt="Be kind.",
            max_rounds=50,
            disabled_tools=frozenset({"Bash"}),
            allow_rules=("Read(*)",),
        ),
    )


def a_call(call_id: ToolCallId = C1, *, message_id: MessageId = M1) -> CallRecord:
    return CallRecord(
        session_id=S1,
        run_id=R1,
        message_id=message_id,
        call_id=call_id,
        tool="Bash",
        arguments='{"command": "ls"}',
        tool_class=ToolClass.EFFECT,
        headline="ls",
    )


def a_question(
    question_id: QuestionId = Q1,
    *,
    session_id: SessionId = S1,
    kind: QuestionKind = QuestionKind.ASK,
) -> PendingQuestion:
    return PendingQuestion(
        id=question_id,
        session_id=session_id,
        run_id=R1,
        kind=kind,
        items=(
            QuestionItem(
                id=ITEM,
                kind=ItemKind.SINGLE,
                prompt="Shall I?",
                options=(Option(id=YES, label="Do it"), Option(id=NO, label="Leave it")),
            ),
        ),
        asked_at=START,
        tool_call_id=C1 if kind is QuestionKind.CONSENT else None,
        consent=_consent() if kind is QuestionKind.CONSENT else None,
    )


def _consent() -> ConsentRequest:
    return ConsentRequest(
        tool="Bash",
        sentence="Run a command",
        exact="ls",
        where="/home/me",
        digest="abc",
        rule="Bash(ls)",
    )


def an_answer(option: OptionId = YES, *, by: str = "window", question_id: str = Q1) -> Answer:
    return Answer(
        question_id=QuestionId(question_id),
        items=(ItemAnswer(item_id=ITEM, option_ids=(option,)),),
        answered_at=START,
        answered_by=by,
    )


def some_work(names: Iterable[str], *, session_id: SessionId = S1) -> list[WorkItem]:
    return [
        WorkItem(id=WorkItemId(name), session_id=session_id, cause=RunCause.TYPED, created_at=START)
        for name in names
    ]
