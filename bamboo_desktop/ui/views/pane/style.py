"""Fonts, measures and colours of the pane, worked out once for each look."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPalette

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import MEASURE_CHARACTERS, ColorRole, FontRole, Tokens

EDGE = 28
"""Left edge of all text; the rail of glyphs and tints begins before it."""
MARGIN = 16
ROW_GAP = 6


class PaneStyle:
    """What layouts and painting ask of a look; made anew when the theme changes."""

    def __init__(self, theme: Theme) -> None:
        self.tokens: Tokens = theme.tokens
        self._fonts = {role: theme.font(role) for role in FontRole}
        self._metrics = {role: QFontMetricsF(font) for role, font in self._fonts.items()}
        self._colors = {role: theme.color(role) for role in ColorRole}
        self._palettes: dict[ColorRole, QPalette] = {}
        body = self._metrics[FontRole.BODY]
        self.measure = MEASURE_CHARACTERS * body.averageCharWidth()

    def font(self, role: FontRole) -> QFont:
        """The font of a role."""
        return self._fonts[role]

    def metrics(self, role: FontRole) -> QFontMetricsF:
        """The measures of a role's font."""
        return self._metrics[role]

    def line(self, role: FontRole) -> float:
        """The height of one line in a role's font."""
        return float(self._metrics[role].height())

    def color(self, role: ColorRole) -> QColor:
        """The colour of a role."""
        return self._colors[role]

    def palette(self, role: ColorRole) -> QPalette:
        """A palette whose text has a colour of the look, for painting documents."""
        palette = self._palettes.get(role)
        if palette is None:
            palette = self._palettes[role] = QPalette()
            palette.setColor(QPalette.ColorRole.Text, self._colors[role])
            palette.setColor(QPalette.ColorRole.Link, self._colors[ColorRole.ACCENT])
        return palette
