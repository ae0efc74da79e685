"""What full-text search found, as a Qt model."""

from __future__ import annotations

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

from bamboo_desktop.domain.search import SearchHit
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.ui.formats import exact, one_line

HIT_ROLE = int(Qt.ItemDataRole.UserRole)
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


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


class SearchHits(QAbstractTableModel):
    """The hits of one search, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[SearchHit, ...] = ()

    def replace(self, hits: tuple[SearchHit, ...]) -> None:
        """Show these hits."""
        self.beginResetModel()
        self._hits = hits
        self.endResetModel()

    def hit(self, index: Index) -> SearchHit | None:
        """The hit at an index."""
        return self._hits[index.row()] if index.isValid() else None

    @override
    def rowCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._hits)

    @override
    def columnCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index)
        if hit is None or role == HIT_ROLE:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(hit.session_title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return exact(hit.at)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one_line(hit.session_title)}, {kind_word(hit.kind)}: {one_line(hit.snippet)}"
        return None
