"""Colours for code: Pygments reads it, the look's own few colours paint it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextDocument, QTextLayout

from bamboo_desktop.late import import_quietly
from bamboo_desktop.ui.theme_tokens import ColorRole
from bamboo_desktop.ui.views.pane.style import PaneStyle

_USUAL = ("python", "json", "bash", "javascript", "typescript", "html", "yaml", "toml", "sql")
_MODULES = ("python", "data", "shell", "javascript", "html", "configs", "sql")
LONGEST_COLOURED = 60_000
_ROLES = (
    ("Comment", ColorRole.FAINT),
    ("Keyword", ColorRole.INFO),
    ("Name.Tag", ColorRole.INFO),
    ("Operator.Word", ColorRole.INFO),
    ("Literal.String", ColorRole.ACCENT),
    ("Literal.Number", ColorRole.WAITING),
    ("Name.Decorator", ColorRole.WAITING),
    ("Generic.Deleted", ColorRole.TROUBLE),
    ("Generic.Inserted", ColorRole.ACCENT),
    ("Generic.Heading", ColorRole.INFO),
)
_BOLD = ("Name.Function", "Name.Class")


def warm_up() -> None:
    """Import what colouring needs; called in a thread after the first paint.

    The first lexer of a language takes up to 50 ms: that of a usual one is made here, not when
    its first code is shown.
    """
    import_quietly("pygments.lexers", *(f"pygments.lexers.{name}" for name in _MODULES))
    from pygments.lexers import get_lexer_by_name

    for name in _USUAL:
        for _ in get_lexer_by_name(name).get_tokens_unprocessed("x = 1\n"):
            pass


def colour(document: QTextDocument, language: str, style: PaneStyle) -> None:
    """Colour a code document that has not been laid out yet; unknown languages stay plain."""
    text = document.toPlainText()
    name = language.split()[0].lower() if language else ""
    if not name or len(text) > LONGEST_COLOURED:
        return
    spans = list(_spans(text, name, style))
    if spans:
        _apply(document, text, spans)


def _spans(text: str, name: str, style: PaneStyle) -> Iterator[tuple[int, int, QTextCharFormat]]:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return
    formats: dict[str, QTextCharFormat | None] = {}
    for start, token, value in lexer.get_tokens_unprocessed(text):
        key = str(token)
        if key not in formats:
            formats[key] = _format(key.removeprefix("Token."), style)
        found = formats[key]
        if found is not None:
            yield start, start + len(value), found


def _format(token: str, style: PaneStyle) -> QTextCharFormat | None:
    for prefix, role in _ROLES:
        if token.startswith(prefix):
            found = QTextCharFormat()
            found.setForeground(QColor(style.color(role)))
            return found
    if token.startswith(_BOLD):
        found = QTextCharFormat()
        found.setFontWeight(QFont.Weight.DemiBold)
        return found
    return None


def _apply(
    document: QTextDocument, text: str, spans: list[tuple[int, int, QTextCharFormat]]
) -> None:
    """Give each line its formats; positions of a document count UTF-16 units, not characters."""
    is_plain = text.isascii()
    line_start = 0
    place = 0
    block = document.firstBlock()
    for line in text.split("\n"):
        line_end = line_start + len(line)
        ranges: list[QTextLayout.FormatRange] = []
        while place < len(spans) and spans[place][1] <= line_start:
            place += 1
        for start, end, look in _within(spans, place, line_end):
            first, last = max(start, line_start) - line_start, min(end, line_end) - line_start
            found = QTextLayout.FormatRange()
            found.start = first if is_plain else _units(line[:first])
            length = last - first if is_plain else _units(line[first:last])
            found.length = length
            found.format = look
            ranges.append(found)
        block.layout().setFormats(ranges)
        block = block.next()
        line_start = line_end + 1


def _within(
    spans: list[tuple[int, int, QTextCharFormat]], place: int, line_end: int
) -> Iterator[tuple[int, int, QTextCharFormat]]:
    while place < len(spans) and spans[place][0] < line_end:
        yield spans[place]
        place += 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
