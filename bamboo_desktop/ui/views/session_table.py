"""The table of sessions: heights of its rows, and the rings that turn while something runs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from bamboo_desktop.domain.session import SessionSummary
from bamboo_desktop.ui.models.session_groups import GroupRow, is_running
from bamboo_desktop.ui.models.session_list import SessionListModel
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ROW_DENSE, ROW_TWO_LINES
from bamboo_desktop.ui.views.row_table import RowTable
from bamboo_desktop.ui.views.session_delegate import SessionDelegate

_FRAME_MS = 80
_TURN_MS = 1600


class SessionTable(RowTable):
    """Shows a session list model; animates the glyphs on the screen and nothing else."""

    def __init__(
        self, model: SessionListModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(row_height=ROW_TWO_LINES, name="", parent=parent)
        self.setAccessibleName(self.tr("Sessions"))
        self._theme = theme
        self._list = model
        self._rows_painter = SessionDelegate(theme, self)
        self.setItemDelegate(self._rows_painter)
        self.setModel(model)
        self._turning = QTimer(self, interval=_FRAME_MS)
        self._turning.timeout.connect(self._turn)
        self._minute = QTimer(self, interval=60_000)
        self._minute.timeout.connect(self._let_time_pass)
        model.rowsInserted.connect(self._fit_rows)
        model.modelReset.connect(self._fit_all)
        model.dataChanged.connect(self._start_turning)
        model.rowsRemoved.connect(self._start_turning)
        self.verticalScrollBar().valueChanged.connect(self._start_turning)
        theme.changed.connect(self._follow)

    @property
    def is_turning(self) -> bool:
        """True while a ring on the screen turns."""
        return self._turning.isActive()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        column = self._rows_painter.glyph_rect(self.viewport().rect())
        exposed = event.rect()
        is_turn = exposed.left() >= column.left() and exposed.right() <= column.right()
        self._rows_painter.paints_glyphs_only = is_turn
        super().paintEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()
        self._start_turning()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._turning.stop()
        self._minute.stop()
        super().hideEvent(event)

    def _fit_all(self) -> None:
        self._fit_rows(QModelIndex(), 0, self._list.rowCount() - 1)

    def _fit_rows(self, parent: QModelIndex, first: int, last: int) -> None:
        del parent
        heights = self.verticalHeader()
        for row in range(first, last + 1):
            is_group = isinstance(self._list.row_at(self._list.index(row, 0)), GroupRow)
            if is_group:
                heights.resizeSection(row, ROW_DENSE)
        self._start_turning()

    def _turning_rows(self) -> list[int]:
        found = []
        for row in self.visible_rows():
            shown = self._list.row_at(self._list.index(row, 0))
            if isinstance(shown, SessionSummary) and is_running(shown):
                found.append(row)
        return found

    def _start_turning(self) -> None:
        # What turns stops by itself; fifty rows that change are not looked through fifty times.
        if self._turning.isActive() or not self._theme.moves or not self.isVisible():
            return
        if self._turning_rows():
            self._turning.start()

    def _follow(self) -> None:
        self.viewport().update()
        self._start_turning()

    def _turn(self) -> None:
        rows = self._turning_rows()
        is_seen = self.isVisible() and not self.window().isMinimized()
        if not rows or not is_seen or not self._theme.moves:
            self._turning.stop()
            return
        self._rows_painter.phase = (self._rows_painter.phase + _FRAME_MS / _TURN_MS) % 1.0
        for row in rows:
            place = self.visualRect(self._list.index(row, 0))
            self.viewport().update(self._rows_painter.glyph_rect(place))

    def _let_time_pass(self) -> None:
        self._list.regroup()
        self.viewport().update()
