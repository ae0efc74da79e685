"""How the ticker is, at the foot of the window; a hold of the clock is ended from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from bamboo_desktop.domain.schedule_view import Heartbeat
from bamboo_desktop.ui.models.heartbeat_words import HeartbeatWords, heartbeat_words
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.views.state_glyph import StateGlyph

if TYPE_CHECKING:
    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.schedule_relay import ScheduleRelay

_LOOKS_MS = 20_000


class HeartbeatLine(QWidget):
    """A sentence that leads to the schedules; nothing is repainted while it stays the same."""

    schedules_wanted = Signal()

    def __init__(self, engine: Engine, relay: ScheduleRelay, clock: Clock, theme: Theme) -> None:
        super().__init__()
        self._engine = engine
        self._clock = clock
        self._shown: HeartbeatWords | None = None
        self._glyph = StateGlyph(theme, self, side=13)
        self.words = self._button(self.tr("Schedules"))
        self.words.clicked.connect(self.schedules_wanted)
        self.clock_is_right = self._button(self.tr("The clock is right"))
        self.clock_is_right.setText(self.tr("The clock is right"))
        self.clock_is_right.clicked.connect(self._confirm)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._glyph)
        row.addWidget(self.words)
        row.addWidget(self.clock_is_right)
        relay.beat.connect(self.show_heartbeat)
        # A ticker that died says nothing: its silence is noticed here.
        self._looking = QTimer(self, interval=_LOOKS_MS)
        self._looking.timeout.connect(self._look)
        self._looking.start()
        self._look()

    def show_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Say how the ticker is."""
        words = heartbeat_words(heartbeat, self._clock.now())
        if words == self._shown:
            return
        self._shown = words
        self._glyph.show_state(words.glyph)
        self._glyph.setVisible(words.glyph is not words.glyph.IDLE)
        self.words.setText(words.text)
        self.words.setToolTip(words.details)
        self.words.setAccessibleDescription(words.details)
        self.clock_is_right.setVisible(words.is_held)
        self.clock_is_right.setToolTip(words.details)

    def _look(self) -> None:
        self.show_heartbeat(self._engine.schedules.heartbeat)

    def _confirm(self) -> None:
        self._engine.schedules.confirm_clock()
        self.clock_is_right.hide()

    def _button(self, name: str) -> QToolButton:
        made = QToolButton()
        made.setAccessibleName(name)
        set_kind(made, "flat")
        return made
