"""The rail at the left: one button a page, with a count where something waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP_SMALL, ColorRole, FontRole

if not TYPE_CHECKING:
    from bamboo_desktop.ui.overriding import override
else:
    from typing_extensions import override

_ICON = 22


class RailButton(QToolButton):
    """An icon with an optional count; it triggers an action of the registry."""

    def __init__(self, action: QAction, icon: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._count = 0
        self._name = action.text().replace("&", "")
        self.setCheckable(True)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setFixedSize(QSize(44, 40))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_kind(self, "rail")
        self.clicked.connect(action.trigger)
        keys = action.shortcut().toString()
        self.setToolTip(f"{self._name} ({keys})" if keys else self._name)
        self.toggled.connect(self._paint_icon)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self.setAccessibleName(self._name)

    def set_count(self, count: int) -> None:
        """Show how many things wait; 0 shows nothing."""
        if count == self._count:
            return
        self._count = count
        name = self._name
        if count:
            name = self.tr("{}, {} waiting").format(name, count)
        self.setAccessibleName(name)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._count:
            return
        text = str(self._count) if self._count < 100 else "99+"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font(FontRole.CAPTION)
        font.setPointSizeF(font.pointSizeF() - 1)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        width = max(17, painter.fontMetrics().horizontalAdvance(text) + 9)
        pill = QRectF(self.width() - width - 1, 2, width, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ColorRole.WAITING))
        painter.drawRoundedRect(pill, 8.5, 8.5)
        painter.setPen(self._theme.color(ColorRole.WAITING_TINT))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _paint_icon(self) -> None:
        role = ColorRole.ACCENT if self.isChecked() else ColorRole.SOFT
        self.setIcon(self._theme.sized_icon(self._icon_name, role, _ICON))


class Rail(QFrame):
    """The buttons of the pages; the settings stand at the foot."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "bar")
        self._theme = theme
        self._buttons: dict[str, RailButton] = {}
        self.setFixedWidth(56)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, GAP_SMALL + 2, 6, GAP_SMALL)
        self._column.setSpacing(4)
        self._column.addStretch(1)

    def add_page(self, name: str, action: QAction, icon: str, *, at_foot: bool = False) -> None:
        """Add the button of a page."""
        button = RailButton(action, icon, self._theme, self)
        self._buttons[name] = button
        heads = sum(1 for other in self._buttons.values() if not other.property("foot")) - 1
        button.setProperty("foot", at_foot)
        if at_foot:
            self._column.addWidget(button)
        else:
            self._column.insertWidget(heads, button)

    def show_page(self, name: str) -> None:
        """Mark the page that is shown."""
        for other, button in self._buttons.items():
            button.setChecked(other == name)

    def set_count(self, name: str, count: int) -> None:
        """Show how many things wait on a page."""
        self._buttons[name].set_count(count)
