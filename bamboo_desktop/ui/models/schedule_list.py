"""The schedules as a table of one column: searched, sorted, refreshed a row at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule_view import ScheduleSummary
from bamboo_desktop.ui.models.schedule_rows import ScheduleOrder, arranged, asked, spoken

SCHEDULE_ROLE = int(Qt.ItemDataRole.UserRole)
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class ScheduleListModel(QAbstractTableModel):
    """Every schedule that fits the search; `changed` follows whatever moved."""

    changed = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._all: dict[ScheduleId, ScheduleSummary] = {}
        self._shown: list[ScheduleSummary] = []
        self._places: dict[ScheduleId, int] = {}
        self._text = ""
        self._order = ScheduleOrder.NEXT
        self._is_loaded = False

    @property
    def is_loaded(self) -> bool:
        """False until the schedules are known for the first time."""
        return self._is_loaded

    @property
    def total(self) -> int:
        """How many schedules there are, whatever is searched for."""
        return len(self._all)

    @property
    def now(self) -> datetime:
        """The instant relative times are told from."""
        return self._clock.now()

    @property
    def text(self) -> str:
        """What is searched for."""
        return self._text

    def replace(self, summaries: Iterable[ScheduleSummary]) -> None:
        """These are the schedules now."""
        self._all = {one.schedule.id: one for one in summaries}
        self._is_loaded = True
        self._arrange()

    def update(self, summaries: Mapping[ScheduleId, ScheduleSummary | None]) -> None:
        """Some have changed; None is gone. Rows that stay where they are are only repainted."""
        for schedule_id, summary in summaries.items():
            if summary is None:
                self._all.pop(schedule_id, None)
            else:
                self._all[schedule_id] = summary
        wanted = arranged(self._all.values(), self._text, self._order)
        ids = [one.schedule.id for one in wanted]
        if self._places.keys() != set(ids):
            self._take(wanted)
            return
        if ids != list(self._places):
            self._move(wanted)
        self._shown = wanted
        for schedule_id in summaries:
            place = self._places.get(schedule_id)
            if place is not None:
                index = self.index(place, 0)
                self.dataChanged.emit(index, index)
        self.changed.emit()

    def search(self, text: str) -> None:
        """Show what has these words."""
        self._text = text
        self._arrange()

    def sort_by(self, order: ScheduleOrder) -> None:
        """Show them in another order."""
        self._order = order
        self._arrange()

    def summary(self, schedule_id: ScheduleId | None) -> ScheduleSummary | None:
        """One schedule, also when the search hides it."""
        return None if schedule_id is None else self._all.get(schedule_id)

    def summary_at(self, index: Index) -> ScheduleSummary | None:
        """The schedule of a row."""
        return self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None

    def index_of(self, schedule_id: ScheduleId | None) -> QModelIndex:
        """The row of a schedule, invalid when it is not shown."""
        place = None if schedule_id is None else self._places.get(schedule_id)
        return QModelIndex() if place is None else self.index(place, 0)

    def first_asked(self) -> tuple[ScheduleSummary, ...]:
        """The schedules with a missed occurrence the person is asked about."""
        return tuple(one for one in self._all.values() if one.open and asked(one) is not None)

    def names(self) -> tuple[tuple[ScheduleId, str], ...]:
        """Every schedule by name."""
        pairs = ((one.schedule.id, one.schedule.name) for one in self._all.values())
        return tuple(sorted(pairs, key=lambda pair: pair[1].casefold()))

    @override
    def rowCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def columnCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        summary = self.summary_at(index)
        if summary is None or role == SCHEDULE_ROLE:
            return summary
        if role == Qt.ItemDataRole.DisplayRole:
            return summary.schedule.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(summary, self.now)
        return None

    def _move(self, wanted: list[ScheduleSummary]) -> None:
        """The same rows in another order: what is chosen and what is in view stay so."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._shown[index.row()].schedule.id for index in before]
        self._shown = wanted
        self._places = {one.schedule.id: place for place, one in enumerate(wanted)}
        self.changePersistentIndexList(before, [self.index_of(one) for one in ids])
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        self._take(arranged(self._all.values(), self._text, self._order))

    def _take(self, wanted: list[ScheduleSummary]) -> None:
        self.beginResetModel()
        self._shown = wanted
        self._places = {one.schedule.id: place for place, one in enumerate(wanted)}
        self.endResetModel()
        self.changed.emit()
