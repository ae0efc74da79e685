"""The history of one schedule: what each run answered, took, cost and touched; two compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Tally
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import CalendarEntry, OccurrenceDetail
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.history_rows import HistoryModel
from bamboo_desktop.ui.models.schedule_words import state_word
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.empty_state import EmptyState
from bamboo_desktop.ui.views.question_parts import button, label, line
from bamboo_desktop.ui.views.schedules.history_list import HistoryList
from bamboo_desktop.ui.views.schedules.history_side import HistorySide

if TYPE_CHECKING:
    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.errands import Errands
    from bamboo_desktop.ui.schedule_relay import ScheduleRelay

_AT_ONCE = 100


class HistoryPage(QWidget):
    """`acted` passes on what the person wants done to an occurrence."""

    closed = Signal()
    acted = Signal(str, object)

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        theme: Theme,
        relay: ScheduleRelay,
        clock: Clock,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._errands = errands
        self._theme = theme
        self._clock = clock
        self._schedule: Schedule | None = None
        self._wanted = _AT_ONCE
        self.model = HistoryModel(self)
        self.list = HistoryList(self.model, theme, self)
        self.side = HistorySide(theme, self)
        self._back = button(self.tr("Schedules"), "flat", self.tr("Back to the schedules"))
        self._title, self._tallies = label("", "title"), label("", "caption")
        self._title.setWordWrap(False)
        self._older = button(self.tr("Show older ones"), "", self.tr("Show older ones"))
        self._empty = EmptyState(theme, icon="clock")
        self._empty.say(self.tr("Nothing has come of this schedule yet."))
        self._lay_out()
        self._connect(relay)

    def open_schedule(self, schedule: Schedule) -> None:
        """Show what came of a schedule."""
        self._schedule, self._wanted = schedule, _AT_ONCE
        self._title.setText(self.tr("History of {}").format(one_line(schedule.name)))
        self._tallies.clear()
        self.model.replace(())
        self.side.clear()
        self._load()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Escape and self.side.comparison:
            self._show_one()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP, GAP, GAP + GAP_SMALL, GAP_SMALL)
        head.setSpacing(GAP_SMALL)
        head.addWidget(self._back)
        head.addWidget(self._title)
        head.addSpacing(GAP_SMALL)
        head.addWidget(self._tallies, 1)
        left = QWidget()
        set_kind(left, "pane")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, GAP_SMALL, 0, GAP_SMALL)
        column.addWidget(self.list, 1)
        column.addWidget(self._older, 0, Qt.AlignmentFlag.AlignHCenter)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(left)
        splitter.addWidget(self.side)
        splitter.setSizes([520, 640])
        self._stack = QStackedWidget()
        self._stack.addWidget(splitter)
        self._stack.addWidget(self._empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(line())
        whole.addWidget(self._stack, 1)

    def _connect(self, relay: ScheduleRelay) -> None:
        self._back.clicked.connect(self.closed)
        self._older.clicked.connect(self._show_older)
        self.list.picked.connect(self._picked)
        self.side.acted.connect(self.acted)
        self.side.compare_wanted.connect(self._compare_with_before)
        self.side.one_wanted.connect(self._show_one)
        relay.changed.connect(self._news)
        self._theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def _load(self) -> None:
        self._errands.run(self._loaded(), name="load a history")

    def _news(self, touched: frozenset[ScheduleId]) -> None:
        if self.isVisible() and self._schedule is not None and self._schedule.id in touched:
            self._load()

    def _show_older(self) -> None:
        self._wanted += _AT_ONCE
        self._load()

    async def _loaded(self) -> None:
        schedule, wanted = self._schedule, self._wanted
        if schedule is None:
            return
        door = self._engine.occurrences
        found: tuple[OccurrenceDetail, ...] = ()
        while len(found) < wanted:
            more = await door.history(schedule.id, limit=_AT_ONCE, offset=len(found))
            found += more
            if len(more) < _AT_ONCE:
                break
        tallies = await door.tallies(schedule.id)
        if self._schedule is not schedule:
            return
        self._tallies.setText(_counts(tallies))
        self._older.setVisible(len(found) >= wanted)
        self._stack.setCurrentIndex(0 if found else 1)
        if found != self.model.rows:
            self._show(found)

    def _show(self, found: tuple[OccurrenceDetail, ...]) -> None:
        """List them anew; what was chosen stays chosen."""
        chosen = self.list.currentIndex().row()
        kept = self.model.detail_at(self.list.currentIndex())
        place = 0
        if kept is not None:
            ids = [one.occurrence.id for one in found]
            place = ids.index(kept.occurrence.id) if kept.occurrence.id in ids else chosen
        self.model.replace(found)
        self.list.setCurrentIndex(self.model.index(place, 0))
        if kept is None:
            self.list.setFocus()

    def _picked(self, chosen: tuple[OccurrenceDetail, ...]) -> None:
        schedule = self._schedule
        if schedule is None or not chosen:
            return
        if len(chosen) == 2:
            self._errands.run(self._compared(*chosen), name="compare two runs")
            return
        detail = chosen[0]
        occurrence = detail.occurrence
        entry = CalendarEntry(
            schedule_id=schedule.id,
            name=schedule.name,
            at=occurrence.planned_at,
            last_at=occurrence.last_at,
            count=occurrence.count,
            occurrence=occurrence,
        )
        has_before = self._before(detail) is not None
        self.side.show_detail(
            entry, detail, schedule.zone, self._clock.now(), has_before=has_before
        )

    def _before(self, detail: OccurrenceDetail) -> OccurrenceDetail | None:
        """The run before one that answered something, too."""
        rows = self.model.rows
        place = next((n for n, one in enumerate(rows) if one is detail), len(rows))
        return next((one for one in rows[place + 1 :] if one.answer), None)

    def _compare_with_before(self) -> None:
        chosen = self.list.chosen_details
        before = self._before(chosen[0]) if chosen else None
        if before is not None:
            self._errands.run(self._compared(before, chosen[0]), name="compare two runs")

    def _show_one(self) -> None:
        """One run again, in place of a comparison."""
        row = self.list.currentIndex().row()
        self.list.selectRow(max(row, 0))
        self._picked(self.list.chosen_details[:1])
        self.list.setFocus()

    async def _compared(self, one: OccurrenceDetail, other: OccurrenceDetail) -> None:
        try:
            found = await self._engine.occurrences.compare(one.occurrence.id, other.occurrence.id)
        except NotFoundError:
            return
        self.side.show_comparison(found)

    def _paint_icon(self) -> None:
        self._back.setIcon(self._theme.icon("left"))


def _counts(tallies: tuple[Tally, ...]) -> str:
    """How many had which fate, those no longer listed included."""
    sums: dict[str, int] = {}
    for tally in tallies:
        word = state_word(tally.state)
        sums[word] = sums.get(word, 0) + tally.count
    return ", ".join(f"{count:,} {word}" for word, count in sums.items())
