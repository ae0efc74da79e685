"""The schedules as a table of one column: searched, sorted, refreshed a row at a time."""

from __future__ import annotations

from bisect import bisect_left
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
from bamboo_desktop.ui.models.schedule_rows import (
    Arrangement,
    ScheduleOrder,
    SortKey,
    arranged,
    asked,
    fits,
    sort_key,
    spoken,
)

SCHEDULE_ROLE = int(Qt.ItemDataRole.UserRole)
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class ScheduleListModel(QAbstractTableModel):
    """Every schedule that fits the search; `changed` follows whatever moved."""

    changed = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._now = clock.now()
        self._all: dict[ScheduleId, ScheduleSummary] = {}
        self._shown = arranged((), "", ScheduleOrder.NEXT)
        self._key_of: dict[ScheduleId, SortKey] = {}
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
        """The instant the relative times of all rows are told from."""
        return self._now

    def pass_time(self) -> None:
        """Tell relative times from now on from this instant; whoever shows them looks again."""
        self._now = self._clock.now()

    @property
    def text(self) -> str:
        """What is searched for."""
        return self._text

    def arrangement(self, summaries: Iterable[ScheduleSummary]) -> Arrangement:
        """These schedules as they would be shown; it may be called beside the loop."""
        return arranged(summaries, self._text, self._order)

    def replace(
        self, summaries: Iterable[ScheduleSummary], prepared: Arrangement | None = None
    ) -> None:
        """These are the schedules now; `prepared` is their arrangement, if it was made before."""
        self._all = {one.schedule.id: one for one in summaries}
        self._is_loaded = True
        wanted = (self._text, self._order)
        if prepared is None or (prepared.text, prepared.order) != wanted:
            prepared = self.arrangement(self._all.values())
        self._take(prepared)

    def update(self, summaries: Mapping[ScheduleId, ScheduleSummary | None]) -> None:
        """Some have changed; None is gone. Each row is mended, moved, added or taken out alone."""
        for schedule_id, summary in summaries.items():
            if summary is None:
                self._all.pop(schedule_id, None)
            else:
                self._all[schedule_id] = summary
            self._mend(schedule_id, summary)
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
        rows = self._shown.rows
        return rows[index.row()] if 0 <= index.row() < len(rows) else None

    def index_of(self, schedule_id: ScheduleId | None) -> QModelIndex:
        """The row of a schedule, invalid when it is not shown."""
        key = None if schedule_id is None else self._key_of.get(schedule_id)
        return QModelIndex() if key is None else self.index(bisect_left(self._shown.keys, key), 0)

    def first_asked(self) -> tuple[ScheduleSummary, ...]:
        """The schedules with a missed occurrence the person is asked about."""
        return tuple(one for one in self._all.values() if one.open and asked(one) is not None)

    def names(self) -> tuple[tuple[ScheduleId, str], ...]:
        """Every schedule by name."""
        pairs = ((one.schedule.id, one.schedule.name) for one in self._all.values())
        return tuple(sorted(pairs, key=lambda pair: pair[1].casefold()))

    @override
    def rowCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._shown.rows)

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

    def _mend(self, schedule_id: ScheduleId, summary: ScheduleSummary | None) -> None:
        old = self._key_of.get(schedule_id)
        new = None
        if summary is not None and fits(summary, self._text):
            new = sort_key(summary, self._order)
        rows, keys = self._shown.rows, self._shown.keys
        before = -1 if old is None else bisect_left(keys, old)
        if new is None or summary is None:
            if old is not None:
                self.beginRemoveRows(_INVALID, before, before)
                del rows[before], keys[before], self._key_of[schedule_id]
                self.endRemoveRows()
            return
        after = bisect_left(keys, new)
        self._key_of[schedule_id] = new
        if old is None:
            self.beginInsertRows(_INVALID, after, after)
            rows.insert(after, summary)
            keys.insert(after, new)
            self.endInsertRows()
        elif after in {before, before + 1}:
            rows[before], keys[before] = summary, new
            self.dataChanged.emit(self.index(before, 0), self.index(before, 0))
        else:
            self.beginMoveRows(_INVALID, before, before, _INVALID, after)
            del rows[before], keys[before]
            place = after - 1 if after > before else after
            rows.insert(place, summary)
            keys.insert(place, new)
            self.endMoveRows()
            self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

    def _arrange(self) -> None:
        self._take(self.arrangement(self._all.values()))

    def _take(self, wanted: Arrangement) -> None:
        """Show an arrangement; the same rows in the same order are only painted again."""
        keys = {one.schedule.id: key for one, key in zip(wanted.rows, wanted.keys, strict=True)}
        if self._key_of and list(keys) == list(self._key_of):
            self._shown, self._key_of = wanted, keys
            last = self.index(len(wanted.rows) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last)
        elif keys.keys() == self._key_of.keys():
            self._shuffle(wanted, keys)
        else:
            self.beginResetModel()
            self._shown, self._key_of = wanted, keys
            self.endResetModel()
        self.changed.emit()

    def _shuffle(self, wanted: Arrangement, keys: dict[ScheduleId, SortKey]) -> None:
        """The same rows in another order: what is chosen and what is in view stay so."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._shown.rows[index.row()].schedule.id for index in before]
        self._shown, self._key_of = wanted, keys
        self.changePersistentIndexList(before, [self.index_of(one) for one in ids])
        self.layoutChanged.emit()
