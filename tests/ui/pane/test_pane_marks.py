from __future__ import annotations

from dataclasses import replace

import pytest
import shiboken6

from bamboo_desktop.domain import events
from bamboo_desktop.domain.ids import ItemId, MessageId, OptionId, QuestionId
from bamboo_desktop.domain.question import (
    Answer,
    ItemAnswer,
    ItemKind,
    Option,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.transcript import EntryKind, RunEndView
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.models.transcript import TranscriptModel
from bamboo_desktop.ui.models.transcript_live import TailKind, TailRow
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole
from bamboo_desktop.ui.views.pane import layouts
from bamboo_desktop.ui.views.pane.row_layout import RowLayout
from bamboo_desktop.ui.views.pane.style import PaneStyle
from bamboo_desktop.ui.views.pane.view import EventPane
from bamboo_desktop.ui.views.session_view import SessionView
from tests.ui.pane.fake import RUN, SESSION, START, FakeEngine, entry
from tests.waiting import until


def ended(status: AgentStatus) -> RunEndView:
    return RunEndView(status=status, error="", duration_ms=1, rounds=1, usage=Usage())


def asked(prompt: str, title: str = "", name: str = "q") -> QuestionRecord:
    options = tuple(Option(id=OptionId(f"o{n}"), label=f"Option {n}") for n in (1, 2))
    item = QuestionItem(id=ItemId("i"), kind=ItemKind.SINGLE, prompt=prompt, options=options)
    return QuestionRecord(
        question=PendingQuestion(
            id=QuestionId(name),
            session_id=SESSION,
            run_id=RUN,
            kind=QuestionKind.ASK,
            title=title,
            items=(item,),
            asked_at=START,
        )
    )


def answered(record: QuestionRecord) -> QuestionRecord:
    answer = Answer(
        question_id=record.question.id,
        items=(ItemAnswer(item_id=ItemId("i"), option_ids=(OptionId("o1"),)),),
        answered_at=START,
        answered_by="window",
    )
    return replace(record, answer=answer)


async def opened(view: SessionView) -> EventPane:
    view.show_session(SESSION)
    await until(lambda: view.transcript.feed.is_open)
    return view.transcript.pane


def looks(row: RowLayout) -> tuple[str, GlyphState, ColorRole]:
    return row.labels[0].text.partition("  ")[0], row.glyphs[0].state, row.labels[0].color


def texts(row: RowLayout) -> list[str]:
    return [block.document.toPlainText() for block in row.blocks]


async def test_a_run_that_ended_with_a_question_is_loud_only_while_it_waits(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(
        entry(0, EntryKind.QUESTION, question=answered(asked("First?", name="q1"))),
        entry(1, EntryKind.RUN_END, run_end=ended(AgentStatus.WAITING_ANSWER)),
        entry(2, EntryKind.QUESTION, question=asked("Second?", name="q2")),
        entry(3, EntryKind.RUN_END, run_end=ended(AgentStatus.WAITING_ANSWER)),
    )
    pane = await opened(view)
    past, now = pane.layouts.of(1), pane.layouts.of(3)
    assert looks(past) == ("stopped to ask you", GlyphState.PAUSED, ColorRole.FAINT)
    assert past.glyphs[0].color is ColorRole.FAINT
    assert now.glyphs[0].color is None
    assert looks(now) == ("waiting for you", GlyphState.WAITING, ColorRole.WAITING)


async def test_an_end_in_a_narrow_pane_is_cut_with_dots_and_told_on_hover(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(entry(0, EntryKind.RUN_END, run_end=ended(AgentStatus.CANCELLED)))
    pane = await opened(view)
    row = pane.layouts.of(0)
    label = row.labels[0]
    assert label.rect.right() <= row.width
    assert label.text in label.tip


async def test_the_last_end_is_quiet_once_its_question_is_answered(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(
        entry(0, EntryKind.QUESTION, question=answered(asked("Go on?"))),
        entry(1, EntryKind.RUN_END, run_end=ended(AgentStatus.WAITING_ANSWER)),
    )
    pane = await opened(view)
    assert looks(pane.layouts.of(1))[1] is GlyphState.PAUSED


async def test_a_question_in_place_shows_its_markdown_as_the_dialog_does(
    engine: FakeEngine, view: SessionView
) -> None:
    prompt = "See `app.py` and **think**:\n\n- one\n- two\n\n```sh\nls *\n```"
    engine.store(
        entry(0, EntryKind.QUESTION, question=asked(prompt, title="What next?")),
        entry(1, EntryKind.QUESTION, question=answered(asked("Keep **all** of `it`?", name="q2"))),
    )
    pane = await opened(view)
    assert texts(pane.layouts.of(0)) == ["What next?", "See app.py and think:\none\ntwo", "ls *"]
    assert texts(pane.layouts.of(1))[0].startswith("Keep all of it? \u2014 Option 1")


async def test_html_and_hidden_characters_in_a_question_in_place_stay_text(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(entry(0, EntryKind.QUESTION, question=asked("<b>Now</b> \u202edelete?")))
    pane = await opened(view)
    (shown,) = texts(pane.layouts.of(0))
    assert "<b>Now</b>" in shown
    assert "\u202e" not in shown


async def test_a_pane_with_nowhere_to_scroll_has_no_handle(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(entry(0, EntryKind.USER, "short"))
    pane = await opened(view)
    await until(lambda: not pane.verticalScrollBar().isEnabled())
    engine.store(*(entry(number, EntryKind.USER, "a\n" * 20) for number in range(1, 9)))
    engine.publish(events.MessageAppended(message_id=MessageId("m"), role="user", content=""))
    await until(pane.verticalScrollBar().isEnabled)


async def test_the_handle_comes_also_when_python_has_lost_its_hold_on_the_bar(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(entry(0, EntryKind.USER, "short"))
    pane = await opened(view)
    await until(lambda: not pane.verticalScrollBar().isEnabled())
    shiboken6.invalidate(pane.verticalScrollBar())
    engine.store(*(entry(number, EntryKind.USER, "a\n" * 20) for number in range(1, 9)))
    engine.publish(events.MessageAppended(message_id=MessageId("m"), role="user", content=""))
    await until(pane.verticalScrollBar().isEnabled)


def test_words_that_come_keep_their_distance_from_those_before(
    theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "RENDER_SECONDS", 3_600.0)  # the first layout stays young
    model = TranscriptModel()
    rows = layouts.RowLayouts(model, PaneStyle(theme))
    for text in ("one two ", "one two three ", "one two three four"):
        model.set_tail((TailRow(kind=TailKind.TEXT, key=1, run_id=RUN, at=START, text=text),))
        rows.of(0)
    assert texts(rows.of(0)) == ["one two three four"]
