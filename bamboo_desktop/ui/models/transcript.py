"""The rows of the event pane: the stored entries, page by page, then the rows of the live run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from bamboo_desktop.domain.ids import MessageId, QuestionId, ToolCallId
from bamboo_desktop.domain.transcript import TranscriptEntry
from bamboo_desktop.ui.models.transcript_end import EndMark, last_end
from bamboo_desktop.ui.models.transcript_live import TailKind, TailRow
from bamboo_desktop.ui.models.transcript_pages import TranscriptPages, page_of
from bamboo_desktop.ui.models.transcript_words import spoken

PaneRow = TranscriptEntry | TailRow
AnyIndex = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
_ROOT = QModelIndex()


class TranscriptModel(QAbstractTableModel):
    """One column; row n is the entry at position n, and the live run's rows come after the last.

    Rows of stored entries never move. An entry whose page is not in memory is None, and asking for
    it does not load it: the view says with `want` which rows it is about to show.
    """

    pages_wanted = Signal(object)
    stepped = Signal()
    """A whole step was made: measure and scroll now, before anything is painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._length = 0
        self._pages = TranscriptPages()
        self._tail: tuple[TailRow, ...] = ()
        self._output: dict[ToolCallId, str] = {}
        self._end: tuple[int, EndMark] | None = None
        self._is_shelved = False
        self.thoughts: Mapping[MessageId, float] = {}
        """How many seconds the thinking of a message took, where somebody watched."""

    @property
    def stored(self) -> int:
        """How many rows are stored entries."""
        return self._length

    @property
    def tail(self) -> tuple[TailRow, ...]:
        """The rows of the live run."""
        return self._tail

    def mark_of(self, number: int) -> EndMark:
        """What a row is, if it is the end of a run, besides history."""
        return self._end[1] if self._end is not None and self._end[0] == number else EndMark.PAST

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else self._length + len(self._tail)

    @override
    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else 1

    @override
    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        if role == ROW_ROLE:
            return self.row(index.row())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return spoken(self.row(index.row()))
        return None

    def row(self, number: int) -> PaneRow | None:
        """What a row shows; None while it is not loaded, or when there is no such row."""
        if number >= self._length:
            place = number - self._length
            return self._tail[place] if place < len(self._tail) else None
        return self._pages.entry(number) if number >= 0 else None

    def row_of_call(self, call_id: ToolCallId) -> int | None:
        """The row of a tool call, if it was ever loaded."""
        return self._pages.of_call(call_id)

    def row_of_question(self, question_id: QuestionId) -> int | None:
        """The row of a question, if it was ever loaded."""
        return self._pages.of_question(question_id)

    def output(self, call_id: ToolCallId) -> str:
        """The last part of what a running tool has printed."""
        return self._output.get(call_id, "")

    def want(self, first: int, last: int) -> None:
        """Say which rows are about to be shown, so that their pages are read."""
        last = min(last, self._length - 1)
        if last < 0 or first > last:
            return
        numbers = range(page_of(max(first, 0)), page_of(last) + 1)
        for number in numbers:
            self._pages.touch(number)
        missing = tuple(n for n in numbers if not self._pages.is_whole(n, self._length))
        if missing:
            self.pages_wanted.emit(missing)

    def clear(self) -> None:
        """Show nothing."""
        self.open(length=0, pages={}, tail=())

    def open(
        self,
        *,
        length: int,
        pages: Mapping[int, Sequence[TranscriptEntry]],
        tail: tuple[TailRow, ...],
    ) -> None:
        """Show another session."""
        self.beginResetModel()
        self._pages.clear()
        self._output = {}
        self._length = length
        for number, entries in pages.items():
            self._pages.put(number, entries)
        self._tail = tail
        self._end = self._find_end()
        self.endResetModel()
        self.stepped.emit()

    def update(
        self,
        *,
        length: int,
        pages: Mapping[int, Sequence[TranscriptEntry]],
        tail: tuple[TailRow, ...],
    ) -> None:
        """Show what was stored meanwhile and the live rows that are left, in one step."""
        self._drop_tail({row.key for row in tail})
        grown = length - self._length
        changed: list[int] = []
        if grown > 0:
            self.beginInsertRows(_ROOT, self._length, length - 1)
        for number, entries in pages.items():
            changed += self._pages.put(number, entries)
        if grown > 0:
            before, self._length = self._length, length
            self.endInsertRows()
            changed = [row for row in changed if row < before]
        self._say_changed([row for row in changed if row < self._length])
        self._put_tail(tail)
        self._step()

    def set_tail(self, tail: tuple[TailRow, ...]) -> None:
        """Show the live rows as they are now."""
        if tail != self._tail:
            self._put_tail(tail)
            self._step()

    @property
    def is_shelved(self) -> bool:
        """Whether the session is only read."""
        return self._is_shelved

    def set_shelved(self, *, shelved: bool) -> None:
        """A session in the bin is only read: none of its runs can be taken up again."""
        if shelved is not self._is_shelved:
            self._is_shelved = shelved
            self._step()

    def _step(self) -> None:
        before, self._end = self._end, self._find_end()
        if before != self._end:
            for end in (before, self._end):
                self._say_changed([end[0]] if end is not None else [])
        self.stepped.emit()

    def _find_end(self) -> tuple[int, EndMark] | None:
        if any(row.kind is TailKind.WORKING for row in self._tail):
            return None
        end = last_end(self._pages.entry, self._length)
        goes_on = end is not None and end[1] is EndMark.CONTINUABLE
        return None if self._is_shelved and goes_on else end

    def _put_tail(self, tail: tuple[TailRow, ...]) -> None:
        self._drop_tail({row.key for row in tail})
        known = {row.key for row in self._tail}
        for place, row in enumerate(tail):
            if row.key not in known:
                number = self._length + place
                self.beginInsertRows(_ROOT, number, number)
                self._tail = (*self._tail[:place], row, *self._tail[place:])
                self.endInsertRows()
        before, self._tail = self._tail, tail
        different = [place for place, row in enumerate(tail) if row != before[place]]
        self._say_changed([self._length + place for place in different])

    def _drop_tail(self, kept: set[int]) -> None:
        for place in reversed(range(len(self._tail))):
            if self._tail[place].key not in kept:
                number = self._length + place
                self.beginRemoveRows(_ROOT, number, number)
                self._tail = (*self._tail[:place], *self._tail[place + 1 :])
                self.endRemoveRows()

    def set_output(self, call_id: ToolCallId, text: str) -> None:
        """Show what a running tool has printed so far."""
        self._output[call_id] = text
        row = self.row_of_call(call_id)
        if row is not None and row < self._length:
            self._say_changed([row])
            self.stepped.emit()

    def _say_changed(self, rows: list[int]) -> None:
        start = 0
        for place in range(1, len(rows) + 1):
            if place == len(rows) or rows[place] != rows[place - 1] + 1:
                first, last = self.index(rows[start], 0), self.index(rows[place - 1], 0)
                self.dataChanged.emit(first, last)
                start = place
