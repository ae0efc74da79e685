"""The look of the window: tokens, palette, style sheet, fonts and icons, light or dark."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication, QWidget

from bamboo_desktop.ui.icons import IconSet
from bamboo_desktop.ui.theme_palette import palette_of
from bamboo_desktop.ui.theme_sheet import sheet_of
from bamboo_desktop.ui.theme_tokens import (
    DARK,
    LIGHT,
    POINT_SIZES,
    ColorRole,
    FontRole,
    ThemeMode,
    Tokens,
)


class Theme(QObject):
    """The one look of the program; views read `tokens` when they paint and listen to `changed`.

    Args:
        app: gets style, palette, font and style sheet.
        mode: system follows the desktop's colour scheme.
        icons_dir: where the SVG icons are; the program's own resources by default.
        has_style: the application was started with Fusion; asking Qt for it once more only costs.
    """

    changed = Signal()
    mode_changed = Signal()

    def __init__(
        self,
        app: QApplication,
        *,
        mode: ThemeMode = ThemeMode.SYSTEM,
        icons_dir: Path | None = None,
        has_style: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._mode = mode
        self._moves = True
        self._icons = IconSet(icons_dir)
        self._tokens = self._wanted()
        if not has_style:
            app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._apply()

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._tokens

    @property
    def mode(self) -> ThemeMode:
        """What the person chose."""
        return self._mode

    @property
    def moves(self) -> bool:
        """False where the person wants reduced motion: then nothing turns or slides."""
        return self._moves

    def set_moves(self, *, moves: bool) -> None:
        """Let things move, or not; Qt has no word for the desktop's own wish yet."""
        if moves is not self._moves:
            self._moves = moves
            self.changed.emit()

    def set_mode(self, mode: ThemeMode) -> None:
        """Change the look; `changed` follows when the colours differ, `mode_changed` always."""
        self._mode = mode
        self._refresh()
        self.mode_changed.emit()

    def color(self, role: ColorRole) -> QColor:
        """The colour of a role, ready to paint with."""
        return QColor(self._tokens.color(role))

    def font(self, role: FontRole) -> QFont:
        """The font of a role: the system's own, in one of the four sizes."""
        if role is FontRole.CODE:
            font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        else:
            font = QFont(self._app.font())
        font.setPointSizeF(POINT_SIZES[role])
        if role in {FontRole.STRONG, FontRole.TITLE}:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def icon(self, name: str, role: ColorRole = ColorRole.SOFT) -> QIcon:
        """An icon of our set in a colour of the look; ask again after `changed`."""
        return self._icons.icon(name, self._tokens.color(role), self._tokens.line)

    def sized_icon(self, name: str, role: ColorRole, side: int) -> QIcon:
        """The same in the one size it is shown in: a twelfth of the work, which a start feels."""
        only = side * self._app.devicePixelRatio()
        return self._icons.icon(name, self._tokens.color(role), self._tokens.line, only=only)

    def _wanted(self) -> Tokens:
        if self._mode is ThemeMode.SYSTEM:
            is_dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if is_dark else LIGHT
        return DARK if self._mode is ThemeMode.DARK else LIGHT

    def _follow_system(self) -> None:
        if self._mode is ThemeMode.SYSTEM:
            self._refresh()

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted != self._tokens:
            self._tokens = wanted
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        font = self._app.font()
        font.setPointSizeF(POINT_SIZES[FontRole.BODY])
        self._app.setFont(font)
        self._app.setPalette(palette_of(self._tokens))
        self._app.setStyleSheet(sheet_of(self._tokens))


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a widget a class of the style sheet; also when it is already shown."""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # it gets its look when it is first shown
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
