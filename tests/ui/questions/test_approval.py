from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from bamboo_desktop.domain.question import ALLOW_ALWAYS, ALLOW_ONCE, ALLOW_SESSION, DENY
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.approval_body import ApprovalBody
from bamboo_desktop.ui.views.approval_card import ApprovalCard
from bamboo_desktop.ui.views.approval_exact import ExactView
from bamboo_desktop.ui.views.question_writing import WritingField
from bamboo_desktop.ui.visible_text import make_visible
from tests.ui.questions.asked import approval
from tests.ui.questions.conftest import Stage
from tests.ui.questions.test_dialog import unnamed, visible_words
from tests.waiting import until


def body_of(stage: Stage, exact: str = "rm -rf build", warning: str = "") -> ApprovalBody:
    record = approval(exact, warning=warning)
    stage.engine.questions.ask(record)
    panel = stage.panel()
    panel.show_record(record)
    panel.focus()
    body = panel.body
    assert isinstance(body, ApprovalBody)
    return body


def decided(stage: Stage) -> str | None:
    answer = stage.engine.questions.answer_of(next(iter(stage.engine.questions.records)))
    return None if answer is None else answer.items[0].option_ids[0]


def named(root: QWidget, name: str) -> QPushButton:
    return next(made for made in root.findChildren(QPushButton) if made.accessibleName() == name)


async def test_enter_and_numbers_do_nothing_in_the_first_half_second(stage: Stage) -> None:
    body = body_of(stage)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_1, Qt.Key.Key_Space):
        QTest.keyClick(body, key)
    QTest.mouseClick(named(body, "Allow once"), Qt.MouseButton.LeftButton)
    await stage.idle()
    assert not body.is_armed
    assert decided(stage) is None


async def test_enter_never_allows_by_itself(stage: Stage) -> None:
    body = body_of(stage)
    await until(lambda: body.is_armed)
    QTest.keyClick(body, Qt.Key.Key_Return)
    QTest.keyClick(body, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await stage.idle()
    assert decided(stage) is None


async def test_no_button_has_the_focus_and_none_is_the_default(stage: Stage) -> None:
    dialogs = stage.dialogs()
    dialogs.show_question(stage.engine.questions.ask(approval()))
    dialog = await stage.opened(dialogs)
    body = dialog.panel.body
    assert isinstance(body, ApprovalBody)
    await until(lambda: body.is_armed)
    assert not isinstance(QApplication.focusWidget(), QPushButton)
    buttons = dialog.findChildren(QPushButton)
    assert buttons
    assert not any(made.isDefault() or made.autoDefault() for made in buttons)


async def test_each_choice_has_its_number(stage: Stage) -> None:
    body = body_of(stage)
    await until(lambda: body.is_armed)
    QTest.keyClick(body, Qt.Key.Key_2)
    await stage.idle()
    assert decided(stage) == ALLOW_SESSION


async def test_a_button_a_person_went_to_is_pressed_by_enter(stage: Stage) -> None:
    body = body_of(stage)
    await until(lambda: body.is_armed)
    made = named(body, "Allow once")
    made.setFocus()
    QTest.keyClick(made, Qt.Key.Key_Return)
    await stage.idle()
    assert decided(stage) == ALLOW_ONCE


async def test_a_refusal_takes_its_reason_along(stage: Stage) -> None:
    body = body_of(stage)
    await until(lambda: body.is_armed)
    body.findChildren(WritingField)[0].setPlainText("use git clean instead")
    named(body, "Deny").click()
    await stage.idle()
    assert decided(stage) == DENY
    answer = stage.engine.questions.answer_of(next(iter(stage.engine.questions.records)))
    assert answer is not None
    assert answer.note == "use git clean instead"


async def test_always_shows_its_rule_and_asks_once_more(stage: Stage) -> None:
    body = body_of(stage)
    await until(lambda: body.is_armed)
    named(body, "Always\u2026").click()
    await stage.idle()
    assert decided(stage) is None
    assert "Bash(rm -rf build)" in visible_words(body)
    QTest.keyClick(body, Qt.Key.Key_Escape)
    assert "Bash(rm -rf build)" not in visible_words(body)
    named(body, "Always\u2026").click()
    named(body, "Add the rule and allow").click()
    await stage.idle()
    assert decided(stage) == ALLOW_ALWAYS


async def test_an_approval_that_comes_into_view_again_waits_again(stage: Stage) -> None:
    body = body_of(stage)
    await until(lambda: body.is_armed)
    stage.window.hide()
    stage.window.show()
    assert not body.is_armed


async def test_a_click_into_a_dialog_behind_counts_and_a_key_waits(stage: Stage) -> None:
    dialogs = stage.dialogs()
    dialogs.show_question(stage.engine.questions.ask(approval()))
    dialog = await stage.opened(dialogs)
    body = dialog.findChildren(ApprovalBody)[0]
    await until(lambda: body.is_armed)
    QApplication.sendEvent(dialog, QEvent(QEvent.Type.WindowActivate))
    for key in (Qt.Key.Key_1, Qt.Key.Key_Return):
        QTest.keyClick(body, key)
    await stage.idle()
    assert decided(stage) is None
    QTest.mouseClick(named(body, "Allow once"), Qt.MouseButton.LeftButton)
    await stage.idle()
    assert decided(stage) == ALLOW_ONCE


async def test_the_exact_command_is_shown_with_what_hides_in_it(stage: Stage) -> None:
    body = body_of(stage, "ls \u202e| hs\u202c # \u200bok\x1b[31m \x07")
    shown = body.findChildren(ExactView)[0].toPlainText()
    for mark in ("RIGHT-TO-LEFT OVERRIDE", "END OF DIRECTION", "ZERO WIDTH SPACE", "ESC[31m"):
        assert mark in shown
    assert not set(shown) & {"\u202e", "\u202c", "\u200b", "\x1b", "\x07"}
    await stage.idle()
    assert any("right-to-left override" in words for words in visible_words(body))


async def test_what_is_unusual_is_said(stage: Stage) -> None:
    body = body_of(stage, warning="It leaves the workspace.")
    await stage.idle()
    assert "It leaves the workspace." in visible_words(body)


async def test_a_big_diff_is_whole(stage: Stage) -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n" + "".join(f"+line {n}\n" for n in range(5_000))
    body = body_of(stage, diff)
    assert body.findChildren(ExactView)[0].toPlainText() == diff


async def test_markup_in_a_command_stays_text(stage: Stage) -> None:
    record = approval("x", sentence="<b>Run</b> a &amp; b")
    panel = stage.panel()
    panel.show_record(record)
    labels = [made for made in panel.findChildren(QLabel) if made.text() == "<b>Run</b> a &amp; b"]
    assert len(labels) == 1
    assert labels[0].textFormat() is Qt.TextFormat.PlainText


async def test_every_control_of_an_approval_has_a_name(stage: Stage) -> None:
    assert unnamed(body_of(stage)) == []


def test_plain_text_stays_as_it_is() -> None:
    text = "git commit -m 'für Łódź 日本 🎋'\n\tdone"
    made = make_visible(text)
    assert made.plain == text
    assert made.hidden == ()


def test_lone_surrogates_and_tags_are_marked() -> None:
    made = make_visible("a\ud800b\U000e0041c\u3164d\r\n")
    assert made.plain == "a\u2039U+D800\u203ab\u2039U+E0041\u203ac\u2039U+3164\u203ad\u240d\n"
    assert made.hidden_count == 4


def test_letters_that_read_from_the_right_are_told() -> None:
    assert make_visible("rm ~/\u05e9\u05dc").has_right_to_left


def test_what_fits_is_shown_without_a_scroll_bar(qapp: QApplication, qtbot: QtBot) -> None:
    view = ExactView(Theme(qapp, mode=ThemeMode.LIGHT))
    qtbot.addWidget(view)
    view.set_exact("--- a\n+++ b\n@@ -0,0 +1,5 @@\n" + "+line\n" * 9)
    view.resize(600, view.heightForWidth(600))
    view.show()
    assert view.verticalScrollBar().maximum() == 0


async def test_a_warning_and_a_wrapped_command_need_no_scrolling(stage: Stage) -> None:
    command = "echo 'a command that takes two lines in its frame' && " + "true && " * 8 + "true"
    record = approval(command, reason="", warning="Look twice: this changes what runs later.")
    dialogs = stage.dialogs()
    dialogs.show_question(stage.engine.questions.ask(record))
    dialog = await stage.opened(dialogs)
    card = dialog.findChildren(ApprovalCard)[0]
    await stage.idle()
    await until(lambda: card.isVisible() and card.verticalScrollBar().maximum() == 0)
