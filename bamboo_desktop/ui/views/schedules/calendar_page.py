"""The calendar of occurrences: month, week and agenda, past and future in one view."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.schedule_view import CalendarEntry
from bamboo_desktop.ui.models.agenda import AgendaModel, AgendaRow, agenda_rows
from bamboo_desktop.ui.models.calendar_cells import Span, bounds, cells, stepped
from bamboo_desktop.ui.models.schedule_list import ScheduleListModel
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.empty_state import EmptyState
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.schedules.agenda_list import AgendaList
from bamboo_desktop.ui.views.schedules.calendar_bar import CalendarBar
from bamboo_desktop.ui.views.schedules.calendar_grid import CalendarGrid
from bamboo_desktop.ui.views.schedules.occurrence_panel import OccurrencePanel

if TYPE_CHECKING:
    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.errands import Errands
    from bamboo_desktop.ui.schedule_relay import ScheduleRelay

_PASSES_MS = 30_000


class CalendarPage(QWidget):
    """`acted` passes on what the person wants done to an occurrence."""

    acted = Signal(str, object)

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        theme: Theme,
        relay: ScheduleRelay,
        clock: Clock,
        schedules: ScheduleListModel,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._errands = errands
        self._clock = clock
        self._schedules = schedules
        self._span = Span.MONTH
        self._day = clock.now().astimezone().date()
        self._asked = 0
        self._is_reading = False
        self._is_stale = False
        self._is_elsewhere = True
        self.bar = CalendarBar(theme, errands, schedules, self)
        self.grid = CalendarGrid(theme, self)
        self.agenda = AgendaModel(self)
        self.list = AgendaList(self.agenda, theme, self)
        self._empty = EmptyState(theme, icon="schedules")
        self._empty.say(self.tr("Nothing falls into these days."))
        self.panel = OccurrencePanel(theme, self)
        self.panel.hide()
        # The line of the present moves while somebody looks at it, and only then.
        self._passing = QTimer(self, interval=_PASSES_MS)
        self._passing.timeout.connect(lambda: self.grid.show_now(clock.now()))
        self._lay_out()
        self._connect(relay)

    @property
    def day(self) -> date:
        """The day that is chosen."""
        return self._day

    def go(self, span: Span, day: date) -> None:
        """Show other days, or more or fewer of them."""
        self._span, self._day = span, day
        self._is_elsewhere = True
        self.bar.show_place(span, day)
        shown, (start, end) = self.panel.entry, bounds(span, day)
        if shown is not None and not (shown.at <= end and shown.last_at >= start):
            self.panel.hide()
        self.load()

    def load(self) -> None:
        """Read what is in view."""
        self._errands.run(self._loaded(), name="load the calendar")

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._passing.start()
        if not event.spontaneous():
            self.go(self._span, self._day)

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        self._passing.stop()
        super().hideEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.panel.isVisible():
            self.panel.hide()
            self.focus_days()
        elif key == Qt.Key.Key_Escape and self._span is Span.AGENDA:
            self.go(Span.MONTH, self._day)
            self.focus_days()
        elif key in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            self._step(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def focus_days(self) -> None:
        """Put the focus where the arrows move through the days."""
        (self.list if self._span is Span.AGENDA else self.grid).setFocus()

    def _lay_out(self) -> None:
        self._cut = label(
            self.tr(
                "There are too many to show each: of a schedule that runs very often only the "
                "first are shown. Choose one schedule to see all of its own."
            ),
            "caption",
        )
        self._cut.setContentsMargins(GAP + GAP_SMALL, 0, GAP, GAP_SMALL)
        self._cut.hide()
        self._stack = QStackedWidget()
        for one in (self.grid, self.list, self._empty):
            self._stack.addWidget(one)
        set_kind(self._stack, "pane")
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self._stack)
        splitter.addWidget(self.panel)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([900, 290])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._cut)
        column.addWidget(splitter, 1)

    def _connect(self, relay: ScheduleRelay) -> None:
        self.bar.stepped.connect(self._step)
        self.bar.today_wanted.connect(
            lambda: self.go(self._span, self._clock.now().astimezone().date())
        )
        self.bar.span_chosen.connect(lambda span: self.go(span, self._day))
        self.bar.filter_changed.connect(self.load)
        self.grid.day_chosen.connect(lambda day: self.go(self._span, day))
        self.grid.day_opened.connect(self._open_day)
        self.grid.entry_chosen.connect(self._choose)
        self.list.entry_chosen.connect(self._choose)
        self.panel.acted.connect(self.acted)
        self.panel.closed.connect(self._close_panel)
        relay.changed.connect(self._news)

    def _close_panel(self) -> None:
        self.panel.hide()
        self.focus_days()

    def _step(self, step: int) -> None:
        self.go(self._span, stepped(self._span, self._day, step))

    def _open_day(self, day: date) -> None:
        self.go(Span.AGENDA, day)
        self.list.setFocus()

    def _news(self) -> None:
        """Something was claimed or ended: look again, however much it was, once at a time."""
        self._is_stale = True
        if self.isVisible() and not self._is_reading:
            self.load()

    async def _loaded(self) -> None:
        self._asked += 1
        asked, span, day = self._asked, self._span, self._day
        self._is_reading, self._is_stale = True, False
        try:
            start, end = bounds(span, day)
            entries = await self._engine.occurrences.calendar(
                start, end, schedule_ids=self.bar.schedule_ids, states=self.bar.states
            )
            if self.bar.is_only_to_come:
                entries = tuple(one for one in entries if one.occurrence is None)
            rows = await asyncio.to_thread(agenda_rows, entries if span is Span.AGENDA else ())
            found = await asyncio.to_thread(cells, entries, span, day)
        finally:
            self._is_reading = False
        if asked != self._asked:
            return
        is_cut = any(one.count == 0 and one.occurrence is None for one in entries)
        is_cut = is_cut and self.bar.schedule_ids is None
        # A cell sums up anyway; only a list leaves something out.
        self._cut.setVisible(is_cut and span is Span.AGENDA)
        if span is Span.AGENDA:
            self._show_agenda(rows)
        else:
            today = self._clock.now().astimezone().date()
            self.grid.show_now(self._clock.now())
            self.grid.show_cells(span, day, today, found)
            self._stack.setCurrentWidget(self.grid)
        await self._refresh_panel(entries)
        if self._is_stale and self.isVisible():
            self.load()

    def _show_agenda(self, rows: list[AgendaRow]) -> None:
        now = self._clock.now()
        start = now if self._day == now.astimezone().date() else None
        # Only a list that is in front has a height to scroll in.
        self._stack.setCurrentWidget(self.list if rows else self._empty)
        self.list.show_rows(rows, self._day, start, is_kept=not self._is_elsewhere)
        self._is_elsewhere = False

    def _choose(self, entry: CalendarEntry) -> None:
        summary = self._schedules.summary(entry.schedule_id)
        zone = "" if summary is None else summary.schedule.zone
        self.panel.show_entry(entry, zone, self._clock.now())
        self.panel.show()
        self._errands.run(self._detailed(entry), name="show an occurrence")

    async def _detailed(self, entry: CalendarEntry) -> None:
        if entry.occurrence is None:
            return
        try:
            detail = await self._engine.occurrences.detail(entry.occurrence.id)
        except NotFoundError:
            return
        if self.panel.entry is entry:
            self.panel.show_detail(detail)

    async def _refresh_panel(self, entries: tuple[CalendarEntry, ...]) -> None:
        shown = self.panel.entry
        if shown is None or self.panel.isHidden():
            return
        for entry in entries:
            if (entry.schedule_id, entry.at) == (shown.schedule_id, shown.at) and entry != shown:
                self._choose(entry)
                return
