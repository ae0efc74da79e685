"""Rows of the inspector: the tasks of a session, and the files its tools touched."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from typing_extensions import override

from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.domain.tool import FileTouch
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.row_list import RowList


@dataclass(frozen=True, kw_only=True, slots=True)
class InspectorRow:
    """One row as it is painted: `state` chooses the glyph, `detail` is the second line.

    `word` says the state to those who do not see its glyph.
    """

    title: str
    detail: str = ""
    hint: str = ""
    state: str = ""
    word: str = ""
    tip: str = ""
    value: str = ""


class InspectorRows(RowList[InspectorRow]):
    """The tasks or the files of a session."""

    @override
    def _told(self, row: InspectorRow, role: int) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.title, row.word, row.detail, row.hint) if part)
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
            title=one_line((item.active_form if _is_active(item) else "") or item.content),
            detail=one_line(item.phase),
            state=item.status.value,
            word=words[item.status],
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
        title=one_line(name or touch.path),
        detail=one_line(folder),
        hint=changes or word,
        state="changed" if touch.is_changed else "read",
        word=word if changes else "",
        tip=f"{touch.path}\n{word}, {touch.calls} x",
        value=touch.path,
    )


def _is_active(item: TaskItem) -> bool:
    return item.status is TaskStatus.IN_PROGRESS
