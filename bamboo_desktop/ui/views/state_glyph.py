"""A small widget with the glyph of a state; its ring turns only while it is seen and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QSize, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from bamboo_desktop.ui.glyphs import GlyphState, glyph_of, paint_glyph
from bamboo_desktop.ui.theme import Theme

if not TYPE_CHECKING:
    from bamboo_desktop.ui.overriding import override
else:
    from typing_extensions import override

    from bamboo_desktop.domain.run import AgentStatus

_FRAME_MS = 80
_TURN_MS = 1600


class StateGlyph(QWidget):
    """A state as a shape, of `side` pixels with the margin around it."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        state: GlyphState = GlyphState.IDLE,
        side: int = 16,
        margin: int = 0,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = state
        self._margin = margin
        self._phase = 0.0
        self.setFixedSize(QSize(side, side))
        self._turning = QTimer(self, interval=_FRAME_MS)
        self._turning.timeout.connect(self._turn)
        theme.changed.connect(self._follow)

    def show_status(self, status: AgentStatus | None, *, open_questions: int = 0) -> None:
        """Show the glyph of a session's status."""
        # Not known to the first frame, which shows no session yet.
        from bamboo_desktop.domain.run import AgentStatus
        from bamboo_desktop.ui.models.session_words import status_word

        self.show_state(glyph_of(status, open_questions=open_questions))
        word = status_word(AgentStatus.WAITING_ANSWER if open_questions else status)
        self.setToolTip(word)
        self.setAccessibleName(word)

    def show_state(self, state: GlyphState) -> None:
        """Show a shape."""
        if state is not self._state:
            self._state = state
            self.update()
        self._start_or_stop()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = self.rect().marginsRemoved(QMargins(*[self._margin] * 4))
        paint_glyph(painter, place, self._state, self._theme.tokens, self._phase)
        painter.end()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._start_or_stop()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._turning.stop()

    def _start_or_stop(self) -> None:
        wanted = self._state is GlyphState.RUNNING and self.isVisible() and self._theme.moves
        if wanted and not self._turning.isActive():
            self._turning.start()
        elif not wanted:
            self._turning.stop()

    def _follow(self) -> None:
        self.update()
        self._start_or_stop()

    def _turn(self) -> None:
        self._phase = (self._phase + _FRAME_MS / _TURN_MS) % 1.0
        self.update()
