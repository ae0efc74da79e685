"""The full Qt palette of a look: every role in the active, inactive and disabled groups."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from bamboo_desktop.ui.theme_tokens import Tokens

_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup


def mixed(one: str, other: str, share: float) -> str:
    """The colour that is `share` of the way from one to the other."""
    first, second = QColor(one), QColor(other)
    channels = zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
    red, green, blue = (round(a + (b - a) * share) for a, b in channels)
    return QColor(red, green, blue).name()


def palette_of(tokens: Tokens) -> QPalette:
    """A palette with every role set, so that no colour of another look can stay behind."""
    palette = QPalette()
    for role, color in _roles(tokens).items():
        palette.setColor(role, QColor(color))
    for role, color in _disabled(tokens).items():
        palette.setColor(_Group.Disabled, role, QColor(color))
    return palette


def _roles(tokens: Tokens) -> dict[QPalette.ColorRole, str]:
    black = "#000000"
    return {
        _Role.Window: tokens.window,
        _Role.WindowText: tokens.text,
        _Role.Base: tokens.surface,
        _Role.AlternateBase: tokens.raised,
        _Role.Text: tokens.text,
        _Role.Button: tokens.raised if tokens.is_dark else tokens.surface,
        _Role.ButtonText: tokens.text,
        _Role.BrightText: tokens.trouble,
        _Role.Light: mixed(tokens.surface, tokens.text, 0.10) if tokens.is_dark else "#FFFFFF",
        _Role.Midlight: mixed(tokens.surface, tokens.line, 0.5),
        _Role.Mid: tokens.line,
        _Role.Dark: mixed(tokens.line, black, 0.35),
        _Role.Shadow: mixed(tokens.line, black, 0.7),
        _Role.Highlight: tokens.accent,
        _Role.HighlightedText: tokens.on_accent,
        _Role.Accent: tokens.accent,
        _Role.Link: tokens.accent,
        _Role.LinkVisited: tokens.soft,
        _Role.ToolTipBase: tokens.raised,
        _Role.ToolTipText: tokens.text,
        _Role.PlaceholderText: tokens.faint,
    }


def _disabled(tokens: Tokens) -> dict[QPalette.ColorRole, str]:
    quiet = mixed(tokens.faint, tokens.window, 0.35)
    return {
        _Role.WindowText: quiet,
        _Role.Text: quiet,
        _Role.ButtonText: quiet,
        _Role.PlaceholderText: quiet,
        _Role.Link: quiet,
        _Role.LinkVisited: quiet,
        _Role.ToolTipText: quiet,
        _Role.Base: tokens.window,
        _Role.Highlight: tokens.line,
        _Role.HighlightedText: tokens.soft,
        _Role.Accent: tokens.line,
    }
