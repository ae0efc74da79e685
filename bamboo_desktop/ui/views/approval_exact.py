"""The exact command or diff of a call: fixed font, wrapped, nothing in it invisible."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor, QTextLayout, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QWidget
from typing_extensions import override

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole
from bamboo_desktop.ui.visible_text import VisibleText, make_visible

_LINES_LEAST, _LINES_MOST = 2, 16
_AROUND_X, _AROUND_Y = 26, 20
_SHEET = """
QPlainTextEdit { border: 1px solid palette(mid); border-radius: 6px;
  background: palette(alternate-base); padding: 4px 6px; }
QPlainTextEdit:focus { border: 2px solid palette(highlight); padding: 3px 5px; }
"""
_KEYS_FOR_READING = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_A,
        Qt.Key.Key_C,
    }
)


class ExactView(QPlainTextEdit):
    """Shows a text whose every character counts; it can be read and copied, not changed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._visible = VisibleText(())
        self._lines_at: dict[int, int] = {}
        self._pitch = 0
        self.setReadOnly(True)
        self.setStyleSheet(_SHEET)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        # What runs is read from left to right, whatever letters are in it.
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self.document().setDefaultTextOption(option)
        self.setAccessibleName(self.tr("Exactly what will be done"))
        self._apply_theme()
        theme.changed.connect(self._apply_theme)

    @property
    def visible_text(self) -> VisibleText:
        """What is shown, with the names of what was hidden in it."""
        return self._visible

    def set_exact(self, text: str) -> None:
        """Show a command or a unified diff."""
        self._visible = make_visible(text)
        self._lines_at.clear()
        self.setPlainText(self._visible.plain)
        self._mark()
        self.updateGeometry()

    @property
    def is_long(self) -> bool:
        """True when it has more lines than are shown at once."""
        return len(self._first_rows()) > _LINES_MOST

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        return self._height_of(_LINES_MOST, width)

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, self._height_of(_LINES_MOST, max(self.width(), 480)))

    @override
    def minimumSizeHint(self) -> QSize:
        # How tall it must be is told by its width; a layout keeps this from before it has one.
        return QSize(160, _LINES_LEAST * self._pitch + _AROUND_Y)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in _KEYS_FOR_READING:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _height_of(self, most: int, width: int) -> int:
        if width not in self._lines_at:
            self._lines_at[width] = self._count_lines(width - _AROUND_X)
        lines = min(max(self._lines_at[width], _LINES_LEAST), most)
        return lines * self._pitch + _AROUND_Y

    def _count_lines(self, room: int) -> int:
        """How many lines it takes in that room; what is far beyond the most is not counted."""
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        count = 0
        for row in self._first_rows():
            layout = QTextLayout(row, self.font())
            layout.setTextOption(option)
            layout.beginLayout()
            while count <= _LINES_MOST and (line := layout.createLine()).isValid():
                line.setLineWidth(max(room, 80))
                # A line on the screen may be a pixel higher than the font says.
                self._pitch = max(self._pitch, ceil(line.height()))
                count += 1
            layout.endLayout()
        return count

    def _first_rows(self) -> list[str]:
        return self._visible.plain[:20_000].split("\n")[: _LINES_MOST + 1]

    def _apply_theme(self) -> None:
        self.setFont(self._theme.font(FontRole.CODE))
        self._pitch = self.fontMetrics().lineSpacing()
        self._lines_at.clear()
        self._mark()

    def _mark(self) -> None:
        self.setExtraSelections([*self._diff_lines(), *self._marks()])

    def _marks(self) -> list[QTextEdit.ExtraSelection]:
        marks: list[QTextEdit.ExtraSelection] = []
        look = _look(
            self._theme.color(ColorRole.TROUBLE), self._theme.color(ColorRole.TROUBLE_TINT)
        )
        position = 0
        for piece in self._visible.pieces:
            length = len(piece.text.encode("utf-16-le", "replace")) // 2
            if piece.is_mark:
                marks.append(self._selection(position, position + length, look))
            position += length
        return marks

    def _diff_lines(self) -> list[QTextEdit.ExtraSelection]:
        if not _is_diff(self._visible.plain):
            return []
        looks = {
            "+": _look(
                self._theme.color(ColorRole.ACCENT), self._theme.color(ColorRole.ACCENT_TINT)
            ),
            "-": _look(
                self._theme.color(ColorRole.TROUBLE), self._theme.color(ColorRole.TROUBLE_TINT)
            ),
            "@": _look(self._theme.color(ColorRole.INFO), None),
        }
        plain = _look(self._theme.color(ColorRole.SOFT), None)
        found: list[QTextEdit.ExtraSelection] = []
        block = self.document().begin()
        while block.isValid():
            text = block.text()
            look = plain if text.startswith(("---", "+++")) else looks.get(text[:1])
            if look is not None:
                start = block.position()
                found.append(self._selection(start, start + block.length() - 1, look))
            block = block.next()
        return found

    def _selection(self, start: int, end: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = look
        return selection


def _look(color: QColor, tint: QColor | None) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(color)
    if tint is not None:
        look.setBackground(tint)
    return look


def _is_diff(text: str) -> bool:
    return text.startswith(("--- ", "diff ", "@@ "))
