from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bamboo_desktop.domain import events
from bamboo_desktop.domain.ids import MessageId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.ui.models.transcript_live import TailKind, TailSnapshot
from bamboo_desktop.ui.models.transcript_tail import LiveTail
from tests.ui.pane.fake import RUN, START

STARTED = events.ExecutionStarted(cause=RunCause.TYPED, started_at=START)


def at(event: events.AgentEvent, index: int | None = None, run: RunId = RUN) -> events.Envelope:
    return events.Envelope(
        session_id=SessionId("s"), run_id=run, at=START, event=event, sequence=1, index=index
    )


def texts(tail: LiveTail, kind: TailKind = TailKind.TEXT) -> list[str]:
    return [row.text for row in tail.rows() if row.kind is kind]


def stored(round_: int) -> events.Envelope:
    message_id = MessageId(f"m{round_}")
    return at(
        events.MessageAppended(message_id=message_id, role="assistant", content="", round=round_)
    )


def test_words_of_a_round_become_one_row() -> None:
    tail = LiveTail()
    tail.apply(at(STARTED))
    for index, word in enumerate(["one ", "two ", "three"], start=1):
        tail.apply(at(events.Token(round=1, content=word), index))
    assert texts(tail) == ["one two three"]


@given(words=st.lists(st.text(min_size=1, max_size=4), max_size=12), cut=st.integers(0, 12))
def test_a_snapshot_and_the_events_after_it_make_the_text_whole(words: list[str], cut: int) -> None:
    cut = min(cut, len(words))
    tail = LiveTail()
    before = "".join(words[:cut])
    tail.adopt(TailSnapshot(run_id=RUN, at=START, round=1, text=before, thinking="", index=cut))
    # Some of the events the snapshot holds are still on their way when it is taken.
    for index, word in enumerate(words, start=1):
        tail.apply(at(events.Token(round=1, content=word), index))
    assert "".join(texts(tail)) == "".join(words)


def test_a_retry_voids_the_text_and_says_so() -> None:
    tail = LiveTail()
    tail.apply(at(STARTED))
    tail.apply(at(events.Token(round=1, content="half a sen"), 1))
    retry = events.ModelRetry(round=1, attempt=2, delay_seconds=0.8, reason="cut off")
    tail.apply(at(retry, 2))
    assert texts(tail) == []
    assert texts(tail, TailKind.RETRY) == ["attempt 2 in 0.8 s: cut off"]
    tail.apply(at(events.Token(round=1, content="whole"), 3))
    assert texts(tail) == ["whole"]
    assert texts(tail, TailKind.RETRY) == []


def test_a_stored_message_seals_its_round_and_not_the_next() -> None:
    tail = LiveTail()
    tail.apply(at(STARTED))
    tail.apply(at(events.Token(round=1, content="first"), 1))
    tail.apply(stored(1))
    tail.apply(at(events.Token(round=2, content="second"), 2))
    assert texts(tail) == ["first", "second"]  # still seen until the stored row is there
    tail.drop(tail.sealed())
    assert texts(tail) == ["second"]


def test_an_old_message_does_not_seal_what_a_snapshot_brought() -> None:
    tail = LiveTail()
    tail.adopt(TailSnapshot(run_id=RUN, at=START, round=2, text="new", thinking="", index=9))
    tail.apply(stored(1))
    assert tail.sealed() == ()


def test_the_end_of_a_run_ends_the_sign_of_life_and_late_words_start_nothing() -> None:
    tail = LiveTail()
    tail.apply(at(STARTED))
    assert [row.kind for row in tail.rows()] == [TailKind.WORKING]
    tail.apply(at(events.Complete(usage=Usage())))
    assert tail.rows() == ()
    tail.apply(at(events.Token(round=1, content="ghost"), 7))
    assert tail.rows() == ()


def test_the_time_of_thinking_is_noted_where_it_was_seen_whole() -> None:
    tail = LiveTail()
    tail.apply(at(STARTED))
    later = START + timedelta(seconds=4)
    tail.apply(at(events.ReasoningToken(round=1, content="hm"), 1))
    tail.apply(replace(at(events.Token(round=1, content="so"), 2), at=later))
    tail.apply(stored(1))
    assert tail.thoughts == {MessageId("m1"): 4.0}


def test_stopping_is_shown() -> None:
    tail = LiveTail()
    tail.apply(at(STARTED))
    tail.apply(at(events.RunStopping(reason=""), 1))
    assert tail.rows()[-1].is_stopping


def test_live_output_keeps_its_end() -> None:
    tail = LiveTail()
    tail.apply(at(STARTED))
    call = ToolCallId("c")
    for index, letter in enumerate("ab", start=1):
        chunk = events.ToolToken(tool_call_id=call, content=letter * 15_000)
        tail.apply(at(chunk, index))
    assert tail.output(call) == "a" * 5_000 + "b" * 15_000


@pytest.mark.parametrize("order", list(itertools.permutations((0, 1))))
def test_thinking_and_text_are_rows_in_the_order_they_came(order: tuple[int, ...]) -> None:
    made = (events.ReasoningToken(round=1, content="hm"), events.Token(round=1, content="so"))
    tail = LiveTail()
    tail.apply(at(STARTED))
    for index, place in enumerate(order, start=1):
        tail.apply(at(made[place], index))
    wanted = [(TailKind.THINKING, TailKind.TEXT)[place] for place in order]
    assert [row.kind for row in tail.rows()][:-1] == wanted


def test_a_new_run_begins_its_own_index() -> None:
    tail = LiveTail()
    tail.adopt(TailSnapshot(run_id=RUN, at=START, round=1, text="", thinking="", index=50))
    other = RunId("r-2")
    tail.apply(replace(at(STARTED), run_id=other))
    tail.apply(at(events.Token(round=1, content="hello"), 1, run=other))
    assert texts(tail) == ["hello"]
