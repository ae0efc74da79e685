"""Rows of the inspector: the tasks of a session, and the files its tools touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.domain.tool import FileTouch

INSPECTOR_ROLE = int(Qt.ItemDataRole.UserRole)
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class InspectorRow:
    """One row as it is painted: `state` chooses the glyph, `detail` is the second line."""

    title: str
    detail: str = ""
    hint: str = ""
    state: str = ""
    tip: str = ""
    value: str = ""


class InspectorRows(QAbstractTableModel):
    """A short list of rows, replaced as a whole, and only when it differs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[InspectorRow, ...] = ()

    def replace(self, rows: tuple[InspectorRow, ...]) -> None:
        """Show these rows."""
        if rows == self._rows:
            return
        if len(rows) == len(self._rows):
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 0))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, index: Index) -> InspectorRow | None:
        """The row at an index."""
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
        if row is None or role == INSPECTOR_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.title, row.state, row.detail, row.hint) if part)
        return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inspector", text)


def task_rows(items: tuple[TaskItem, ...]) -> tuple[InspectorRow, ...]:
    """The agent's tasks; the one in progress is told in its active form."""
    words = {
        TaskStatus.PENDING: _tr("to do"),
        TaskStatus.IN_PROGRESS: _tr("in progress"),
        TaskStatus.COMPLETED: _tr("done"),
        TaskStatus.BLOCKED: _tr("blocked"),
    }
    return tuple(
        InspectorRow(
            title=(item.active_form if _is_active(item) else "") or item.content,
            detail=item.phase,
            state=item.status.value,
            tip="\n".join(part for part in (item.content, words[item.status], item.notes) if part),
        )
        for item in items
    )


def file_rows(files: tuple[FileTouch, ...]) -> tuple[InspectorRow, ...]:
    """The files, changed ones first, the newest on top."""
    ordered = sorted(files, key=lambda one: (not one.is_changed, -one.last_at.timestamp()))
    return tuple(_file_row(touch) for touch in ordered)


def _file_row(touch: FileTouch) -> InspectorRow:
    folder, _, name = touch.path.rpartition("/")
    changes = " ".join(
        part
        for part in (
            f"+{touch.added}" if touch.added else "",
            f"\u2212{touch.removed}" if touch.removed else "",
        )
        if part
    )
    word = _tr("changed") if touch.is_changed else _tr("read")
    return InspectorRow(
        title=name or touch.path,
        detail=folder,
        hint=changes or word,
        state="changed" if touch.is_changed else "read",
        tip=f"{touch.path}\n{word}, {touch.calls} x",
        value=touch.path,
    )


def _is_active(item: TaskItem) -> bool:
    return item.status is TaskStatus.IN_PROGRESS
