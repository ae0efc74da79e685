"""Things to pick from, filtered by what the person types: the palette and the model picker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

PICK_ROLE = int(Qt.ItemDataRole.UserRole)
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class PickEntry:
    """One thing that can be picked; `value` is what the caller gets back.

    `hint` is shown at the right (a shortcut), `detail` behind the title; both are searched.
    """

    title: str
    value: object
    detail: str = ""
    hint: str = ""
    icon: str = ""


class PickListModel(QAbstractTableModel):
    """The entries that fit the text, best first; with no text all of them in their own order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[PickEntry, ...] = ()
        self._shown: tuple[PickEntry, ...] = ()
        self._text = ""

    def replace(self, entries: Iterable[PickEntry]) -> None:
        """Offer these entries."""
        self._entries = tuple(entries)
        self.filter(self._text)

    def filter(self, text: str) -> None:
        """Show what fits the text."""
        self._text = text
        self.beginResetModel()
        self._shown = matching(self._entries, text)
        self.endResetModel()

    def entry(self, index: Index) -> PickEntry | None:
        """The entry at an index."""
        return self._shown[index.row()] if index.isValid() else None

    @override
    def rowCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def columnCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        if entry is None or role == PICK_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.title, entry.detail, entry.hint) if part)
        return None


def matching(entries: Iterable[PickEntry], text: str) -> tuple[PickEntry, ...]:
    """The entries in which every typed word occurs; a title that starts so comes first."""
    words = text.casefold().split()
    if not words:
        return tuple(entries)
    scored = []
    for place, entry in enumerate(entries):
        title = entry.title.casefold()
        everything = f"{title} {entry.detail.casefold()} {entry.hint.casefold()}"
        if all(word in everything for word in words):
            scored.append((_rank(title, words), place, entry))
    scored.sort(key=lambda one: one[:2])
    return tuple(entry for _, _, entry in scored)


def _rank(title: str, words: list[str]) -> int:
    if title.startswith(words[0]):
        return 0
    if all(f" {title}".find(f" {word}") >= 0 for word in words):
        return 1
    return 2 if all(word in title for word in words) else 3
