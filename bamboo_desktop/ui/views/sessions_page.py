"""The page of sessions: the list, the conversation with its head, and the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.session import SessionSummary
from bamboo_desktop.ui.formats import home_short
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.bin_strip import BinStrip
from bamboo_desktop.ui.views.empty_state import EmptyState
from bamboo_desktop.ui.views.pane_widths import lay_out_panes, set_splits
from bamboo_desktop.ui.views.session_header import SessionHeader
from bamboo_desktop.ui.views.session_view import SessionView

if TYPE_CHECKING:
    from bamboo_desktop.domain.ids import SessionId
    from bamboo_desktop.ui.views.inspector import Inspector
    from bamboo_desktop.ui.views.session_pane import SessionPane


class SessionsPage(QWidget):
    """Three panes with remembered widths."""

    def __init__(
        self,
        theme: Theme,
        pane: SessionPane,
        view: SessionView,
        inspector: Inspector,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.pane = pane
        self.view = view
        self.inspector = inspector
        self.header = SessionHeader(theme)
        self.strip = BinStrip()
        self.empty = EmptyState(theme, icon="bamboo")
        self.name_playbooks("")
        set_kind(self.empty, "pane")
        self.empty.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.empty)
        self._middle.addWidget(self._conversation())
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        lay_out_panes(self.splitter, pane, self._middle, inspector)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def name_playbooks(self, folder: str) -> None:
        """Say, where no session is in view, where playbooks of the person's own belong."""
        words = self.tr("Choose a session at the left, or start a new one.")
        if folder:
            own = self.tr("Playbooks you put into {} can be chosen like a model.").format(
                home_short(folder)
            )
            words = f"{words}\n\n{own}"
        self.empty.say(words, button=self.tr("New session"))

    def show_summary(self, summary: SessionSummary, *, has_folder: bool = True) -> None:
        """Show the newest state of the session in view, and whether its folder is there."""
        self.header.show_summary(summary, has_folder=has_folder)
        is_binned = summary.session.deleted_at is not None
        self.strip.setVisible(is_binned)
        self.view.composer.setVisible(not is_binned)
        self.view.transcript.model.set_shelved(shelved=is_binned)

    def show_session(self, session_id: SessionId, position: int | None = None) -> None:
        """Bring a session into view."""
        self._middle.setCurrentIndex(1)
        self.pane.show_session(session_id)
        self.view.show_session(session_id, position)
        self.inspector.show_session(session_id)

    def show_nothing(self) -> None:
        """No session is chosen."""
        self._middle.setCurrentIndex(0)
        self.pane.show_session(None)
        self.inspector.show_session(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leads back to the list, or to the conversation where no list is shown."""
        back = self.pane.table if self.pane.table.isVisible() else self.view.transcript.pane
        if event.key() == Qt.Key.Key_Escape and not event.modifiers() and not back.hasFocus():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().keyPressEvent(event)

    def splits(self) -> str:
        """The widths of the panes, to be kept."""
        return bytes(self.splitter.saveState().toBase64().data()).decode("ascii")

    def set_splits(self, state: str) -> None:
        """The widths of the panes as they were kept."""
        set_splits(self.splitter, state)

    def _conversation(self) -> QWidget:
        line = QFrame()
        set_kind(line, "line")
        strip_row = QHBoxLayout()
        strip_row.setContentsMargins(GAP, 0, GAP, GAP_SMALL)
        strip_row.addWidget(self.strip)
        whole = QWidget()
        set_kind(whole, "pane")
        whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(strip_row)
        column.addWidget(line)
        column.addWidget(self.view, 1)
        return whole
