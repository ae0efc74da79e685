"""The event pane with what belongs to it: feed, hands, keys, find bar and the pill below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QPushButton, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.transcript import EntryKind, TranscriptEntry
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.models.transcript import TranscriptModel
from bamboo_desktop.ui.models.transcript_feed import TranscriptFeed
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.views.empty_state import EmptyState
from bamboo_desktop.ui.views.find_bar import FindBar
from bamboo_desktop.ui.views.pane.clipboard import PaneClipboard
from bamboo_desktop.ui.views.pane.hands import PaneHands
from bamboo_desktop.ui.views.pane.keys import PaneKeys
from bamboo_desktop.ui.views.pane.mouse import PaneMouse
from bamboo_desktop.ui.views.pane.view import EventPane

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_FOLDED = frozenset({EntryKind.THINKING, EntryKind.TOOL})


class TranscriptView(QWidget):
    """What happened in the shown session."""

    failed = Signal(object)

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        set_kind(self, "pane")
        self._engine = engine
        self._tasks = tasks
        self._session_id: SessionId | None = None
        self.model = TranscriptModel(self)
        self.pane = EventPane(self.model, theme)
        self.hands = PaneHands(engine, tasks, self.pane)
        self.clipboard = PaneClipboard(engine, tasks, self.pane)
        self.keys = PaneKeys(self.pane, self.hands, self.clipboard)
        self.mouse = PaneMouse(self.pane)
        self.feed = TranscriptFeed(engine, tasks, relay, self.model, self)
        self.find_bar = FindBar(theme)
        self.empty = EmptyState(theme, icon="bamboo")
        self._pill = QPushButton(self.tr("New below"), self.pane)
        self._lay_out(theme)
        self._connect()

    def _lay_out(self, theme: Theme) -> None:
        set_kind(self._pill, "primary")
        self._pill.setIcon(theme.icon("down"))
        self._pill.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._pill.hide()
        self._pages = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.find_bar)
        column.addLayout(self._pages, 1)
        # Not before: the first page is shown at once, and with no parent as a window of its own.
        self._pages.addWidget(self.pane)
        self._pages.addWidget(self.empty)
        self.empty.say(
            self.tr(
                "Nothing has happened here yet. Write below what is to be done: "
                "\u201cWhat is in this folder?\u201d is a good start."
            )
        )

    def _connect(self) -> None:
        for part in (self.feed, self.hands, self.clipboard):
            part.failed.connect(self.failed)
        self.feed.opened.connect(self._opened)
        self.model.stepped.connect(self._choose_page)
        self.pane.unseen.connect(self._show_pill)
        self.pane.installEventFilter(self)
        self._pill.clicked.connect(self.pane.to_end)
        self._pill.clicked.connect(self._pill.hide)
        self.find_bar.query_changed.connect(self._look_for)
        self.find_bar.went.connect(self._go_found)
        self.find_bar.closed.connect(self._end_find)

    def show_session(self, session_id: SessionId, position: int | None = None) -> None:
        """Show a session at its end, or at a position."""
        is_same = session_id == self._session_id and self.model.stored > 0
        if is_same and position is not None:
            self._go(position)
            return
        self._session_id = session_id
        self.hands.show_session(session_id)
        self.clipboard.show_session(session_id)
        self.find_bar.close_bar()
        self._pill.hide()
        self._pages.setCurrentWidget(self.pane)
        self.feed.open(session_id, position)

    def open_find(self) -> None:
        """Look for a text in this session."""
        self.find_bar.open_bar()

    def _opened(self, position: int | None) -> None:
        self._choose_page()
        if position is not None:
            self._go(position)

    def _choose_page(self) -> None:
        if not self.model.rowCount() and not self.feed.is_open:
            return
        wanted = self.pane if self.model.rowCount() else self.empty
        if self._pages.currentWidget() is not wanted:
            self._pages.setCurrentWidget(wanted)

    def _go(self, position: int) -> None:
        if 0 <= position < self.model.stored:
            self.pane.jump(position)

    # --- find ------------------------------------------------------------------------------------

    def _look_for(self, query: str) -> None:
        self.pane.look_for(query)
        session_id = self._session_id
        if not query:
            self.find_bar.show_found(query, (), near=0)
        elif session_id is not None:
            self._tasks.spawn(self._find(session_id, query), name="find in session")

    async def _find(self, session_id: SessionId, query: str) -> None:
        try:
            positions = await self._engine.transcripts.find_in(session_id, query)
        except UserError as error:
            self.failed.emit(error)
            return
        if session_id == self._session_id:
            near = max(self.pane.rowAt(0), 0)
            self.find_bar.show_found(query, positions, near=near)

    def _go_found(self, position: int) -> None:
        """Show a hit; one within a folded row is of no use folded."""
        row = self.model.row(position)
        is_folded = isinstance(row, TranscriptEntry) and row.kind in _FOLDED
        if is_folded and not self.pane.layouts.is_open(position):
            self.hands.toggle(position)
        self._go(position)

    def _end_find(self) -> None:
        self.pane.look_for("")
        self.pane.setFocus()

    # --- the pill --------------------------------------------------------------------------------

    def _show_pill(self, is_unseen: bool) -> None:  # noqa: FBT001 - a slot
        self._pill.setVisible(is_unseen)
        self._place_pill()

    def _place_pill(self) -> None:
        self._pill.adjustSize()
        area = self.pane.rect()
        left = (area.width() - self._pill.width()) // 2
        self._pill.move(left, area.height() - self._pill.height() - 12)
        self._pill.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.pane and event.type() is QEvent.Type.Resize:
            self._place_pill()
        return False
