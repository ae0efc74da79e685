"""The look: readable in both modes, complete, and changed in one step."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.ui.actions_table import window_actions
from bamboo_desktop.ui.glyphs import GlyphState, glyph_of, paint_glyph
from bamboo_desktop.ui.icons import IconSet
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_palette import palette_of
from bamboo_desktop.ui.theme_tokens import DARK, LIGHT, FontRole, ThemeMode, Tokens, contrast

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
SURFACES = ("window", "surface", "raised")
GROUNDS = (*SURFACES, "accent_tint", "waiting_tint", "trouble_tint", "info_tint")


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
def test_body_text_is_readable_on_every_ground(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens.text, getattr(tokens, ground)) >= 6


@BOTH
@pytest.mark.parametrize("ground", SURFACES)
@pytest.mark.parametrize("ink", ["soft", "faint", "accent", "waiting", "trouble", "info"])
def test_captions_and_states_are_readable_on_every_surface(
    tokens: Tokens, ink: str, ground: str
) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("state", ["accent", "waiting", "trouble", "info"])
def test_a_state_is_readable_on_its_own_tint(tokens: Tokens, state: str) -> None:
    tint = getattr(tokens, f"{state}_tint")
    assert contrast(getattr(tokens, state), tint) >= 4.5
    assert contrast(tokens.soft, tint) >= 4.5
    assert contrast(tokens.faint, tint) >= 4.5


@BOTH
def test_text_on_the_primary_button_is_readable(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


@BOTH
def test_the_palette_sets_every_role_in_every_group(qapp: QApplication, tokens: Tokens) -> None:
    palette = palette_of(tokens)
    groups = (
        QPalette.ColorGroup.Active,
        QPalette.ColorGroup.Inactive,
        QPalette.ColorGroup.Disabled,
    )
    roles = [role for role in QPalette.ColorRole if role.name not in {"NoRole", "NColorRoles"}]
    for group, role in itertools.product(groups, roles):
        assert palette.isBrushSet(group, role), f"{group.name} {role.name}"


def test_a_change_of_mode_is_told_once_and_changes_the_palette(theme: Theme) -> None:
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.tokens.is_dark))
    theme.set_mode(ThemeMode.DARK)
    theme.set_mode(ThemeMode.DARK)
    assert told == [True]
    window = QApplication.palette().color(QPalette.ColorRole.Window)
    assert window == QColor(DARK.window)


def test_a_class_can_be_given_to_a_widget_that_is_shown(theme: Theme) -> None:
    button = QPushButton("Go")
    button.show()
    set_kind(button, "primary")
    image = button.grab().toImage()
    corner = image.pixelColor(image.width() // 2, 5)
    assert corner == QColor(LIGHT.accent)
    button.close()


def test_every_icon_of_an_action_exists(theme: Theme) -> None:
    known = IconSet().names()
    wanted = {spec.icon for spec in window_actions() if spec.icon}
    assert wanted <= set(known)


def test_an_icon_takes_the_colour_of_the_look(theme: Theme) -> None:
    image = theme.icon("stop").pixmap(QSize(32, 32)).toImage()
    inks = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert inks == {LIGHT.soft.lower()}


def test_fonts_have_their_own_sizes(theme: Theme) -> None:
    sizes = [theme.font(role).pointSizeF() for role in FontRole if role is not FontRole.CODE]
    assert sizes == sorted(set(sizes))


def drawn(state: GlyphState) -> bytes:
    image = QImage(24, 24, QImage.Format.Format_Alpha8)
    image.fill(0)
    painter = QPainter(image)
    paint_glyph(painter, image.rect(), state, LIGHT, 0.3)
    painter.end()
    return bytes(image.constBits())


def test_every_state_has_a_shape_of_its_own_without_colour(theme: Theme) -> None:
    shapes = {state: drawn(state) for state in GlyphState}
    assert len(set(shapes.values())) == len(shapes)
    assert not any(shapes[GlyphState.IDLE])


@pytest.mark.parametrize("status", [None, *AgentStatus])
def test_an_open_question_is_the_strongest_sign(status: AgentStatus | None) -> None:
    assert glyph_of(status, open_questions=1) is GlyphState.WAITING
    is_waiting = glyph_of(status) is GlyphState.WAITING
    for_children = status is AgentStatus.WAITING_CHILDREN
    assert is_waiting == (status is not None and status.is_waiting and not for_children)
