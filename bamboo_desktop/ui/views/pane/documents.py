"""Documents of the pane: plain text, Markdown, code and diffs, none of which loads anything."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QFont,
    QImage,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
)
from typing_extensions import override

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole
from bamboo_desktop.ui.views.pane.code_colours import colour
from bamboo_desktop.ui.views.pane.style import PaneStyle
from bamboo_desktop.ui.views.pane.wrapping import wrap_mode

_MARKDOWN = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_LINE_PERCENT = 128
_IMAGE = "\ufffc"


class PaneDocument(QTextDocument):
    """A text document that never opens a file or an address."""

    def __init__(self, font: QFont, text: str = "") -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setDefaultFont(font)
        option = QTextOption()
        option.setWrapMode(wrap_mode(text))
        option.setTabStopDistance(32)
        self.setDefaultTextOption(option)

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> object:
        # A null answer would make Qt read the file itself.
        empty = QImage(1, 1, QImage.Format.Format_ARGB32)
        empty.fill(Qt.GlobalColor.transparent)
        return empty


def plain(text: str, style: PaneStyle, role: FontRole = FontRole.BODY) -> PaneDocument:
    """Text as it was written."""
    document = PaneDocument(style.font(role), text)
    document.setPlainText(clean_text(text))
    if role is not FontRole.CODE:
        _spread(document)
    return document


def code(text: str, language: str, style: PaneStyle) -> PaneDocument:
    """Code in the fixed font, coloured when the language is known."""
    document = PaneDocument(style.font(FontRole.CODE), text)
    document.setPlainText(clean_text(text))
    colour(document, language, style)
    return document


def markdown(text: str, style: PaneStyle) -> PaneDocument:
    """Markdown without HTML; images are shown as their description."""
    document = PaneDocument(style.font(FontRole.BODY), text)
    document.setMarkdown(clean_text(text), _MARKDOWN)
    if _IMAGE in document.toRawText():
        _name_images(document)
    _dress_tables(document, style)
    _dress_text(document, style)
    return document


def diff(text: str, style: PaneStyle) -> PaneDocument:
    """A unified diff with its lines tinted by what happened to them."""
    document = PaneDocument(style.font(FontRole.CODE), text)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for number, line in enumerate(clean_text(text).rstrip("\n").split("\n")):
        tint, ink = _diff_roles(line)
        shape = QTextBlockFormat()
        if tint is not None:
            shape.setBackground(QBrush(style.color(tint)))
        letters = QTextCharFormat()
        letters.setForeground(QBrush(style.color(ink)))
        if number:
            cursor.insertBlock(shape, letters)
        else:
            cursor.setBlockFormat(shape)
        cursor.insertText(line, letters)
    cursor.endEditBlock()
    return document


def _diff_roles(line: str) -> tuple[ColorRole | None, ColorRole]:
    if line.startswith(("+++", "---")):
        return None, ColorRole.FAINT
    if line.startswith("+"):
        return ColorRole.ACCENT_TINT, ColorRole.TEXT
    if line.startswith("-"):
        return ColorRole.TROUBLE_TINT, ColorRole.TEXT
    if line.startswith("@@"):
        return None, ColorRole.INFO
    return None, ColorRole.SOFT


def _spread(document: QTextDocument) -> None:
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    shape = QTextBlockFormat()
    kind = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
    shape.setLineHeight(_LINE_PERCENT, kind)
    cursor.mergeBlockFormat(shape)


_HEADING_SIZES = {1: 1.35, 2: 1.2, 3: 1.08}


def _dress_text(document: QTextDocument, style: PaneStyle) -> None:
    """Line height, modest headings, tinted code spans and links in the look's own colour."""
    _spread(document)
    looks: list[tuple[int, int, QTextCharFormat]] = []
    block = document.firstBlock()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        quoted = bool(block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel))
        pieces = block.begin()
        while not pieces.atEnd():
            piece = pieces.fragment()
            found = piece.charFormat()
            look = _look(found, level, style, is_quoted=quoted)
            if look != found:
                looks.append((piece.position(), piece.length(), look))
            pieces += 1
        block = block.next()
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for start, length, look in looks:
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(look)
    cursor.endEditBlock()


def _look(
    found: QTextCharFormat, heading: int, style: PaneStyle, *, is_quoted: bool
) -> QTextCharFormat:
    look = QTextCharFormat(found)
    if is_quoted:
        look.setForeground(QBrush(style.color(ColorRole.FAINT)))
    if heading:
        # A step of size that is still there would win over the size in points.
        look.clearProperty(QTextFormat.Property.FontSizeAdjustment)
        size = style.font(FontRole.BODY).pointSizeF() * _HEADING_SIZES.get(heading, 1.0)
        look.setFontPointSize(size)
        look.setFontWeight(QFont.Weight.DemiBold)
    if found.isAnchor():
        look.setForeground(QBrush(style.color(ColorRole.ACCENT)))
    if found.fontFixedPitch():
        look.setFontPointSize(style.font(FontRole.CODE).pointSizeF())
        look.setBackground(QBrush(style.color(ColorRole.RAISED)))
    return look


def _dress_tables(document: QTextDocument, style: PaneStyle) -> None:
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            look = frame.format()
            look.setBorder(1)
            look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            look.setBorderBrush(QBrush(style.color(ColorRole.LINE)))
            look.setBorderCollapse(True)
            look.setCellSpacing(0)
            look.setCellPadding(5)
            look.setWidth(QTextLength())
            frame.setFormat(look)


def _name_images(document: QTextDocument) -> None:
    cursor = document.find(_IMAGE)
    while not cursor.isNull():
        look = cursor.charFormat()
        words = look.stringProperty(QTextFormat.Property.ImageAltText)
        address = look.stringProperty(QTextFormat.Property.ImageName)
        written = QTextCharFormat()
        if address.startswith(("http://", "https://")):
            written.setAnchor(True)
            written.setAnchorHref(address)
        told = QCoreApplication.translate("EventPane", "[image: {0}]")
        cursor.insertText(told.format(words or address), written)
        cursor = document.find(_IMAGE, cursor)


def source_plain(text: str) -> str:
    """Markdown as the plain text of its document, without laying it out."""
    document = PaneDocument(QFont())
    document.setMarkdown(clean_text(text), _MARKDOWN)
    if _IMAGE in document.toRawText():
        _name_images(document)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    return cursor.selectedText()
