"""Which text of the pane is selected: from one place to another, across rows."""

from __future__ import annotations

from dataclasses import dataclass

TO_END = 1 << 30


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A position in the text of a row."""

    row: int
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RowRange:
    """The selected part of a row; `is_whole` also takes what the row shows beside its text."""

    row: int
    start: int
    end: int
    is_whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """From the anchor, where it began, to the caret, where it is drawn to."""

    anchor: Place
    caret: Place

    @property
    def first(self) -> Place:
        """The earlier end."""
        return min(self.anchor, self.caret)

    @property
    def last(self) -> Place:
        """The later end."""
        return max(self.anchor, self.caret)

    @property
    def is_empty(self) -> bool:
        """True when nothing is between the ends."""
        return self.anchor == self.caret

    def to(self, caret: Place) -> Selection:
        """The same beginning, drawn to another place."""
        return Selection(anchor=self.anchor, caret=caret)

    def in_row(self, row: int, length: int) -> RowRange | None:
        """What is selected in a row whose text has that length; None when nothing is."""
        first, last = self.first, self.last
        if self.is_empty or not first.row <= row <= last.row:
            return None
        start = first.offset if row == first.row else 0
        end = min(last.offset if row == last.row else TO_END, length)
        is_whole = start == 0 and end >= length
        if is_whole and length == 0:
            # A row without text of its own is taken when the selection goes past it.
            is_whole = first.row < row or last.row > row
            return RowRange(row=row, start=0, end=0, is_whole=True) if is_whole else None
        return RowRange(row=row, start=start, end=end, is_whole=is_whole) if start < end else None

    @staticmethod
    def everything(rows: int) -> Selection:
        """All rows from the first to the last."""
        return Selection(anchor=Place(0, 0), caret=Place(max(rows - 1, 0), TO_END))
