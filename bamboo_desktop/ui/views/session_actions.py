"""Joins the actions on a session to the session in view, and turns off what makes no sense."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionSummary
from bamboo_desktop.ui.actions import Actions
from bamboo_desktop.ui.session_commands import SessionCommands

_IN_BIN = ("session.restore", "session.purge")
_OUT_OF_BIN = (
    "session.rename",
    "session.pin",
    "session.archive",
    "session.workspace",
    "session.trash",
    "go.composer",
)
_ALWAYS = ("session.export_markdown", "session.export_json", "go.find")


class SessionActions(QObject):
    """Acts on whatever session is in view."""

    def __init__(self, actions: Actions, commands: SessionCommands, window: QWidget) -> None:
        super().__init__(window)
        self._actions = actions
        self._window = window
        self._session_id: SessionId | None = None
        slots: dict[str, Callable[[SessionId], None]] = {
            "session.rename": commands.rename,
            "session.pin": commands.toggle_pinned,
            "session.archive": commands.toggle_archived,
            "session.workspace": commands.choose_workspace,
            "session.continue": commands.go_on,
            "session.stop": commands.stop,
            "session.export_markdown": commands.export_markdown,
            "session.export_json": commands.export_json,
            "session.trash": commands.trash,
            "session.restore": commands.restore,
            "session.purge": commands.purge,
        }
        for name, slot in slots.items():
            actions.on(name, self._on_session(slot))
        actions.on("session.undo_move", commands.undo_move)
        commands.undoable.connect(actions.get("session.undo_move").setEnabled)
        self.show_summary(None)

    def show_summary(self, summary: SessionSummary | None) -> None:
        """Take over the session in view and what can be done with it now."""
        self._session_id = None if summary is None else summary.session.id
        is_binned = summary is not None and summary.session.deleted_at is not None
        is_kept = summary is not None and not is_binned
        status = summary.status if summary is not None and is_kept else None
        enabled = dict.fromkeys(_IN_BIN, is_binned)
        enabled |= dict.fromkeys(_OUT_OF_BIN, is_kept)
        enabled |= dict.fromkeys(_ALWAYS, summary is not None)
        enabled["session.stop"] = status is not None and (status.is_live or status.is_waiting)
        enabled["session.continue"] = status is not None and status.can_continue
        for name, is_on in enabled.items():
            self._actions.get(name).setEnabled(is_on)
        if summary is not None:
            self._name_toggles(summary)

    def menu(self) -> QMenu:
        """The context menu of the session in view: the same actions, what is off left out."""
        menu = QMenu(self._window)
        blocks = (
            ("session.restore", "session.purge"),
            ("session.rename", "session.pin", "session.archive", "session.workspace"),
            ("session.continue", "session.stop"),
            ("session.export_markdown", "session.export_json"),
            ("session.trash",),
        )
        for block in blocks:
            wanted = [self._actions.get(name) for name in block]
            wanted = [action for action in wanted if action.isEnabled()]
            if wanted and not menu.isEmpty():
                menu.addSeparator()
            menu.addActions(wanted)
        return menu

    def open_menu(self, at: QPoint) -> None:
        """Open the context menu at a point of the screen."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _on_session(self, slot: Callable[[SessionId], None]) -> Callable[[], None]:
        def act() -> None:
            if self._session_id is not None:
                slot(self._session_id)

        return act

    def _name_toggles(self, summary: SessionSummary) -> None:
        session = summary.session
        pin = self.tr("Unpin session") if session.is_pinned else self.tr("Pin session")
        self._actions.get("session.pin").setText(pin)
        archive = self.tr("Archive session")
        if session.is_archived:
            archive = self.tr("Bring back from the archive")
        self._actions.get("session.archive").setText(archive)
