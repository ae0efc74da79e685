"""Design tokens: every colour and measure of the window, for light and for dark. No Qt in here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ThemeMode(StrEnum):
    """Which of the two looks a person wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class ColorRole(StrEnum):
    """The colours by their use; each is a field of `Tokens`."""

    WINDOW = "window"
    SURFACE = "surface"
    RAISED = "raised"
    LINE = "line"
    TEXT = "text"
    SOFT = "soft"
    FAINT = "faint"
    ACCENT = "accent"
    ON_ACCENT = "on_accent"
    ACCENT_TINT = "accent_tint"
    WAITING = "waiting"
    WAITING_TINT = "waiting_tint"
    TROUBLE = "trouble"
    TROUBLE_TINT = "trouble_tint"
    INFO = "info"
    INFO_TINT = "info_tint"


class FontRole(StrEnum):
    """The four sizes of text, and the fixed font for code."""

    CAPTION = "caption"
    BODY = "body"
    STRONG = "strong"
    TITLE = "title"
    CODE = "code"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """The colours of one look as `#RRGGBB`; text on tint pairs are named alike."""

    is_dark: bool
    window: str
    surface: str
    raised: str
    line: str
    text: str
    soft: str
    faint: str
    accent: str
    on_accent: str
    accent_tint: str
    waiting: str
    waiting_tint: str
    trouble: str
    trouble_tint: str
    info: str
    info_tint: str

    def color(self, role: ColorRole) -> str:
        """The colour of a role."""
        return str(getattr(self, role.value))


LIGHT = Tokens(
    is_dark=False,
    window="#F6F7F5",
    surface="#FFFFFF",
    raised="#EFF1EE",
    line="#DADFD9",
    text="#1B211D",
    soft="#4E5A52",
    faint="#5F6A62",
    accent="#1F7A4D",
    on_accent="#FFFFFF",
    accent_tint="#E6F3EB",
    waiting="#8A5A00",
    waiting_tint="#FFF3D6",
    trouble="#B3261E",
    trouble_tint="#FCE8E6",
    info="#1F5FA8",
    info_tint="#E6F0FB",
)

DARK = Tokens(
    is_dark=True,
    window="#141815",
    surface="#1B201D",
    raised="#242B27",
    line="#353E38",
    text="#E7ECE8",
    soft="#B3BDB6",
    faint="#98A39B",
    accent="#5CC28D",
    on_accent="#0C1A12",
    accent_tint="#1D3528",
    waiting="#F0B73F",
    waiting_tint="#3A2E12",
    trouble="#F2857D",
    trouble_tint="#41201D",
    info="#7FB4EE",
    info_tint="#18304A",
)

POINT_SIZES = {
    FontRole.CAPTION: 9.5,
    FontRole.BODY: 10.5,
    FontRole.STRONG: 11.5,
    FontRole.TITLE: 16.0,
    FontRole.CODE: 10.0,
}
"""Sizes in points at 96 dots an inch; one step below print sizes, so that a pane holds enough."""

GAP_TINY, GAP_SMALL, GAP, GAP_LARGE, GAP_PAGE = 4, 8, 12, 16, 24
RADIUS_CONTROL, RADIUS_CARD = 6, 8
ROW_DENSE, ROW_TWO_LINES = 30, 52
TARGET = 28
MEASURE_CHARACTERS = 80


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def luminance(color: str) -> float:
    """Relative luminance of `#RRGGBB` as WCAG 2 defines it."""
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return 0.2126 * _channel(red) + 0.7152 * _channel(green) + 0.0722 * _channel(blue)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
