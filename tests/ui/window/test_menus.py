"""What the menus say: which of several holds, and nothing that would do nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bamboo_desktop.ui.theme_tokens import ThemeMode
from tests.ui.window.rig import Rig, box, button
from tests.waiting import until


@pytest.mark.parametrize(
    ("mode", "name"),
    [(ThemeMode.DARK, "view.theme_dark"), (ThemeMode.LIGHT, "view.theme_light")],
)
async def test_the_menu_marks_the_look_that_holds(rig: Rig, mode: ThemeMode, name: str) -> None:
    rig.window.theme.set_mode(mode)
    marked = [one for one in rig.window.actions_by_name.all() if "theme" in one[0].name]
    assert [spec.name for spec, action in marked if action.isChecked()] == [name]
    rig.window.theme.set_mode(ThemeMode.LIGHT)


async def test_the_menu_marks_the_part_of_the_list_that_is_shown(rig: Rig) -> None:
    actions = rig.window.actions_by_name
    assert actions.get("view.active").isChecked()
    rig.trigger("view.bin")
    assert actions.get("view.bin").isChecked()
    rig.trigger("session.new")
    await until(actions.get("view.active").isChecked)
    assert not actions.get("view.bin").isChecked()


async def test_undo_is_on_only_while_there_is_something_to_undo(rig: Rig) -> None:
    undo = rig.window.actions_by_name.get("session.undo_move")
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    assert not undo.isEnabled()
    rig.trigger("session.archive")
    await until(undo.isEnabled)
    rig.trigger("session.undo_move")
    await until(lambda: rig.titles() == ["One"])
    assert not undo.isEnabled()


async def test_nothing_offers_to_bring_back_what_is_gone_for_good(rig: Rig) -> None:
    undo = rig.window.actions_by_name.get("session.undo_move")
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    rig.trigger("session.trash")
    await until(undo.isEnabled)
    rig.trigger("view.bin")
    rig.bench.desk.show_session(session.id)
    await until(rig.window.actions_by_name.get("session.purge").isEnabled)
    rig.trigger("session.purge")
    button(await box(rig.window), "Delete for good").click()
    await until(rig.bench.page.pane.undo.isHidden)
    assert not undo.isEnabled()


@pytest.mark.parametrize("page", ["inbox", "search", "settings", "first_run"])
async def test_escape_leads_back_to_the_sessions(rig: Rig, page: str) -> None:
    await rig.session("One")
    rig.window.show()
    rig.window.show_page(page)
    rig.window.activateWindow()
    await until(rig.window.isActiveWindow)
    rig.window.focus_page()
    QTest.keyClick(QApplication.focusWidget() or rig.window, Qt.Key.Key_Escape)
    await until(lambda: rig.window.page == "sessions", what="the sessions")
    focus = QApplication.focusWidget()
    assert focus is not None
    assert rig.bench.page.isAncestorOf(focus)


async def test_escape_in_the_composer_leads_back_to_the_list_and_keeps_the_draft(rig: Rig) -> None:
    first, second = await rig.session("One"), await rig.session("Two")
    rig.window.show()
    rig.window.activateWindow()
    await until(rig.window.isActiveWindow)
    rig.bench.desk.enter_session(second.id)
    await rig.shows(second.id)
    edit = rig.bench.page.view.composer.edit
    await until(edit.hasFocus)
    QTest.keyClicks(edit, "half a sentence")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert rig.bench.page.pane.table.hasFocus()
    assert edit.toPlainText() == "half a sentence"
    QTest.keyClick(rig.bench.page.pane.table, Qt.Key.Key_J)
    await rig.shows(first.id)
    QTest.keyClick(rig.bench.page.pane.table, Qt.Key.Key_K)
    await rig.shows(second.id)
    await until(lambda: edit.toPlainText() == "half a sentence")


async def test_escape_in_the_composer_leads_to_the_conversation_with_no_list(rig: Rig) -> None:
    session = await rig.session("One")
    rig.window.show()
    rig.window.activateWindow()
    await until(rig.window.isActiveWindow)
    rig.trigger("view.list")
    rig.bench.desk.enter_session(session.id)
    await rig.shows(session.id)
    QTest.keyClick(rig.bench.page.view.composer.edit, Qt.Key.Key_Escape)
    assert rig.bench.page.view.transcript.pane.hasFocus()
