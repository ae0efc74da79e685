from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from bamboo_desktop.domain import events
from bamboo_desktop.domain.ids import ItemId, MessageId, OptionId, QuestionId, ToolCallId
from bamboo_desktop.domain.question import (
    ALLOW_ALWAYS,
    ALLOW_ONCE,
    CONSENT_ITEM,
    DENY,
    Answer,
    ConsentRequest,
    ItemAnswer,
    ItemKind,
    Option,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.domain.run import AgentStatus, RunCause
from bamboo_desktop.domain.transcript import (
    CallState,
    EntryKind,
    RunEndView,
    ToolCallView,
    TranscriptEntry,
)
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.pane.question_rows import is_open
from bamboo_desktop.ui.views.pane.selection import Place, Selection
from bamboo_desktop.ui.views.pane.view import EventPane
from bamboo_desktop.ui.views.session_view import SessionView
from tests.ui.pane.fake import RUN, SESSION, START, FakeEngine, entry
from tests.waiting import until

LINES = "\n".join(["a line"] * 4)


def many(count: int, first: int = 0) -> list[TranscriptEntry]:
    return [entry(number, EntryKind.USER, f"{number}\n{LINES}") for number in range(first, count)]


def question(kind: QuestionKind = QuestionKind.ASK) -> PendingQuestion:
    options = tuple(Option(id=OptionId(f"o{n}"), label=f"Option {n}") for n in (1, 2, 3))
    item = QuestionItem(id=ItemId("i"), kind=ItemKind.SINGLE, prompt="Go on?", options=options)
    consent = ConsentRequest(
        tool="Bash", sentence="Run it.", exact="ls", where="~", digest="", rule="Bash(ls)"
    )
    return PendingQuestion(
        id=QuestionId("q"),
        session_id=SESSION,
        run_id=RUN,
        kind=kind,
        items=(item,),
        asked_at=START,
        consent=consent if kind is QuestionKind.CONSENT else None,
    )


async def opened(view: SessionView, position: int | None = None) -> EventPane:
    view.show_session(SESSION, position)
    await until(lambda: view.transcript.feed.is_open)
    return view.transcript.pane


def at_end(pane: EventPane) -> bool:
    bar = pane.verticalScrollBar()
    return bar.value() == bar.maximum()


async def test_a_session_opens_at_its_end_and_follows_it(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(*many(60))
    pane = await opened(view)
    assert at_end(pane)
    assert pane.rowAt(pane.viewport().height() - 1) == 59
    engine.store(*many(70, 60))
    engine.publish(events.MessageAppended(message_id=MessageId("m"), role="user", content=""))
    await until(lambda: view.transcript.model.stored == 70)
    assert at_end(pane)
    assert pane.rowAt(pane.viewport().height() - 1) == 69


async def test_home_goes_to_the_very_first_line(engine: FakeEngine, view: SessionView) -> None:
    engine.store(entry(0, EntryKind.USER, "word " * 600), *many(9, 1))
    pane = await opened(view)
    assert pane.rowAt(0) > 0
    QTest.keyClick(pane, Qt.Key.Key_Home)
    await until(lambda: pane.currentIndex().row() == 0)
    assert pane.verticalScrollBar().value() == 0
    assert pane.rowViewportPosition(0) == 0


async def test_a_place_in_the_middle_is_kept_and_the_pill_says_there_is_more(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(*many(60))
    pane = await opened(view)
    pane.verticalScrollBar().setValue(pane.verticalScrollBar().value() - 900)
    top, y = pane.rowAt(0), pane.rowViewportPosition(pane.rowAt(0))
    engine.store(*many(70, 60))
    engine.publish(events.MessageAppended(message_id=MessageId("m"), role="user", content=""))
    await until(lambda: view.transcript.model.stored == 70)
    assert (pane.rowAt(0), pane.rowViewportPosition(top)) == (top, y)
    assert view.transcript._pill.isVisible()
    view.transcript._pill.click()
    assert at_end(pane)
    assert not view.transcript._pill.isVisible()


async def test_scrolling_up_through_rows_never_seen_moves_nothing_by_itself(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(*many(100))
    pane = await opened(view)
    bar = pane.verticalScrollBar()
    for _ in range(120):
        row = pane.rowAt(pane.viewport().height() // 2)
        y = pane.rowViewportPosition(row)
        bar.setValue(bar.value() - 40)
        assert pane.rowViewportPosition(row) == y + 40


async def test_rows_far_away_are_loaded_when_they_are_looked_at(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(*many(3_000))
    pane = await opened(view)
    assert engine.transcripts.reads < 6
    assert view.transcript.model.row(1_200) is None
    pane.jump(1_200)
    await until(lambda: view.transcript.model.row(1_200) is not None)
    assert pane.rowAt(pane.viewport().height() // 4 + 2) == 1_200


async def test_a_position_is_shown_when_it_is_asked_for(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(*many(900))
    pane = await opened(view, 450)
    await until(lambda: pane.rowAt(pane.viewport().height() // 4 + 2) == 450)
    view.show_session(SESSION, 20)
    await until(lambda: pane.rowAt(pane.viewport().height() // 4 + 2) == 20)


async def test_a_narrower_pane_keeps_the_end_in_view(engine: FakeEngine, view: SessionView) -> None:
    engine.store(*(entry(n, EntryKind.ASSISTANT, "words " * 200) for n in range(20)))
    pane = await opened(view)
    view.resize(420, 600)
    assert at_end(pane)
    assert pane.rowAt(pane.viewport().height() - 1) == 19


async def test_a_session_without_rows_says_what_to_do(
    engine: FakeEngine, view: SessionView
) -> None:
    await opened(view)
    assert view.transcript.empty.isVisible()
    engine.store(*many(1))
    engine.publish(events.MessageAppended(message_id=MessageId("m"), role="user", content=""))
    await until(view.transcript.pane.isVisible)


async def test_text_selected_across_entries_is_copied_exactly(
    engine: FakeEngine, view: SessionView
) -> None:
    nasty = "tabs\tand  blanks \u00a0 שלום 👩‍👩‍👧\nsecond line"
    engine.store(
        entry(0, EntryKind.USER, nasty),
        entry(1, EntryKind.ASSISTANT, "Some **bold** words\n\n```py\nx  =  1\n```"),
        entry(2, EntryKind.USER, "the end"),
    )
    pane = await opened(view)
    pane.select(Selection(anchor=Place(2, 3), caret=Place(0, 5)))
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("")
    QTest.keySequence(pane, QKeySequence("Ctrl+C"))
    await until(clipboard.text)
    assert clipboard.text() == f"{nasty[5:]}\n\nSome bold words\nx  =  1\n\nthe"
    clipboard.setText("")
    QTest.keySequence(pane, QKeySequence("Ctrl+Shift+C"))
    await until(clipboard.text)
    assert "Some **bold** words\n\n```py\nx  =  1\n```" in clipboard.text()


async def test_everything_can_be_copied_also_what_is_not_loaded(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(*(entry(n, EntryKind.USER, f"text {n}") for n in range(1_000)))
    pane = await opened(view)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("")
    QTest.keySequence(pane, QKeySequence("Ctrl+A"))
    QTest.keySequence(pane, QKeySequence("Ctrl+C"))
    await until(clipboard.text)
    assert clipboard.text() == "\n\n".join(f"text {n}" for n in range(1_000))


async def test_the_mouse_selects_a_drag_a_word_and_a_paragraph(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(entry(0, EntryKind.USER, "alpha beta\ngamma"), entry(1, EntryKind.USER, "delta"))
    pane = await opened(view)
    port, button = pane.viewport(), Qt.MouseButton.LeftButton

    def point(row: int, x: int, line: int = 0) -> QPoint:
        rect = pane.layouts.of(row).blocks[0].rect
        top = pane.rowViewportPosition(row)
        return QPoint(round(rect.left()) + x, round(top + rect.top()) + 8 + line * 22)

    QTest.mousePress(port, button, pos=point(0, 0))
    QTest.mouseMove(port, point(1, 200))
    QTest.mouseRelease(port, button, pos=point(1, 200))
    assert pane.selection == Selection(anchor=Place(0, 0), caret=Place(1, 5))
    QTest.mouseDClick(port, button, pos=point(0, 8))
    assert pane.selection == Selection(anchor=Place(0, 0), caret=Place(0, 5))
    QTest.mousePress(port, button, pos=point(0, 8))
    assert pane.selection == Selection(anchor=Place(0, 0), caret=Place(0, 10))
    QTest.mouseRelease(port, button, pos=point(0, 8))
    QTest.mouseClick(port, button, Qt.KeyboardModifier.ShiftModifier, pos=point(1, 200))
    assert pane.selection == Selection(anchor=Place(0, 0), caret=Place(1, 5))


async def test_a_call_opens_with_the_keyboard_and_stays_where_it_is(
    engine: FakeEngine, view: SessionView
) -> None:
    call = ToolCallView(
        call_id=ToolCallId("c"),
        tool="Bash",
        arguments='{"command": "ls"}',
        headline="ls",
        state=CallState.DONE,
        content="out\n" * 100,
    )
    engine.store(*many(30), entry(30, EntryKind.TOOL, call=call), *many(33, 31))
    pane = await opened(view)
    pane.setFocus()
    pane.setCurrentIndex(view.transcript.model.index(30, 0))
    y, height = pane.rowViewportPosition(30), pane.rowHeight(30)
    QTest.keyClick(pane, Qt.Key.Key_Space)
    assert pane.rowHeight(30) > height + 100
    assert pane.rowViewportPosition(30) == y
    engine.transcripts.whole[call.call_id] = call
    shown = pane.layouts.of(30).length
    hot = next(hot for hot in pane.layouts.of(30).hots if hot.kind == "show_all")
    pane.hot_activated.emit(30, hot)
    await until(lambda: pane.layouts.of(30).length > shown + 100)
    QTest.keyClick(pane, Qt.Key.Key_Return)
    assert pane.rowHeight(30) == height


async def test_a_click_below_a_long_output_shows_all_of_it(
    engine: FakeEngine, view: SessionView
) -> None:
    call = ToolCallView(
        call_id=ToolCallId("c"),
        tool="Bash",
        arguments="{}",
        headline="ls",
        state=CallState.DONE,
        content="out\n" * 100,
    )
    engine.store(*many(3), entry(3, EntryKind.TOOL, call=call))
    engine.transcripts.whole[call.call_id] = call
    pane = await opened(view)
    view.transcript.hands.toggle(3)
    pane.to_end()
    hot = next(hot for hot in pane.layouts.of(3).hots if hot.kind == "show_all")
    height = pane.rowHeight(3)
    at = hot.rect.center().toPoint() + QPoint(0, pane.rowViewportPosition(3))
    at.setX(int(hot.rect.left()) + 8)
    assert pane.viewport().rect().contains(at)
    QTest.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=at)
    await until(lambda: pane.rowHeight(3) > height + 500, what="the whole output")


async def test_a_number_answers_while_the_card_has_the_keyboard(
    engine: FakeEngine, view: SessionView
) -> None:
    record = QuestionRecord(question=question())
    engine.store(entry(0, EntryKind.USER, "x"), entry(1, EntryKind.QUESTION, question=record))
    pane = await opened(view)
    chosen: list[tuple[object, ...]] = []
    view.option_chosen.connect(lambda *ids: chosen.append(ids))
    pane.setCurrentIndex(view.transcript.model.index(0, 0))
    QTest.keyClick(pane, Qt.Key.Key_2)
    assert chosen == []
    pane.setCurrentIndex(view.transcript.model.index(1, 0))
    QTest.keyClick(pane, Qt.Key.Key_2)
    QTest.keyClick(pane, Qt.Key.Key_7)
    assert chosen == [("q", "i", "o2")]


async def test_an_approval_takes_no_key_before_it_could_be_read(
    engine: FakeEngine, view: SessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = QuestionRecord(question=question(QuestionKind.CONSENT))
    engine.store(entry(0, EntryKind.USER, "x"), entry(1, EntryKind.QUESTION, question=record))
    pane = await opened(view)
    chosen: list[tuple[object, ...]] = []
    view.option_chosen.connect(lambda *ids: chosen.append(ids))
    now = 100.0
    monkeypatch.setattr("bamboo_desktop.ui.views.pane.keys.time.monotonic", lambda: now)
    pane.setCurrentIndex(view.transcript.model.index(1, 0))
    QTest.keyClick(pane, Qt.Key.Key_1)
    assert chosen == []
    now = 100.6
    QTest.keyClick(pane, Qt.Key.Key_1)
    assert chosen == [("q", "i", "o1")]


def click_option(pane: EventPane, row: int, option_id: str) -> None:
    hots = pane.layouts.of(row).hots
    hot = next(hot for hot in hots if hot.kind == "option" and hot.value == option_id)
    at = hot.rect.center().toPoint() + QPoint(0, pane.rowViewportPosition(row))
    QTest.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=at)


async def test_an_approval_that_came_under_the_pointer_takes_no_click(
    engine: FakeEngine, view: SessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = QuestionRecord(question=question(QuestionKind.CONSENT))
    engine.store(entry(0, EntryKind.USER, "x"), entry(1, EntryKind.QUESTION, question=record))
    pane = await opened(view)
    chosen: list[tuple[object, ...]] = []
    view.option_chosen.connect(lambda *ids: chosen.append(ids))
    now = view.transcript.hands._moved_at + 0.4
    monkeypatch.setattr("bamboo_desktop.ui.views.pane.hands.time.monotonic", lambda: now)
    click_option(pane, 1, "o1")
    assert chosen == []
    now += 0.2
    click_option(pane, 1, "o1")
    assert chosen == [("q", "i", "o1")]


async def test_a_standing_rule_is_never_given_in_one_step(
    engine: FakeEngine, view: SessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    always = Option(id=ALLOW_ALWAYS, label="Always...")
    asked = question(QuestionKind.CONSENT)
    asked = replace(asked, items=(replace(asked.items[0], options=(always,)),))
    engine.store(entry(0, EntryKind.QUESTION, question=QuestionRecord(question=asked)))
    pane = await opened(view)
    chosen: list[tuple[object, ...]] = []
    wanted: list[object] = []
    view.option_chosen.connect(lambda *ids: chosen.append(ids))
    view.question_activated.connect(wanted.append)
    now = view.transcript.hands._moved_at
    monkeypatch.setattr("bamboo_desktop.ui.views.pane.hands.time.monotonic", lambda: now)
    pane.setCurrentIndex(view.transcript.model.index(0, 0))
    now += 0.6
    click_option(pane, 0, ALLOW_ALWAYS)
    QTest.keyClick(pane, Qt.Key.Key_1)
    assert chosen == []
    assert wanted == ["q", "q"]


async def test_an_answered_question_shrinks_to_a_line(
    engine: FakeEngine, view: SessionView
) -> None:
    asked = question()
    engine.store(entry(0, EntryKind.QUESTION, question=QuestionRecord(question=asked)))
    pane = await opened(view)
    height = pane.rowHeight(0)
    answer = Answer(
        question_id=asked.id,
        items=(ItemAnswer(item_id=ItemId("i"), option_ids=(OptionId("o2"),)),),
        answered_at=START,
        answered_by="window",
    )
    record = QuestionRecord(question=asked, answer=answer)
    assert not is_open(record)
    engine.transcripts.stored[SESSION][0] = entry(0, EntryKind.QUESTION, question=record)
    engine.publish(
        events.QuestionAnswered(question_id=asked.id, answered_by="window", labels=("Option 2",))
    )
    await until(lambda: pane.rowHeight(0) < height)
    assert "Option 2" in pane.layouts.of(0).blocks[0].document.toPlainText()


async def test_an_interrupted_run_offers_to_go_on(engine: FakeEngine, view: SessionView) -> None:
    end = RunEndView(
        status=AgentStatus.INTERRUPTED, error="", duration_ms=1, rounds=1, usage=Usage()
    )
    engine.store(entry(0, EntryKind.USER, "x"), entry(1, EntryKind.RUN_END, run_end=end))
    pane = await opened(view)
    hot = next(hot for hot in pane.layouts.of(1).hots if hot.kind == "continue")
    at = hot.rect.center().toPoint() + QPoint(0, pane.rowViewportPosition(1))
    QTest.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=at)
    await until(lambda: engine.runs.asked == ["continue"])


def answered(chosen: str, note: str = "") -> QuestionRecord:
    asked = replace(
        question(QuestionKind.CONSENT),
        items=(
            QuestionItem(
                id=CONSENT_ITEM,
                kind=ItemKind.SINGLE,
                prompt="Run it.",
                options=(Option(id=ALLOW_ONCE, label="Allow"), Option(id=DENY, label="Deny")),
            ),
        ),
    )
    answer = Answer(
        question_id=asked.id,
        items=(ItemAnswer(item_id=CONSENT_ITEM, option_ids=(OptionId(chosen),)),),
        answered_at=START,
        answered_by="window",
        note=note,
    )
    return QuestionRecord(question=asked, answer=answer)


async def test_what_was_denied_bears_no_tick_and_shows_why(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(
        entry(0, EntryKind.QUESTION, question=answered(DENY, "use git \u202eclean")),
        entry(1, EntryKind.QUESTION, question=answered(ALLOW_ONCE)),
    )
    pane = await opened(view)
    denied, allowed = pane.layouts.of(0), pane.layouts.of(1)
    assert [glyph.state for glyph in denied.glyphs] == [GlyphState.FAILED]
    assert [glyph.state for glyph in allowed.glyphs] == [GlyphState.DONE]
    shown = [block.document.toPlainText() for block in denied.blocks]
    assert "Your note: use git [U+202E]clean" in shown
    assert denied.height > allowed.height


def ended(status: AgentStatus) -> RunEndView:
    return RunEndView(status=status, error="", duration_ms=1, rounds=1, usage=Usage())


def offered(pane: EventPane) -> list[int]:
    rows = range(pane.rows.rowCount())
    return [n for n in rows if any(h.kind == "continue" for h in pane.layouts.of(n).hots)]


async def test_a_session_in_the_bin_offers_nothing_to_go_on_with(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(entry(0, EntryKind.RUN_END, run_end=ended(AgentStatus.ERROR)))
    pane = await opened(view)
    assert offered(pane) == [0]
    view.transcript.model.set_shelved(shelved=True)
    assert offered(pane) == []
    view.transcript.model.set_shelved(shelved=False)
    assert offered(pane) == [0]


async def test_only_the_last_end_of_a_run_offers_to_go_on(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(entry(0, EntryKind.RUN_END, run_end=ended(AgentStatus.INTERRUPTED)))
    pane = await opened(view)
    assert offered(pane) == [0]
    tall = pane.rowHeight(0)
    engine.publish(events.ExecutionStarted(cause=RunCause.RECOVERED, started_at=START))
    await until(lambda: not offered(pane))
    assert pane.rowHeight(0) < tall
    engine.store(entry(1, EntryKind.RUN_END, run_end=ended(AgentStatus.CANCELLED)))
    engine.publish(events.Cancelled())
    await until(lambda: offered(pane) == [1])
    engine.store(entry(2, EntryKind.RUN_END, run_end=ended(AgentStatus.COMPLETED)))
    engine.publish(events.MessageAppended(message_id=MessageId("m"), role="user", content=""))
    await until(lambda: view.transcript.model.stored == 3)
    assert offered(pane) == []


async def test_an_open_question_goes_before_going_on(engine: FakeEngine, view: SessionView) -> None:
    engine.store(
        entry(0, EntryKind.RUN_END, run_end=ended(AgentStatus.INTERRUPTED)),
        entry(1, EntryKind.QUESTION, question=QuestionRecord(question=question())),
    )
    pane = await opened(view)
    assert offered(pane) == []


async def test_rings_turn_only_while_a_running_row_is_in_view(
    engine: FakeEngine, view: SessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Theme, "moves", True)
    engine.store(*many(60))
    pane = await opened(view)
    assert not pane.rings.is_turning
    engine.publish(events.ExecutionStarted(cause=RunCause.TYPED, started_at=START))
    await until(lambda: view.transcript.model.tail)
    assert pane.rings.is_turning
    pane.verticalScrollBar().setValue(0)
    assert not pane.rings.is_turning
    pane.to_end()
    assert pane.rings.is_turning
    engine.publish(events.Complete(usage=Usage()))
    await until(lambda: not view.transcript.model.tail)
    assert not pane.rings.is_turning


async def test_find_goes_from_hit_to_hit_round_the_end(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.store(*(entry(n, EntryKind.USER, "needle" if n % 30 == 0 else "hay") for n in range(90)))
    pane = await opened(view)
    view.open_find()
    bar = view.transcript.find_bar
    went: list[int] = []
    bar.went.connect(went.append)
    QTest.keyClicks(bar._field, "NEEDLE")
    await until(lambda: went)
    assert bar._count.text() == "3 of 3 entries"
    QTest.keyClick(bar._field, Qt.Key.Key_Return)
    QTest.keyClick(bar._field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert went == [60, 0, 60]
    assert pane.query == "NEEDLE"
    QTest.keyClick(bar._field, Qt.Key.Key_Escape)
    assert pane.query == ""
    assert not bar.isVisible()


async def test_a_hit_in_folded_thinking_opens_it(engine: FakeEngine, view: SessionView) -> None:
    engine.store(entry(0, EntryKind.THINKING, "a needle in it"), *many(20, 1))
    pane = await opened(view)
    view.open_find()
    QTest.keyClicks(view.transcript.find_bar._field, "needle")
    await until(lambda: pane.layouts.is_open(0))
    assert pane.layouts.of(0).blocks[0].document.toPlainText() == "a needle in it"


async def test_every_row_can_be_read_aloud(engine: FakeEngine, view: SessionView) -> None:
    record = QuestionRecord(question=question())
    engine.store(entry(0, EntryKind.USER, "hello"), entry(1, EntryKind.QUESTION, question=record))
    await opened(view)
    model = view.transcript.model
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.data(model.index(0, 0), role) == "You: hello"
    assert "waiting for you" in str(model.data(model.index(1, 0), role))
