"""Things to pick from, filtered by what the person types: the palette and the model picker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from typing_extensions import override

from bamboo_desktop.ui.models.row_list import RowList


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


class PickListModel(RowList[PickEntry]):
    """The entries that fit the text, best first; with no text all of them in their own order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[PickEntry, ...] = ()
        self._text = ""

    def offer(self, entries: Iterable[PickEntry]) -> None:
        """Offer these entries."""
        self._entries = tuple(entries)
        self.filter(self._text)

    def filter(self, text: str) -> None:
        """Show what fits the text."""
        self._text = text
        self._reset(matching(self._entries, text))

    @override
    def _told(self, row: PickEntry, role: int) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.title, row.detail, row.hint) if part)
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
