"""Joins the actions on a schedule to the one that is chosen, and turns off what makes no sense."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule_view import ScheduleSummary
from bamboo_desktop.ui.actions import Actions
from bamboo_desktop.ui.schedule_commands import ScheduleCommands

PAUSES = ("schedule.pause_hour", "schedule.pause_day", "schedule.pause")
_ALWAYS = (
    "schedule.edit",
    "schedule.history",
    "schedule.run",
    "schedule.switch",
    "schedule.duplicate",
    "schedule.trash",
)
_BLOCKS = (
    ("schedule.edit", "schedule.history"),
    ("schedule.run", "schedule.switch", *PAUSES, "schedule.resume"),
    ("schedule.duplicate", "schedule.trash"),
)


class ScheduleActions(QObject):
    """Acts on whatever schedule is chosen in the list.

    Args:
        actions: the window's.
        commands: what is done.
        edit: opens the editor of a schedule.
        history: opens the history of a schedule.
        window: the parent of menus.
    """

    def __init__(
        self,
        actions: Actions,
        commands: ScheduleCommands,
        window: QWidget,
        *,
        edit: Callable[[ScheduleId], None],
        history: Callable[[ScheduleId], None],
    ) -> None:
        super().__init__(window)
        self._actions = actions
        self._window = window
        self._chosen: ScheduleId | None = None
        slots: dict[str, Callable[[ScheduleId], None]] = {
            "schedule.edit": edit,
            "schedule.history": history,
            "schedule.run": commands.run_now,
            "schedule.switch": commands.switch,
            "schedule.pause_hour": commands.pause_hour,
            "schedule.pause_day": commands.pause_day,
            "schedule.pause": commands.pause,
            "schedule.resume": commands.resume,
            "schedule.duplicate": commands.duplicate,
            "schedule.trash": commands.trash,
        }
        for name, slot in slots.items():
            actions.on(name, self._on_chosen(slot))
        actions.on("schedule.undo", commands.undo)
        commands.undoable.connect(actions.get("schedule.undo").setEnabled)

    def show(self, summary: ScheduleSummary | None) -> None:
        """Take over the schedule that is chosen; None while there is none to act on."""
        self._chosen = None if summary is None else summary.schedule.id
        for name in _ALWAYS:
            self._actions.get(name).setEnabled(summary is not None)
        schedule = None if summary is None else summary.schedule
        stands = schedule is not None and schedule.pause is not None
        for name in PAUSES:
            self._actions.get(name).setEnabled(schedule is not None)
        self._actions.get("schedule.resume").setEnabled(stands)
        if schedule is not None:
            words = self.tr("Switch schedule off") if schedule.is_enabled else None
            self._actions.get("schedule.switch").setText(words or self.tr("Switch schedule on"))

    def menu(self) -> QMenu:
        """The context menu: the same actions, what is off left out."""
        menu = QMenu(self._window)
        for block in _BLOCKS:
            wanted = [self._actions.get(name) for name in block]
            if not menu.isEmpty():
                menu.addSeparator()
            menu.addActions([action for action in wanted if action.isEnabled()])
        return menu

    def open_menu(self, at: QPoint) -> None:
        """Open the context menu at a point of the screen."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _on_chosen(self, slot: Callable[[ScheduleId], None]) -> Callable[[], None]:
        def act() -> None:
            if self._chosen is not None:
                slot(self._chosen)

        return act
