"""What full-text search found, as a Qt model."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from typing_extensions import override

from bamboo_desktop.domain.search import SearchHit
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.ui.formats import exact, one_line
from bamboo_desktop.ui.models.row_list import RowList


def _tr(text: str) -> str:
    return QCoreApplication.translate("Search", text)


def kind_word(kind: EntryKind | None) -> str:
    """Where the words were found."""
    if kind is None:
        return _tr("title")
    return {
        EntryKind.USER: _tr("you"),
        EntryKind.ASSISTANT: _tr("answer"),
        EntryKind.THINKING: _tr("thinking"),
        EntryKind.TOOL: _tr("tool"),
        EntryKind.QUESTION: _tr("question"),
        EntryKind.NOTE: _tr("note"),
        EntryKind.RUN_END: _tr("run"),
    }[kind]


class SearchHits(RowList[SearchHit]):
    """The hits of one search, best first."""

    @override
    def replace(self, rows: tuple[SearchHit, ...]) -> None:
        self._reset(rows)  # other words were searched for: nothing stays selected

    @override
    def _told(self, row: SearchHit, role: int) -> str | None:
        title = one_line(row.session_title)
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.ToolTipRole:
            return exact(row.at)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title}, {kind_word(row.kind)}: {one_line(row.snippet)}"
        return None
