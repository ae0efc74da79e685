"""The front of the page of schedules: its head, and the list or the calendar under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, ColorRole
from bamboo_desktop.ui.views.question_parts import button, label

if TYPE_CHECKING:
    from bamboo_desktop.ui.theme import Theme
    from bamboo_desktop.ui.views.schedules.calendar_page import CalendarPage
    from bamboo_desktop.ui.views.schedules.list_pane import ListPane


class FrontPane(QWidget):
    """`turned` follows when the other of the two is shown."""

    new_wanted = Signal()
    turned = Signal()

    def __init__(
        self, theme: Theme, rows: ListPane, calendar: CalendarPage, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows, self._calendar = rows, calendar
        self._new = button(self.tr("New schedule"), "primary", self.tr("New schedule"))
        self._new.setToolTip(self.tr("New schedule (Ctrl+Shift+N)"))
        self._new.clicked.connect(self.new_wanted)
        self.tabs = QTabBar()
        self.tabs.addTab(self.tr("List"))
        self.tabs.addTab(self.tr("Calendar"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("List or calendar"))
        self._views = QStackedWidget()
        self._views.addWidget(rows)
        self._views.addWidget(calendar)
        title = label(self.tr("Schedules"), "title")
        title.setWordWrap(False)
        head = QHBoxLayout()
        head.setContentsMargins(GAP + GAP_SMALL, GAP, GAP + GAP_SMALL, GAP_SMALL)
        head.addWidget(title)
        head.addSpacing(GAP)
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self._new)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._views, 1)
        self.tabs.currentChanged.connect(self._turn)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    @property
    def is_calendar(self) -> bool:
        """True while the calendar is shown."""
        return self._views.currentWidget() is self._calendar

    def show_calendar(self, *, calendar: bool) -> None:
        """Show the calendar, or the list."""
        self.tabs.setCurrentIndex(1 if calendar else 0)

    def focus_view(self) -> None:
        """Put the focus where the arrows work."""
        if self.is_calendar:
            self._calendar.focus_days()
        else:
            self._rows.focus_list()

    def _turn(self, place: int) -> None:
        self._views.setCurrentIndex(place)
        self.turned.emit()

    def _paint_icon(self) -> None:
        self._new.setIcon(self._theme.icon("plus", ColorRole.ON_ACCENT))
