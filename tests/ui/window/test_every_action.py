"""Every action of the window can be done: from the menus, by key and from the palette."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.ui.actions_table import window_actions
from tests.ui.window.rig import Rig
from tests.waiting import until

ALL = tuple(spec.name for spec in window_actions())
ENDS = {"app.quit", "window.close"}
OF_SCHEDULES = {spec.name for spec in window_actions() if spec.name.startswith("schedule.")}
WHERE_IT_MAKES_SENSE = {
    "session.continue",  # a run that has ended before its time
    "session.stop",  # a run that goes on
    "session.undo_move",
    "session.restore",
    "session.purge",
}


@pytest.fixture(autouse=True)
def opened_folders(monkeypatch: pytest.MonkeyPatch) -> list[QUrl]:
    """What would have been opened in the desktop's own program."""
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    return opened


def close_dialogs(rig: Rig) -> None:
    for dialog in rig.window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.reject()


async def settled(rig: Rig) -> None:
    """Close what has opened, until nothing is under way any more."""

    def is_quiet() -> bool:
        close_dialogs(rig)
        rig.relay.flush()
        return len(rig.tasks) == 0

    await until(is_quiet, what="nothing under way")


async def shown_session(rig: Rig) -> SessionId:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    await until(rig.window.actions_by_name.get("session.rename").isEnabled)
    return session.id


def click_in_menu(rig: Rig, action: QAction) -> None:
    """As a click on its entry: a menu opens, the entry is chosen, the menu closes."""
    menus = [menu for menu in rig.window.menuBar().findChildren(QMenu) if action in menu.actions()]
    (menu,) = menus
    menu.aboutToShow.emit()
    action.activate(QAction.ActionEvent.Trigger)


@pytest.mark.parametrize("with_session", [False, True])
async def test_each_action_that_is_on_can_be_done_and_breaks_nothing(
    rig: Rig, *, with_session: bool
) -> None:
    rig.window.show()
    closings: list[str] = []
    rig.window.close_wanted.connect(lambda: closings.append("x"))
    actions = rig.window.actions_by_name
    for name in ALL:
        if with_session:
            rig.trigger("view.active")
            await shown_session(rig)
        action = actions.get(name)
        if action.isEnabled():
            click_in_menu(rig, action)
            await settled(rig)
    assert len(closings) == len(ENDS)
    assert QApplication.activeModalWidget() is None


async def test_with_a_session_only_what_would_do_nothing_is_off(rig: Rig) -> None:
    await shown_session(rig)
    actions = rig.window.actions_by_name
    off = {name for name in ALL if not actions.get(name).isEnabled()}
    assert off - OF_SCHEDULES == WHERE_IT_MAKES_SENSE


async def test_what_is_off_comes_on_where_it_makes_sense(rig: Rig) -> None:
    await shown_session(rig)
    actions = rig.window.actions_by_name
    rig.trigger("session.trash")
    await until(actions.get("session.undo_move").isEnabled)
    rig.trigger("view.bin")
    await until(lambda: rig.titles() == ["One"])
    rig.bench.page.pane.step(1)
    await until(actions.get("session.purge").isEnabled)
    assert actions.get("session.restore").isEnabled()


async def test_every_action_that_is_on_is_found_in_the_palette_and_done_from_it(
    rig: Rig, opened_folders: list[QUrl]
) -> None:
    rig.window.show()
    await shown_session(rig)
    from bamboo_desktop.ui.views.palette import action_entries

    values = (entry.value for entry in action_entries(rig.window.actions_by_name))
    entries = {value.objectName() for value in values if isinstance(value, QAction)}
    on = {spec.name for spec, action in rig.window.actions_by_name.all() if action.isEnabled()}
    assert entries == on - {"go.palette"}
    rig.trigger("help.data_folder")
    assert [Path(url.toLocalFile()) for url in opened_folders] == [rig.engine.data_dir]
