"""One occurrence, or one fire to come: when, its fate and why, its attempts, what can be done."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import Attempt, Occurrence, OccurrenceState, Timing
from bamboo_desktop.domain.schedule_view import CalendarEntry, OccurrenceDetail
from bamboo_desktop.ui.formats import exact, one_line, usage_line
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.models.agenda import entry_words
from bamboo_desktop.ui.models.schedule_words import (
    day_and_time,
    is_asked,
    span,
    state_glyph,
    state_word,
    until,
    why,
)
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.question_parts import button, label
from bamboo_desktop.ui.views.state_glyph import StateGlyph

_FELT = timedelta(seconds=5)
_CAN_RUN_AGAIN = frozenset(
    {
        OccurrenceState.MISSED,
        OccurrenceState.SKIPPED,
        OccurrenceState.FAILED,
        OccurrenceState.CANCELLED,
        OccurrenceState.INTERRUPTED,
    }
)


class OccurrencePanel(QScrollArea):
    """Shows one; what the person wants done to it is somebody else's to do.

    `acted` carries the name of a deed and what it is done to: open (session id), run_as_of
    (schedule id and instant), catch_up, leave, cancel (occurrence id), edit (schedule id).
    """

    acted = Signal(str, object)
    closed = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, closable: bool = True
    ) -> None:
        super().__init__(parent)
        self._is_closable = closable
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(270)
        self.setAccessibleName(self.tr("Occurrence"))
        self._entry: CalendarEntry | None = None
        self._occurrence: Occurrence | None = None
        self._run_for: tuple[ScheduleId, datetime] | None = None
        self._name = label("", "strong")
        self._when, self._there = label(""), label("", "caption")
        self._glyph = StateGlyph(theme, side=16)
        self._state, self._reason = label("", "strong"), label("")
        self._facts, self._error = label("", "soft"), label("", "trouble")
        self._attempts = label("", "caption")
        self._buttons: dict[str, QPushButton] = {}
        for name, words in (
            ("catch_up", self.tr("Run it now")),
            ("leave", self.tr("Leave it")),
            ("open", self.tr("Open its session")),
            ("run_as_of", self.tr("Run as of then")),
            ("cancel", self.tr("Stop it")),
            ("edit", self.tr("Edit the schedule")),
        ):
            made = button(words, "", words)
            made.clicked.connect(lambda _=False, name=name: self._act(name))
            self._buttons[name] = made
        self._lay_out()

    @property
    def entry(self) -> CalendarEntry | None:
        """What is shown."""
        return self._entry

    def show_entry(self, entry: CalendarEntry, zone: str, now: datetime) -> None:
        """Show what is known from the calendar alone."""
        if self._run_for != (entry.schedule_id, entry.at):
            self._run_for = None
        self._entry, self._occurrence = entry, entry.occurrence
        self._name.setText(one_line(entry.name))
        when = day_and_time(entry.at)
        if entry.last_at > entry.at:
            when = self.tr("{} to {}").format(when, day_and_time(entry.last_at))
        self._when.setText(when)
        self._when.setToolTip(exact(entry.at))
        there = day_and_time(entry.at, zone) if zone else ""
        is_same = there == day_and_time(entry.at)
        self._there.setText(f"{there} {zone}" if there and not is_same else "")
        for part in (self._facts, self._error, self._attempts):
            part.clear()
        if entry.occurrence is None:
            self._glyph.show_state(GlyphState.IDLE)
            self._state.setText(entry_words(entry))
            self._reason.setText(until(entry.at, now))
        else:
            self._show_fate(entry.occurrence)
        self._fit()

    def show_detail(self, detail: OccurrenceDetail) -> None:
        """Show the rest, once it was read."""
        occurrence = self._occurrence = detail.occurrence
        self._show_fate(occurrence)
        facts = [self._timing(occurrence)]
        if detail.duration is not None:
            facts.append(self.tr("Took {}").format(span(detail.duration)))
        facts.append(usage_line(detail.usage))
        self._facts.setText("\n".join(fact for fact in facts if fact))
        self._error.setText(occurrence.error[:2000])
        if len(detail.attempts) > 1:
            self._attempts.setText("\n".join(self._attempt(one) for one in detail.attempts))
        self._fit()

    @property
    def deeds(self) -> tuple[str, ...]:
        """What can be done to what is shown."""
        return tuple(name for name, one in self._buttons.items() if not one.isHidden())

    def _lay_out(self) -> None:
        inner = QFrame()
        set_kind(inner, "pane")
        close = button(self.tr("Close"), "flat", self.tr("Close the occurrence"))
        close.clicked.connect(self.closed)
        state = QHBoxLayout()
        state.setSpacing(GAP_SMALL)
        state.addWidget(self._glyph)
        state.addWidget(self._state, 1)
        column = QVBoxLayout(inner)
        column.setContentsMargins(GAP_LARGE, GAP, GAP_LARGE, GAP_LARGE)
        column.setSpacing(GAP_SMALL)
        column.addWidget(self._name)
        column.addWidget(self._when)
        column.addWidget(self._there)
        column.addSpacing(GAP_SMALL)
        column.addLayout(state)
        for part in (self._reason, self._error, self._facts, self._attempts):
            column.addWidget(part)
        column.addSpacing(GAP_SMALL)
        for made in self._buttons.values():
            column.addWidget(made)
        column.addWidget(close)
        close.setVisible(self._is_closable)
        column.addStretch(1)
        self.setWidget(inner)

    def _show_fate(self, occurrence: Occurrence) -> None:
        self._glyph.show_state(state_glyph(occurrence.state))
        word = state_word(occurrence.state).capitalize()
        if is_asked(occurrence):
            word = self.tr("Missed")
        self._state.setText(word)
        self._reason.setText(why(occurrence))

    def _timing(self, occurrence: Occurrence) -> str:
        if occurrence.started_at is None:
            return ""
        lag, at = occurrence.lag, exact(occurrence.started_at)
        if lag is not None and lag > _FELT and occurrence.timing is Timing.ON_TIME:
            return self.tr("Started {} after its time, {}").format(span(lag), at)
        words = {
            Timing.ON_TIME: self.tr("Started on time, {}"),
            Timing.LATE: self.tr("Started late, {}"),
            Timing.CAUGHT_UP: self.tr("Caught up, started {}"),
        }[occurrence.timing]
        return words.format(at)

    def _attempt(self, attempt: Attempt) -> str:
        words = state_word(attempt.state)
        error = f": {one_line(attempt.error)[:200]}" if attempt.error else ""
        return self.tr("Attempt {}, {}: {}{}").format(
            attempt.number, day_and_time(attempt.started_at), words, error
        )

    def _fit(self) -> None:
        """Offer what makes sense, show what has words."""
        occurrence = self._occurrence
        state = None if occurrence is None else occurrence.state
        asked = occurrence is not None and is_asked(occurrence)
        offered = {
            "catch_up": asked,
            "leave": asked,
            "open": occurrence is not None and occurrence.session_id is not None,
            "run_as_of": state in _CAN_RUN_AGAIN,
            "cancel": state is not None and state.is_open and not asked,
            "edit": True,
        }
        for name, wanted in offered.items():
            self._buttons[name].setVisible(wanted)
        again = self._buttons["run_as_of"]
        again.setEnabled(self._run_for is None)
        again.setText(
            self.tr("Run as of then") if self._run_for is None else self.tr("Queued as of then")
        )
        parts = (self._there, self._reason, self._error, self._facts, self._attempts)
        for part in parts:
            part.setVisible(bool(part.text()))
        self._glyph.setVisible(occurrence is not None)

    def _act(self, name: str) -> None:
        entry, occurrence = self._entry, self._occurrence
        if entry is None:
            return
        if name == "run_as_of":
            # It becomes an occurrence of its own, elsewhere: here it says that it was taken.
            self._run_for = (entry.schedule_id, entry.at)
            self._fit()
        about: object = entry.schedule_id
        if occurrence is not None:
            about = {
                "open": occurrence.session_id,
                "run_as_of": (entry.schedule_id, entry.at),
                "edit": entry.schedule_id,
            }.get(name, occurrence.id)
        self.acted.emit(name, about)
