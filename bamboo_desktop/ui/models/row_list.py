"""Rows of one kind as a Qt model of one column, which a table paints faster than a list does."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

VALUE_ROLE = int(Qt.ItemDataRole.UserRole)
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
T = TypeVar("T")


class RowList(QAbstractTableModel, Generic[T]):
    """Holds values in order; each kind of row says by `_told` what is shown and spoken of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[T, ...] = ()

    def replace(self, rows: tuple[T, ...]) -> None:
        """Show these rows; as many as before leave the place and the selection as they are."""
        if rows == self._rows:
            return
        if len(rows) == len(self._rows):
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 0))
            return
        self._reset(rows)

    def row_at(self, index: Index) -> T | None:
        """The value at an index."""
        return self._rows[index.row()] if index.isValid() else None

    @override
    def rowCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        return row if row is None or role == VALUE_ROLE else self._told(row, role)

    def _told(self, row: T, role: int) -> str | None:
        raise NotImplementedError

    def _reset(self, rows: tuple[T, ...]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
