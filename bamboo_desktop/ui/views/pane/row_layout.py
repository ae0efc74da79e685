"""What one row looks like at one width: its documents and what is painted around them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QTextCursor, QTextDocument

from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole


class HotKind(StrEnum):
    """What a place in a row does when it is clicked."""

    TOGGLE = "toggle"
    COPY = "copy"
    SHOW_ALL = "show_all"
    CONTINUE = "continue"
    OPTION = "option"
    OPEN_QUESTION = "open_question"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hot:
    """A place that can be clicked; `value` is what the action is about."""

    rect: QRectF
    kind: HotKind
    value: str = ""
    tip: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """A filled, perhaps rounded, rectangle behind the text."""

    rect: QRectF
    fill: ColorRole | None = None
    border: ColorRole | None = None
    radius: float = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """One line of text that is painted and cannot be selected; cut with an ellipsis."""

    rect: QRectF
    text: str
    font: FontRole = FontRole.CAPTION
    color: ColorRole = ColorRole.FAINT
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    tip: str = ""
    is_strong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Glyph:
    """The shape of a state, in its own colour unless another is given."""

    rect: QRectF
    state: GlyphState
    color: ColorRole | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Chevron:
    """The mark of a row that opens in place."""

    rect: QRectF
    is_open: bool


@dataclass(kw_only=True, slots=True)
class TextBlock:
    """A document at its place; `start` is where its text begins in the text of the row."""

    document: QTextDocument
    at: QPointF
    start: int
    color: ColorRole = ColorRole.TEXT

    @property
    def length(self) -> int:
        """How many positions the text has."""
        return self.document.characterCount() - 1

    @property
    def rect(self) -> QRectF:
        """Where it is in the row."""
        return QRectF(self.at, self.document.size())


@dataclass(kw_only=True, slots=True)
class RowLayout:
    """A row, ready to be painted, hit and selected."""

    width: float
    height: float = 0
    shapes: list[Shape] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    glyphs: list[Glyph] = field(default_factory=list)
    chevrons: list[Chevron] = field(default_factory=list)
    blocks: list[TextBlock] = field(default_factory=list)
    hots: list[Hot] = field(default_factory=list)

    @property
    def length(self) -> int:
        """How many positions the row's selectable text has, a break between blocks included."""
        return self.blocks[-1].start + self.blocks[-1].length if self.blocks else 0

    @property
    def turns(self) -> bool:
        """True while a ring in the row has to turn."""
        return any(glyph.state is GlyphState.RUNNING for glyph in self.glyphs)

    def add(
        self, document: QTextDocument, x: float, y: float, width: float, color: ColorRole
    ) -> float:
        """Lay a document out at a place; returns its lower edge."""
        document.setTextWidth(max(width, 40))
        start = self.length + 1 if self.blocks else 0
        block = TextBlock(document=document, at=QPointF(x, y), start=start, color=color)
        self.blocks.append(block)
        return y + document.size().height()

    def append(self, text: str) -> float:
        """Put text plainly at the end of the last document; what frames it grows along.

        Returns the height from which on the row looks different.
        """
        block = self.blocks[-1]
        before = block.rect
        last = block.document.documentLayout().blockBoundingRect(block.document.lastBlock())
        cursor = QTextCursor(block.document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        grown = block.rect.height() - before.height()
        for place, shape in enumerate(self.shapes):
            if shape.rect.contains(before):
                self.shapes[place] = replace(shape, rect=shape.rect.adjusted(0, 0, 0, grown))
        self.height += grown
        return block.at.y() + last.top()

    def offset_at(self, point: QPointF) -> int:
        """The text position nearest to a point of the row."""
        if not self.blocks:
            return 0
        block = min(self.blocks, key=lambda item: _distance(item.rect, point))
        rect = block.rect
        if point.y() < rect.top():
            return block.start
        if point.y() > rect.bottom():
            return block.start + block.length
        inside = point - block.at
        place = block.document.documentLayout().hitTest(inside, Qt.HitTestAccuracy.FuzzyHit)
        return block.start + max(place, 0)

    def is_over_text(self, point: QPointF) -> bool:
        """True when the point is on a document."""
        return any(block.rect.contains(point) for block in self.blocks)

    def link_at(self, point: QPointF) -> str:
        """The address of the link at a point, or nothing."""
        for block in self.blocks:
            if block.rect.contains(point):
                return block.document.documentLayout().anchorAt(point - block.at)
        return ""

    def hot_at(self, point: QPointF) -> Hot | None:
        """What a click at a point does; the smallest place wins."""
        found = [hot for hot in self.hots if hot.rect.contains(point)]
        return min(found, key=lambda hot: hot.rect.width() * hot.rect.height(), default=None)

    def tip_at(self, point: QPointF) -> str:
        """The words to show when the pointer rests at a point."""
        hot = self.hot_at(point)
        if hot is not None and hot.tip:
            return hot.tip
        return next((item.tip for item in self.labels if item.rect.contains(point)), "")

    def block_at(self, offset: int) -> TextBlock | None:
        """The block that holds a text position."""
        holding = [block for block in self.blocks if block.start <= offset]
        return holding[-1] if holding else None


def first_difference(before: RowLayout, after: RowLayout) -> float:
    """The height from which on two layouts of a row look different; infinite when nowhere."""
    if before.width != after.width:
        return 0
    return min(
        _parting(before.shapes, after.shapes),
        _parting(before.labels, after.labels),
        _parting(before.glyphs, after.glyphs),
        _parting(before.chevrons, after.chevrons),
        _parting(before.blocks, after.blocks),
    )


_Painted = Shape | Label | Glyph | Chevron | TextBlock


def _parting(before: Sequence[_Painted], after: Sequence[_Painted]) -> float:
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    rest = (*before[same:], *after[same:])
    return min((item.rect.top() for item in rest), default=math.inf)


def _distance(rect: QRectF, point: QPointF) -> float:
    beyond_y = max(rect.top() - point.y(), 0, point.y() - rect.bottom())
    beyond_x = max(rect.left() - point.x(), 0, point.x() - rect.right())
    return beyond_y * 10_000 + beyond_x
