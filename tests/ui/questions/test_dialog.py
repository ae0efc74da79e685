from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.domain.ids import ItemId, OptionId
from bamboo_desktop.domain.question import ItemAnswer, ItemKind
from bamboo_desktop.ui.views import question_dialog
from bamboo_desktop.ui.views.question_ask import QuestionBody
from bamboo_desktop.ui.views.question_option import CheckCard, RadioCard
from bamboo_desktop.ui.views.question_panel import QuestionPanel
from bamboo_desktop.ui.views.question_prose import ProseView
from bamboo_desktop.ui.views.question_writing import WritingField
from tests.ui.questions.asked import ask, item
from tests.ui.questions.conftest import Stage
from tests.waiting import until


def chosen(*options: str, item_id: str = "i1", text: str = "") -> ItemAnswer:
    return ItemAnswer(
        item_id=ItemId(item_id), option_ids=tuple(OptionId(name) for name in options), text=text
    )


async def test_a_number_key_answers_a_question_of_one_choice(stage: Stage) -> None:
    question_id = stage.engine.questions.ask(ask())
    dialogs = stage.dialogs()
    dialogs.show_question(question_id)
    dialog = await stage.opened(dialogs)
    QTest.keyClick(body_in(dialog.panel), Qt.Key.Key_2)
    await until(lambda: stage.engine.questions.answer_of(question_id))
    answer = stage.engine.questions.answer_of(question_id)
    assert answer is not None
    assert answer.items == (chosen("o2"),)
    await until(lambda: not dialogs.open_dialogs)


async def test_the_conversation_stays_usable_while_a_question_is_open(stage: Stage) -> None:
    dialogs = stage.dialogs()
    dialogs.show_question(stage.engine.questions.ask(ask()))
    dialog = await stage.opened(dialogs)
    assert not dialog.isModal()
    QTest.keyClicks(stage.composer, "3 more words")
    assert stage.composer.toPlainText() == "3 more words"
    assert dialog.isVisible()


async def test_a_draft_survives_closing_the_dialog(stage: Stage) -> None:
    question_id = stage.engine.questions.ask(ask(item(allow_custom=True)))
    dialogs = stage.dialogs()
    dialogs.show_question(question_id)
    dialog = await stage.opened(dialogs)
    cards = dialog.findChildren(RadioCard)
    cards[-1].setChecked(True)
    custom, note = dialog.findChildren(WritingField)
    custom.setPlainText("only on Sunday")
    note.setPlainText("ask Ann")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: not dialogs.open_dialogs)
    await stage.idle()

    dialogs.show_question(question_id)
    again = await stage.opened(dialogs)
    await stage.idle()
    custom, note = again.findChildren(WritingField)
    assert custom.toPlainText() == "only on Sunday"
    assert not custom.isHidden()
    assert note.toPlainText() == "ask Ann"
    assert stage.engine.questions.answer_of(question_id) is None


async def test_ctrl_enter_answers_from_any_field(stage: Stage) -> None:
    question_id = stage.engine.questions.ask(ask(item(kind=ItemKind.TEXT)))
    dialogs = stage.dialogs()
    dialogs.show_question(question_id)
    dialog = await stage.opened(dialogs)
    field = dialog.findChildren(WritingField)[0]
    QTest.keyClicks(field, "release 2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: not dialogs.open_dialogs)
    answer = stage.engine.questions.answer_of(question_id)
    assert answer is not None
    assert answer.items == (chosen(text="release 2\n"),)


async def test_three_items_are_answered_in_one_go(stage: Stage) -> None:
    record = ask(
        item("Which?", item_id="a"),
        item("Which ones?", item_id="b", kind=ItemKind.MULTI, low=2, high=2),
        item("Sure?", item_id="c", kind=ItemKind.CONFIRM, labels=("Yes", "No")),
    )
    question_id = stage.engine.questions.ask(record)
    panel = stage.panel()
    panel.show_record(record)
    await stage.idle()
    for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_3):
        QTest.keyClick(body_in(panel), key)
    assert stage.engine.questions.answer_of(question_id) is None
    cards = panel.findChildren(RadioCard)
    cards[-1].setFocus()
    QTest.keyClick(cards[-1], Qt.Key.Key_2)
    QTest.keyClick(body_in(panel), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await stage.idle()
    answer = stage.engine.questions.answer_of(question_id)
    assert answer is not None
    assert answer.items == (
        chosen("o1", item_id="a"),
        chosen("o1", "o3", item_id="b"),
        chosen("o2", item_id="c"),
    )


async def test_too_few_choices_are_told_and_not_sent(stage: Stage) -> None:
    record = ask(item(kind=ItemKind.MULTI, low=2, high=3))
    question_id = stage.engine.questions.ask(record)
    panel = stage.panel()
    panel.show_record(record)
    QTest.keyClick(body_in(panel), Qt.Key.Key_1)
    QTest.keyClick(body_in(panel), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await stage.idle()
    assert stage.engine.questions.answer_of(question_id) is None
    assert "Choose 2 to 3." in visible_words(panel)


async def test_an_own_answer_stands_instead_of_options(stage: Stage) -> None:
    record = ask(item(kind=ItemKind.MULTI, allow_custom=True))
    question_id = stage.engine.questions.ask(record)
    panel = stage.panel()
    panel.show_record(record)
    QTest.keyClick(body_in(panel), Qt.Key.Key_1)
    QTest.keyClick(body_in(panel), Qt.Key.Key_4)
    cards = panel.findChildren(CheckCard)
    assert [card.isChecked() for card in cards] == [False, False, False, True]
    QTest.keyClicks(panel.findChildren(WritingField)[0], "1 of my own")
    QTest.keyClick(body_in(panel), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await stage.idle()
    answer = stage.engine.questions.answer_of(question_id)
    assert answer is not None
    assert answer.items == (chosen(text="1 of my own"),)


async def test_the_second_of_two_answers_is_told_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_dialog, "SAY_FOR_MS", 20)
    question_id = stage.engine.questions.ask(ask())
    dialogs = stage.dialogs()
    dialogs.show_question(question_id)
    dialog = await stage.opened(dialogs)
    said: list[str] = []
    dialog.panel.ended_elsewhere.connect(lambda _: said.extend(visible_words(dialog)))
    stage.engine.questions.accept(question_id, (chosen("o2"),), note="", by="bambooctl")
    QTest.keyClick(body_in(dialog.panel), Qt.Key.Key_1)  # before the event reached the window
    stage.relay.flush()  # the event comes while this answer is on its way
    await until(lambda: not dialogs.open_dialogs)
    assert "Answered from the command line meanwhile: No" in said
    answer = stage.engine.questions.answer_of(question_id)
    assert answer is not None
    assert answer.answered_by == "bambooctl"


async def test_an_answer_given_elsewhere_closes_the_dialog_with_a_word(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_dialog, "SAY_FOR_MS", 20)
    question_id = stage.engine.questions.ask(ask())
    dialogs = stage.dialogs()
    dialogs.show_question(question_id)
    dialog = await stage.opened(dialogs)
    said: list[str] = []
    dialog.panel.ended_elsewhere.connect(lambda _: said.extend(visible_words(dialog)))
    stage.engine.questions.accept(question_id, (chosen("o1"),), note="", by="bambooctl")
    await until(lambda: not dialogs.open_dialogs)
    assert "Answered from the command line meanwhile: Yes" in said


async def test_a_withdrawn_question_says_so(stage: Stage) -> None:
    record = ask()
    question_id = stage.engine.questions.ask(record)
    panel = stage.panel()
    panel.show_record(record)
    stage.engine.questions.withdraw(question_id, "the session was stopped")
    await stage.idle()
    assert panel.is_over
    assert any("the session was stopped" in words for words in visible_words(panel))


async def test_a_full_disk_is_told_and_the_answer_can_be_sent_again(stage: Stage) -> None:
    record = ask()
    question_id = stage.engine.questions.ask(record)
    stage.engine.questions.next_error = StorageError("The disk is full: free some space.")
    panel = stage.panel()
    panel.show_record(record)
    QTest.keyClick(body_in(panel), Qt.Key.Key_1)
    await stage.idle()
    assert "The disk is full: free some space." in visible_words(panel)
    QTest.keyClick(body_in(panel), Qt.Key.Key_1)
    await stage.idle()
    assert stage.engine.questions.answer_of(question_id) is not None


async def test_every_control_of_a_question_has_a_name(stage: Stage) -> None:
    record = ask(item(allow_custom=True), item(kind=ItemKind.TEXT, item_id="t"), item(item_id="m"))
    panel = stage.panel()
    panel.show_record(record)
    await stage.idle()
    assert unnamed(panel) == []


def body_in(panel: QuestionPanel) -> QuestionBody:
    assert panel.body is not None
    return panel.body


def unnamed(root: QWidget) -> list[str]:
    """Controls that can be reached by Tab and have no accessible name."""
    return [
        repr(child)
        for child in root.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus
        and child.focusProxy() is None
        and child.window() is root.window()
        and not child.accessibleName()
    ]


def visible_words(root: QWidget) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in root.findChildren(QLabel) if label.isVisible()]


async def test_a_question_cannot_turn_its_words_around(stage: Stage) -> None:
    turned = "\u202egnorw\u202c \u2066x\u2069\u200f"
    record = ask(item(f"Is this {turned}?", labels=(turned, "No")), session_title=turned)
    dialogs = stage.dialogs()
    dialogs.show_question(stage.engine.questions.ask(record))
    dialog = await stage.opened(dialogs)
    prose = dialog.findChildren(ProseView)[0].toPlainText()
    assert "RIGHT-TO-LEFT OVERRIDE" in prose
    cards = [made.accessibleName() for made in dialog.findChildren(RadioCard)]
    shown = [prose, dialog.windowTitle(), *visible_words(dialog), *cards]
    hidden = "\u202e\u202c\u2066\u2069\u200f"
    assert not any(character in text for text in shown for character in hidden)
    assert dialog.windowTitle().endswith("gnorw x")
