"""The bar at the foot: how the engine is, what runs and waits, what today has cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.state_glyph import StateGlyph

if TYPE_CHECKING:
    from bamboo_desktop.domain.usage import Usage


class StatusBar(QFrame):
    """Shows facts it is given; the counts can be clicked."""

    health_wanted = Signal()
    running_wanted = Signal()
    waiting_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "bar")
        self.setFixedHeight(30)
        self._health_glyph = StateGlyph(theme, self, side=13)
        self._health = self._button(self.tr("State of the engine"))
        self._health.clicked.connect(self.health_wanted)
        self._running_glyph = StateGlyph(theme, self, side=13)
        self._running = self._button(self.tr("Running sessions"))
        self._running.clicked.connect(self.running_wanted)
        self._waiting_glyph = StateGlyph(theme, self, side=13)
        self._waiting = self._button(self.tr("Questions that wait"))
        self._waiting.clicked.connect(self.waiting_wanted)
        self._cost = QLabel()
        set_kind(self._cost, "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + 8, 0, GAP + 4, 0)
        row.setSpacing(2)
        pairs = (
            (self._health_glyph, self._health),
            (self._running_glyph, self._running),
            (self._waiting_glyph, self._waiting),
        )
        for glyph, button in pairs:
            row.addWidget(glyph)
            row.addWidget(button)
            row.addSpacing(GAP_SMALL)
        row.addStretch(1)
        row.addWidget(self._cost)
        self._row = row
        self._health.setText(self.tr("Opening"))
        self._hide_counts()

    def add_beside_health(self, part: QWidget) -> None:
        """Put a fact right after the state of the engine."""
        self._row.insertWidget(3, part)

    def show_health(self, text: str, *, is_well: bool, details: str) -> None:
        """Say how the engine is; details on hover and by a click."""
        self._health.setText(text)
        self._health.setToolTip(details)
        self._health_glyph.show_state(GlyphState.DONE if is_well else GlyphState.FAILED)

    def show_not_open(self, details: str) -> None:
        """Say that there is no engine."""
        self.show_health(self.tr("Not open"), is_well=False, details=details)
        self._hide_counts()

    def show_counts(self, *, running: int, waiting: int) -> None:
        """Say what runs and what waits."""
        self._running.setText(self.tr("{} running").format(running))
        self._running_glyph.show_state(GlyphState.RUNNING if running else GlyphState.IDLE)
        self._waiting.setText(self.tr("{} waiting").format(waiting))
        self._waiting_glyph.show_state(GlyphState.WAITING if waiting else GlyphState.IDLE)
        for glyph, count in ((self._running_glyph, running), (self._waiting_glyph, waiting)):
            glyph.setVisible(bool(count))
        self._running.show()
        self._waiting.show()

    def show_today(self, usage: Usage) -> None:
        """Say what today has used."""
        if not usage.total_tokens:
            self._cost.clear()
            return
        from bamboo_desktop.ui.formats import money, tokens, usage_details

        # What has no known price is not free.
        figures = money(usage.cost_micros or None) or self.tr("{} tokens").format(
            tokens(usage.total_tokens)
        )
        self._cost.setText(self.tr("Today {}").format(figures))
        self._cost.setToolTip(usage_details(usage))

    def _hide_counts(self) -> None:
        """With no engine nobody knows what runs and what waits."""
        for widget in (self._running_glyph, self._running, self._waiting_glyph, self._waiting):
            widget.hide()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_kind(button, "flat")
        return button
