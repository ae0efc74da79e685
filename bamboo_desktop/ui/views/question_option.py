"""Cards to choose from: a whole row to click, with label, description and its number key."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget
from typing_extensions import override

from bamboo_desktop.ui.harmless import harmless, harmless_line
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import RADIUS_CARD, ColorRole, FontRole

if TYPE_CHECKING:
    _Button = QAbstractButton
else:
    _Button = object  # the buttons it is mixed into are Qt's already

_PADDING_X, _PADDING_Y = 12, 9
_MARK, _MARK_GAP = 16, 12
_KEY, _KEY_GAP = 20, 12
_LINE_GAP = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionText:
    """What a card says; `number` is its key, 0 for none."""

    label: str
    description: str = ""
    number: int = 0

    @property
    def spoken(self) -> str:
        """The card in words, for people who listen to it."""
        whole = f"{self.label}. {self.description}" if self.description else self.label
        return harmless_line(whole)


class _Flow:
    """Text broken at words, and within a word where it must be; measured as it is painted."""

    def __init__(self, text: str, font: QFont, width: float) -> None:
        shown = harmless(text).replace("\n", "\u2028")
        self._layout = QTextLayout(shown, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        if _reads_from_the_right(shown):
            option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        self._layout.setTextOption(option)
        self.height = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(width, 40.0))
            line.setPosition(QPointF(0, self.height))
            self.height += line.height()
        self._layout.endLayout()

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        self._layout.draw(painter, QPointF(x, y))


class OptionFace:
    """Measures and paints a card for the button that owns it."""

    def __init__(self, text: OptionText, theme: Theme) -> None:
        self.text = text
        self._theme = theme

    def height(self, width: int) -> int:
        """How tall the card is at that width."""
        label, description = self._flows(width)
        tall = label.height + (description.height + _LINE_GAP if description else 0)
        return max(int(tall + 0.999) + 2 * _PADDING_Y, 38)

    def paint(self, button: QAbstractButton, *, is_round: bool) -> None:
        """Paint the card in the state its button is in."""
        painter = QPainter(button)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = button.rect()
        self._paint_frame(painter, button, rect)
        first_line = _PADDING_Y + _line_height(self._theme.font(FontRole.BODY)) / 2
        self._paint_mark(painter, button, first_line, is_round=is_round)
        self._paint_text(painter, button, rect)
        if self.text.number:
            self._paint_key(painter, rect, first_line)
        painter.end()

    def _flows(self, width: int) -> tuple[_Flow, _Flow | None]:
        room = width - 2 * _PADDING_X - _MARK - _MARK_GAP - (_KEY + _KEY_GAP)
        strong = self._theme.font(FontRole.BODY)
        strong.setWeight(QFont.Weight.Medium)
        label = _Flow(self.text.label, strong, room)
        if not self.text.description:
            return label, None
        return label, _Flow(self.text.description, self._theme.font(FontRole.CAPTION), room)

    def _paint_frame(self, painter: QPainter, button: QAbstractButton, rect: QRect) -> None:
        is_chosen, has_focus = button.isChecked(), button.hasFocus()
        line = ColorRole.ACCENT if is_chosen or has_focus else ColorRole.LINE
        fill = ColorRole.SURFACE
        if is_chosen:
            fill = ColorRole.ACCENT_TINT
        elif button.isEnabled() and button.underMouse():
            fill = ColorRole.RAISED
        stroke = 2.0 if has_focus else 1.0
        painter.setPen(QPen(self._theme.color(line), stroke))
        painter.setBrush(self._theme.color(fill))
        inset = stroke / 2
        painter.drawRoundedRect(
            QRectF(rect).adjusted(inset, inset, -inset, -inset), RADIUS_CARD, RADIUS_CARD
        )

    def _paint_mark(
        self, painter: QPainter, button: QAbstractButton, middle: float, *, is_round: bool
    ) -> None:
        box = QRectF(_PADDING_X + 0.5, middle - _MARK / 2 + 0.5, _MARK - 1, _MARK - 1)
        is_chosen = button.isChecked()
        color = self._theme.color(ColorRole.ACCENT if is_chosen else ColorRole.FAINT)
        painter.setPen(QPen(color, 1.5))
        fill = Qt.BrushStyle.NoBrush if is_round or not is_chosen else color
        painter.setBrush(fill)
        if is_round:
            painter.drawEllipse(box)
        else:
            painter.drawRoundedRect(box, 3, 3)
        if not is_chosen:
            return
        if is_round:
            painter.setBrush(color)
            painter.drawEllipse(box.adjusted(4, 4, -4, -4))
            return
        painter.setPen(QPen(self._theme.color(ColorRole.ON_ACCENT), 2))
        x, y, side = box.x(), box.y(), box.width()
        painter.drawPolyline(
            [
                QPointF(x + side * 0.22, y + side * 0.52),
                QPointF(x + side * 0.43, y + side * 0.72),
                QPointF(x + side * 0.78, y + side * 0.28),
            ]
        )

    def _paint_text(self, painter: QPainter, button: QAbstractButton, rect: QRect) -> None:
        label, description = self._flows(rect.width())
        x = _PADDING_X + _MARK + _MARK_GAP
        tall = label.height + (description.height + _LINE_GAP if description else 0)
        y = (rect.height() - tall) / 2 if not description else float(_PADDING_Y)
        role = ColorRole.TEXT if button.isEnabled() else ColorRole.FAINT
        painter.setPen(self._theme.color(role))
        label.draw(painter, x, y)
        if description:
            painter.setPen(self._theme.color(ColorRole.SOFT))
            description.draw(painter, x, y + label.height + _LINE_GAP)

    def _paint_key(self, painter: QPainter, rect: QRect, middle: float) -> None:
        box = QRectF(rect.width() - _PADDING_X - _KEY, middle - _KEY / 2, _KEY, _KEY)
        painter.setPen(QPen(self._theme.color(ColorRole.LINE), 1))
        painter.setBrush(self._theme.color(ColorRole.WINDOW))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(self._theme.color(ColorRole.FAINT))
        painter.setFont(self._theme.font(FontRole.CAPTION))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self.text.number))


def _reads_from_the_right(text: str) -> bool:
    """True when the first letter that has a direction is a right-to-left one."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((found != "L" for found in directions if found in {"L", "R", "AL"}), False)


def _line_height(font: QFont) -> float:
    return _Flow("X", font, 100).height


class _Card(_Button):
    """What a radio button and a check box have in common when they are painted as a card."""

    _is_round = False

    def _dress(self, text: OptionText, theme: Theme) -> None:
        self._face = OptionFace(text, theme)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(text.spoken)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        self._face.paint(self, is_round=self._is_round)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        return self._face.height(width)

    @override
    def sizeHint(self) -> QSize:
        return QSize(360, self._face.height(360))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, 38)

    @override
    def hitButton(self, pos: QPoint, /) -> bool:
        return self.rect().contains(pos)


class RadioCard(_Card, QRadioButton):
    """A card of which one in its group can be chosen."""

    _is_round = True

    def __init__(self, text: OptionText, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dress(text, theme)


class CheckCard(_Card, QCheckBox):
    """A card of which several can be chosen."""

    def __init__(self, text: OptionText, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dress(text, theme)
