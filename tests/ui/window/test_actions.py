"""Actions: named, reachable by keys, in a menu and in the palette."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from bamboo_desktop.ui.actions import ActionGroup, Actions, ActionSpec
from bamboo_desktop.ui.actions_table import window_actions
from bamboo_desktop.ui.models.pick_list import PickEntry, PickListModel, matching
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.keyboard_help import KeyboardHelp
from bamboo_desktop.ui.views.main_window import MainWindow
from bamboo_desktop.ui.views.palette import action_entries


def spec(name: str, *keys: str) -> ActionSpec:
    return ActionSpec(name=name, text=name.title(), group=ActionGroup.VIEW, shortcuts=keys)


def test_every_action_has_a_name_a_text_and_keys_of_its_own() -> None:
    specs = window_actions()
    names = [one.name for one in specs]
    keys = [QKeySequence(key).toString() for one in specs for key in one.shortcuts]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)
    assert all(one.shortcuts and one.text.strip() for one in specs)
    assert all(keys), "a shortcut that Qt does not understand"


def test_keys_that_are_taken_are_refused(theme: Theme) -> None:
    actions = Actions(QWidget())
    actions.add(spec("one", "Ctrl+1"))
    with pytest.raises(ValueError, match="taken"):
        actions.add(spec("two", "Ctrl+2", "Ctrl+1"))
    with pytest.raises(ValueError, match="exists"):
        actions.add(spec("one", "Ctrl+3"))


def test_every_action_is_in_a_menu(theme: Theme) -> None:
    window = MainWindow(theme)
    menus = window.menuBar().findChildren(QMenu)
    actions = [action for menu in menus for action in menu.actions()]
    in_menus = {action.objectName() for action in actions if action.objectName()}
    assert in_menus == {one.name for one in window_actions()}
    window.deleteLater()


def test_the_palette_offers_what_can_be_done_now(theme: Theme) -> None:
    window = QWidget()
    actions = Actions(window)
    on, off = actions.add(spec("on", "Ctrl+1")), actions.add(spec("off", "Ctrl+2"))
    off.setEnabled(False)
    entries = action_entries(actions)
    assert [entry.value for entry in entries] == [on]
    assert entries[0].hint == "Ctrl+1"


def test_the_keyboard_help_is_read_from_the_actions(theme: Theme) -> None:
    window = QWidget()
    actions = Actions(window)
    actions.add(spec("do a thing", "Ctrl+Alt+9"))
    texts = [label.text() for label in KeyboardHelp(actions, window).findChildren(QLabel)]
    assert "Do A Thing" in texts
    assert "Ctrl+Alt+9" in texts


def entry(title: str, detail: str = "") -> PickEntry:
    return PickEntry(title=title, value=title, detail=detail)


def test_typing_finds_words_in_any_order_and_the_start_of_a_title_first() -> None:
    entries = (entry("Weekly report"), entry("Disk report", "waiting"), entry("Report a fault"))
    assert [one.title for one in matching(entries, "repo")] == [
        "Report a fault",
        "Weekly report",
        "Disk report",
    ]
    assert [one.title for one in matching(entries, "REPORT wait")] == ["Disk report"]
    assert matching(entries, "nowhere") == ()
    assert matching(entries, "  ") == entries


def test_the_list_to_pick_from_is_a_sound_model(qtmodeltester: object, theme: Theme) -> None:
    model = PickListModel()
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    model.offer((entry("a"), entry("b")))
    model.filter("b")
    assert model.rowCount() == 1
    assert model.row_at(model.index(0, 0)) == entry("b")
