"""The session list as a Qt model: rows with headings, changed by the smallest step that will do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
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
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionScope, SessionSummary
from bamboo_desktop.ui.formats import ago, ago_under_day, one_line
from bamboo_desktop.ui.models.session_groups import (
    GroupKind,
    GroupRow,
    ListRow,
    PlaceKey,
    ordered_rows,
    place_key,
)
from bamboo_desktop.ui.models.session_words import status_line, tool_tip

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
AGE_ROLE = ROW_ROLE + 1
"""When something happened last, in words that go with the heading above."""
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
_Shape = list[tuple[str, str] | SessionId]


class SessionListModel(QAbstractTableModel):
    """One column; a row is a heading or a session. Headings cannot be selected.

    Args:
        clock: decides the headings of days.

    Rows that change places are taken out and put in again; `is_moving` is True meanwhile, and
    `moved` follows.
    """

    moved = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._scope = SessionScope.ACTIVE
        self._is_whole = True
        self._summaries: dict[SessionId, SessionSummary] = {}
        self._rows: tuple[ListRow, ...] = ()
        self._places: dict[SessionId, int] = {}
        self._keys: dict[SessionId, PlaceKey] = {}
        self._today = self._day()
        self.is_moving = False

    @property
    def scope(self) -> SessionScope:
        """Which part of the list is shown."""
        return self._scope

    def replace(
        self, summaries: Iterable[SessionSummary], *, scope: SessionScope, is_whole: bool = True
    ) -> None:
        """Show these sessions and no others; headings count them when there are no more to come."""
        if scope is not self._scope:
            self._keys.clear()
        self._scope, self._is_whole = scope, is_whole
        self._set({summary.session.id: summary for summary in summaries})

    def update(self, changes: Mapping[SessionId, SessionSummary | None]) -> None:
        """Take over the newest state of some sessions; None means it is not in this list."""
        fresh = dict(self._summaries)
        for session_id, summary in changes.items():
            if summary is None:
                fresh.pop(session_id, None)
            elif summary != fresh.get(session_id):
                fresh[session_id] = summary
        if all(fresh.get(one) is self._summaries.get(one) for one in changes):
            return
        if self._stay_in_place(fresh, changes):
            self._summaries = fresh
            rows, changed = list(self._rows), []
            for session_id in changes:
                place = self._places.get(session_id)
                if place is not None and rows[place] is not fresh[session_id]:
                    rows[place] = fresh[session_id]
                    changed.append(place)
            self._rows = tuple(rows)
            self._say_changed(changed)
        else:
            self._set(fresh)

    def regroup(self) -> None:
        """Ask the clock again: a day may have passed."""
        if self._day() != self._today:
            self._today = self._day()
            self._keys.clear()
            self._set(self._summaries)

    def row_at(self, index: Index) -> ListRow | None:
        """The heading or session at an index."""
        return self._rows[index.row()] if index.isValid() else None

    def session_at(self, index: Index) -> SessionId | None:
        """The session at an index, None on a heading."""
        row = self.row_at(index)
        return row.session.id if isinstance(row, SessionSummary) else None

    def index_of(self, session_id: SessionId) -> QModelIndex:
        """Where a session is; an invalid index when it is not shown."""
        place = self._places.get(session_id)
        return QModelIndex() if place is None else self.index(place, 0)

    def summary(self, session_id: SessionId) -> SessionSummary | None:
        """What is known of a session of this list."""
        return self._summaries.get(session_id)

    def sessions(self) -> tuple[SessionSummary, ...]:
        """All sessions in the order of the list."""
        return tuple(row for row in self._rows if isinstance(row, SessionSummary))

    @override
    def rowCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else 1

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        leaf = Qt.ItemFlag.ItemNeverHasChildren
        if isinstance(self.row_at(index), SessionSummary):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | leaf
        return leaf

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None or role == ROW_ROLE:
            return row
        if isinstance(row, GroupRow):
            return row.title if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(row.session.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        return self._age(row) if role == AGE_ROLE else None

    def _age(self, summary: SessionSummary) -> str:
        is_day = self._keys[summary.session.id].kind is GroupKind.DAY
        return (ago_under_day if is_day else ago)(summary.last_activity_at, self._clock.now())

    def _spoken(self, summary: SessionSummary) -> str:
        parts = (
            one_line(summary.session.title),
            status_line(summary),
            ago(summary.last_activity_at, self._clock.now()),
        )
        return ", ".join(part for part in parts if part)

    def _stay_in_place(
        self, fresh: Mapping[SessionId, SessionSummary], changed: Iterable[SessionId]
    ) -> bool:
        """True when no changed row moves: then ten thousand others need no new order."""
        for session_id in changed:
            new = fresh.get(session_id)
            if self._keys.get(session_id) != (None if new is None else self._key(new)):
                return False
        return True

    def _day(self) -> date:
        return self._clock.now().astimezone().date()

    def _key(self, summary: SessionSummary) -> PlaceKey:
        is_by_state = self._scope is SessionScope.ACTIVE
        return place_key(summary, today=self._today, is_grouped_by_state=is_by_state)

    def _set(self, summaries: dict[SessionId, SessionSummary]) -> None:
        keys = {}
        for session_id, summary in summaries.items():
            known = self._keys.get(session_id)
            if known is None or summary is not self._summaries.get(session_id):
                known = self._key(summary)
            keys[session_id] = known
        self._keys = keys
        self._summaries = summaries
        keyed = ((keys[one], summary) for one, summary in summaries.items())
        rows = ordered_rows(keyed, is_whole=self._is_whole)
        old, new = _shape(self._rows), _shape(rows)
        if old == new:
            self._change_in_place(rows)
        else:
            self._splice(rows, old, new)

    def _change_in_place(self, rows: tuple[ListRow, ...]) -> None:
        old, self._rows = self._rows, rows
        pairs = enumerate(zip(rows, old, strict=True))
        self._say_changed([place for place, (new, was) in pairs if new is not was and new != was])

    def _say_changed(self, places: Iterable[int]) -> None:
        for place in places:
            self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

    def _splice(self, rows: tuple[ListRow, ...], old: _Shape, new: _Shape) -> None:
        """Take out the part that differs and put the new part in its place."""
        head, tail, least = 0, 0, min(len(old), len(new))
        while head < least and old[head] == new[head]:
            head += 1
        while tail < least - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        kept_end = self._rows[len(old) - tail :] if tail else ()
        self.is_moving = True
        if len(old) - tail > head:
            self.beginRemoveRows(QModelIndex(), head, len(old) - tail - 1)
            self._rows = (*self._rows[:head], *kept_end)
            self._index_places()
            self.endRemoveRows()
        if len(new) - tail > head:
            self.beginInsertRows(QModelIndex(), head, len(new) - tail - 1)
            self._rows = (*self._rows[:head], *rows[head : len(new) - tail], *kept_end)
            self._index_places()
            self.endInsertRows()
        self.is_moving = False
        self.moved.emit()
        self._change_in_place(rows)

    def _index_places(self) -> None:
        self._places = {
            row.session.id: place
            for place, row in enumerate(self._rows)
            if isinstance(row, SessionSummary)
        }


def _shape(rows: tuple[ListRow, ...]) -> _Shape:
    return [(row.kind, row.title) if isinstance(row, GroupRow) else row.session.id for row in rows]
