from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bamboo_desktop.domain import events
from bamboo_desktop.domain.ids import MessageId, ToolCallId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.transcript import CallState, EntryKind, ToolCallView, TranscriptEntry
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.models.transcript import TranscriptModel
from bamboo_desktop.ui.models.transcript_feed import TranscriptFeed
from bamboo_desktop.ui.models.transcript_live import TailKind, TailRow
from bamboo_desktop.ui.relay import EventRelay
from tests.ui.pane.fake import SESSION, START, FakeEngine, entry
from tests.waiting import until

M1 = MessageId("m1")
WORDS = [f"word{number} " for number in range(30)]


def appended(message_id: MessageId = M1, round_: int = 1) -> events.MessageAppended:
    return events.MessageAppended(message_id=message_id, role="assistant", content="", round=round_)


def token(text: str, round_: int = 1) -> events.Token:
    return events.Token(round=round_, content=text)


def said(model: TranscriptModel) -> list[str]:
    """Every text of the agent that is on the screen."""
    found: list[str] = []
    for number in range(model.rowCount()):
        row = model.row(number)
        is_text = isinstance(row, TailRow) and row.kind is TailKind.TEXT
        is_answer = isinstance(row, TranscriptEntry) and row.kind is EntryKind.ASSISTANT
        if row is not None and (is_text or is_answer):
            found.append(row.text)
    return found


class Shown:
    """A model with its feed, and what was on the screen after each step."""

    def __init__(self, engine: FakeEngine, tasks: TaskSet, relay: EventRelay) -> None:
        self.model = TranscriptModel()
        self.feed = TranscriptFeed(engine.door, tasks, relay, self.model)
        self.steps: list[list[str]] = []
        self.model.stepped.connect(lambda: self.steps.append(said(self.model)))

    async def open(self, position: int | None = None) -> None:
        self.feed.open(SESSION, position)
        await until(lambda: self.feed.is_open)


@pytest.fixture
async def shown(engine: FakeEngine, tasks: TaskSet, relay: EventRelay) -> Shown:
    return Shown(engine, tasks, relay)


@pytest.mark.parametrize("cut", [0, 1, 7, 29, 30])
async def test_a_session_opened_mid_stream_shows_every_word_once(
    engine: FakeEngine, shown: Shown, cut: int
) -> None:
    engine.publish(events.ExecutionStarted(cause=RunCause.TYPED, started_at=START))
    for word in WORDS[:cut]:
        engine.publish(token(word))
    engine.alive(round_count=1, partial_text="".join(WORDS[:cut]))
    opening = asyncio.ensure_future(shown.open())
    await opening
    for word in WORDS[cut:]:
        engine.publish(token(word))
    await until(lambda: "".join(said(shown.model)) == "".join(WORDS))


async def test_words_that_come_while_the_rows_are_read_are_not_doubled(
    engine: FakeEngine, shown: Shown
) -> None:
    engine.transcripts.gate = asyncio.Event()
    shown.feed.open(SESSION)
    await until(lambda: engine.transcripts.reads > 0)
    engine.publish(token("one "))
    engine.alive(round_count=1, partial_text="one ")
    engine.transcripts.gate.set()
    await until(lambda: shown.feed.is_open)
    engine.publish(token("two"))
    await until(lambda: said(shown.model) == ["one two"])


async def test_the_stored_answer_takes_the_place_of_the_partial_one_in_one_step(
    engine: FakeEngine, shown: Shown
) -> None:
    await shown.open()
    engine.publish(events.ExecutionStarted(cause=RunCause.TYPED, started_at=START))
    engine.publish(token("the whole answer"))
    await until(lambda: said(shown.model) == ["the whole answer"])
    shown.steps.clear()
    engine.store(entry(0, EntryKind.ASSISTANT, "the whole answer", message_id=M1))
    engine.publish(appended())
    engine.publish(token("next", 2))
    await until(lambda: shown.model.stored == 1)
    await until(lambda: said(shown.model) == ["the whole answer", "next"])
    assert all(step[0] == "the whole answer" for step in shown.steps)
    assert all(step.count("the whole answer") == 1 for step in shown.steps)


async def test_an_answer_read_before_its_event_waits_for_it(
    engine: FakeEngine, shown: Shown, relay: EventRelay
) -> None:
    await shown.open()
    engine.publish(events.ExecutionStarted(cause=RunCause.TYPED, started_at=START))
    engine.publish(token("answer"))
    await until(lambda: said(shown.model) == ["answer"])
    engine.store(entry(0, EntryKind.ASSISTANT, "answer", message_id=M1))
    # Another durable event makes the pane read, before the message is announced.
    engine.publish(events.TaskListUpdated(items=(), version=1))
    reads = engine.transcripts.reads
    await until(lambda: engine.transcripts.reads > reads)
    await asyncio.sleep(0.02)
    assert said(shown.model) == ["answer"]
    engine.publish(appended())
    await until(lambda: shown.model.stored == 1)
    assert said(shown.model) == ["answer"]


async def test_rows_of_a_batch_come_in_one_insert(engine: FakeEngine, shown: Shown) -> None:
    await shown.open()
    inserts: list[int] = []
    shown.model.rowsInserted.connect(lambda _p, first, last: inserts.append(last - first + 1))
    engine.store(*(entry(number, EntryKind.USER, str(number)) for number in range(50)))
    engine.publish(events.MessageAppended(message_id=M1, role="user", content=""))
    await until(lambda: shown.model.stored == 50)
    assert inserts == [50]


async def test_a_call_is_shown_with_its_end_wherever_its_row_is(
    engine: FakeEngine, shown: Shown
) -> None:
    call = ToolCallView(
        call_id=ToolCallId("c"),
        tool="Bash",
        arguments="{}",
        headline="ls",
        state=CallState.RUNNING,
    )
    rows = [entry(0, EntryKind.TOOL, call=call)]
    rows += [entry(number, EntryKind.USER, str(number)) for number in range(1, 350)]
    engine.store(*rows)
    await shown.open(position=0)
    done = replace(call, state=CallState.DONE, outcome=ToolOutcome.OK, content="x")
    engine.transcripts.stored[SESSION][0] = entry(0, EntryKind.TOOL, call=done)
    engine.publish(
        events.ToolComplete(
            tool_call_id=ToolCallId("c"),
            tool_name="Bash",
            outcome=ToolOutcome.OK,
            result="x",
            elapsed_ms=1,
        )
    )
    await until(lambda: shown.model.row(0) == entry(0, EntryKind.TOOL, call=done))


async def test_a_call_that_ended_while_the_session_was_opened_is_shown_ended(
    engine: FakeEngine, shown: Shown
) -> None:
    call = ToolCallView(
        call_id=ToolCallId("c"),
        tool="Bash",
        arguments="{}",
        headline="ls",
        state=CallState.RUNNING,
    )
    engine.store(entry(0, EntryKind.TOOL, call=call))
    engine.store(*(entry(number, EntryKind.USER, str(number)) for number in range(1, 250)))
    engine.transcripts.gate = asyncio.Event()
    shown.feed.open(SESSION, 0)
    await until(lambda: engine.transcripts.reads > 0)
    done = replace(call, state=CallState.DONE, outcome=ToolOutcome.OK)
    engine.transcripts.stored[SESSION][0] = entry(0, EntryKind.TOOL, call=done)
    engine.publish(
        events.ToolComplete(
            tool_call_id=ToolCallId("c"),
            tool_name="Bash",
            outcome=ToolOutcome.OK,
            result="",
            elapsed_ms=1,
        )
    )
    engine.transcripts.gate.set()
    await until(lambda: shown.model.row(0) == entry(0, EntryKind.TOOL, call=done))


async def test_after_a_flood_every_row_can_be_seen(engine: FakeEngine, shown: Shown) -> None:
    engine.store(*(entry(number, EntryKind.USER, str(number)) for number in range(50)))
    await shown.open()
    engine.store(*(entry(number, EntryKind.USER, str(number)) for number in range(50, 900)))
    engine.publish(events.MessageAppended(message_id=M1, role="user", content=""))
    await until(lambda: shown.model.stored == 900)
    for first in range(0, 900, 100):
        shown.model.want(first, first + 99)
    await until(lambda: all(shown.model.row(number) is not None for number in range(900)))


async def test_another_session_shown_meanwhile_gets_nothing_of_the_first(
    engine: FakeEngine, shown: Shown
) -> None:
    engine.store(entry(0, EntryKind.USER, "first session"))
    engine.transcripts.gate = asyncio.Event()
    shown.feed.open(SESSION)
    await until(lambda: engine.transcripts.reads > 0)
    from bamboo_desktop.domain.ids import SessionId

    other = SessionId("s-2")
    shown.feed.open(other)
    engine.transcripts.gate.set()
    await until(lambda: shown.feed.is_open)
    assert shown.model.rowCount() == 0


async def test_the_run_end_clears_partial_text_that_was_never_stored(
    engine: FakeEngine, shown: Shown
) -> None:
    await shown.open()
    engine.publish(events.ExecutionStarted(cause=RunCause.TYPED, started_at=START))
    engine.publish(token("lost"))
    await until(lambda: said(shown.model) == ["lost"])
    engine.publish(events.Complete(usage=Usage()))
    await until(lambda: shown.model.rowCount() == 0)


async def test_the_model_keeps_the_promises_of_qt(
    engine: FakeEngine, shown: Shown, qtmodeltester: object
) -> None:
    qtmodeltester.check(shown.model, force_py=False)  # type: ignore[attr-defined]
    engine.store(*(entry(number, EntryKind.USER, str(number)) for number in range(120)))
    await shown.open()
    engine.publish(events.ExecutionStarted(cause=RunCause.TYPED, started_at=START))
    for number in range(5):
        engine.publish(events.ReasoningToken(round=number, content="hm"))
        engine.publish(token("so", number))
        await asyncio.sleep(0.01)
    await until(lambda: shown.model.rowCount() > 125)
    engine.store(entry(120, EntryKind.ASSISTANT, "so", message_id=M1))
    engine.publish(appended(round_=9))
    await until(lambda: shown.model.stored == 121)
    assert said(shown.model) == ["so"]
