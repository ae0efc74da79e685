"""What every kind of row is built with: the row's width, the look, and documents kept for reuse."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QTextDocument

from bamboo_desktop.domain.transcript import ToolCallView
from bamboo_desktop.ui.models.transcript_end import EndMark
from bamboo_desktop.ui.theme_tokens import RADIUS_CONTROL, ColorRole, FontRole
from bamboo_desktop.ui.views.pane import documents
from bamboo_desktop.ui.views.pane.markdown import Segment, SegmentKind
from bamboo_desktop.ui.views.pane.row_layout import Hot, HotKind, Label, RowLayout, Shape
from bamboo_desktop.ui.views.pane.style import EDGE, PaneStyle

KEPT_DOCUMENTS = 400
LONGEST_SHOWN = 20_000
LONGEST_OPENED = 200_000

_DocumentKey = tuple[SegmentKind, str, str, int]


def words(text: str) -> str:
    """A translated string of the pane."""
    return QCoreApplication.translate("EventPane", text)


class Documents:
    """Laid-out parts of answers, kept while they may be shown again at the same width."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_DocumentKey, QTextDocument] = OrderedDict()

    def clear(self) -> None:
        """Forget everything: the look has changed."""
        self._kept.clear()

    def of(self, segment: Segment, width: float, style: PaneStyle) -> QTextDocument:
        """The document of a finished part."""
        key = (segment.kind, segment.info, segment.text, round(width))
        document = self._kept.get(key)
        if document is None:
            document = made(segment, style)
            self._kept[key] = document
            if len(self._kept) > KEPT_DOCUMENTS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return document


def made(segment: Segment, style: PaneStyle) -> QTextDocument:
    """A new document for a part of an answer."""
    if segment.kind is SegmentKind.CODE:
        return documents.code(segment.text, segment.info, style)
    return documents.markdown(segment.text, style)


@dataclass(kw_only=True, slots=True)
class Build:
    """A row under construction: `y` moves down as things are added."""

    style: PaneStyle
    kept: Documents
    layout: RowLayout
    is_open: bool = False
    shows_all: bool = False
    mark: EndMark = EndMark.PAST
    output: str = ""
    thought_seconds: float | None = None
    whole_call: ToolCallView | None = None
    y: float = 0
    copies: list[str] = field(default_factory=list)

    @property
    def full(self) -> float:
        """The width that tables and cards may use."""
        return max(self.layout.width - 2 * EDGE, 80.0)

    @property
    def measure(self) -> float:
        """The width of running text: as many characters as one reads with ease."""
        return min(self.full, self.style.measure)

    def text(
        self,
        document: QTextDocument,
        *,
        x: float = EDGE,
        width: float | None = None,
        color: ColorRole = ColorRole.TEXT,
    ) -> None:
        """Add a document below what is there."""
        width = self.measure if width is None else width
        self.y = self.layout.add(document, x, self.y, width, color)

    def code(self, document: QTextDocument, *, caption: str, source: str, x: float = EDGE) -> None:
        """Add a framed document in the fixed font, with its name and a way to copy it."""
        style, room = self.style, self.full - (x - EDGE)
        line = style.line(FontRole.CAPTION)
        document.setTextWidth(-1)
        wanted = document.idealWidth() + 26
        width = max(min(wanted, room), min(self.measure - (x - EDGE), room))
        top = self.y
        self.y += 6
        self._code_head(caption, source, QRectF(x + 12, self.y, width - 24, line))
        self.y += line + 4
        self.text(document, x=x + 12, width=width - 24)
        self.y += 8
        frame = QRectF(x, top, width, self.y - top)
        shape = Shape(rect=frame, fill=ColorRole.RAISED, radius=RADIUS_CONTROL)
        self.layout.shapes.append(shape)

    def _code_head(self, caption: str, source: str, rect: QRectF) -> None:
        self.layout.labels.append(Label(rect=rect, text=caption))
        self.copies.append(source)
        place = str(len(self.copies) - 1)
        self.link(words("Copy"), rect, HotKind.COPY, place, align=Qt.AlignmentFlag.AlignRight)

    def link(
        self,
        text: str,
        rect: QRectF,
        kind: HotKind,
        value: str = "",
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """Add a word that can be clicked, within a rectangle."""
        width = self.style.metrics(FontRole.CAPTION).horizontalAdvance(text) + 4
        left = rect.left() if align is Qt.AlignmentFlag.AlignLeft else rect.right() - width
        place = QRectF(left, rect.top(), width, rect.height())
        self.layout.labels.append(Label(rect=place, text=text, color=ColorRole.ACCENT, align=align))
        hot = Hot(rect=place.adjusted(-8, -6, 8, 6), kind=kind, value=value, tip=text)
        self.layout.hots.append(hot)

    def label(self, text: str, *, x: float = EDGE, color: ColorRole = ColorRole.FAINT) -> None:
        """Add a caption on a line of its own."""
        line = self.style.line(FontRole.CAPTION)
        rect = QRectF(x, self.y, self.full - (x - EDGE), line)
        self.layout.labels.append(Label(rect=rect, text=text, color=color))
        self.y += line

    def done(self, below: float) -> RowLayout:
        """The row, with a gap below."""
        self.layout.height = self.y + below
        return self.layout
