"""The block "If it can't": what happens when a run is missed, meets another, waits or fails."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QCoreApplication, QTime, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from bamboo_desktop.domain.schedule import (
    MOST_EACH,
    MOST_PARALLEL,
    Misfire,
    Overlap,
    Policies,
    QuietHours,
    WhileWaiting,
)
from bamboo_desktop.ui.models.wall_times import shown_time, time_of
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.schedules.field import Field, choice, choose, in_a_row, number
from bamboo_desktop.ui.views.schedules.trigger_wall_kinds import TimeField
from bamboo_desktop.ui.views.settings_row import SettingsSection

_HOUR = timedelta(hours=1)


class PolicyBlock(SettingsSection):
    """`changed` follows every edit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("Schedules", "If it can't"), "", parent)
        self._kept = Policies()
        self._make_missed()
        self._make_meeting()
        self._make_failing()
        self._make_quiet()
        self._connect()

    def show_policies(self, policies: Policies) -> None:
        """Show them; what has no field here is kept."""
        self._kept = policies
        choose(self._misfire, policies.misfire)
        self._each.setValue(policies.max_each)
        self._late.setValue(max(0, round(policies.max_lateness / _HOUR)))
        choose(self._overlap, policies.overlap)
        self._parallel.setValue(policies.max_parallel)
        choose(self._waiting, policies.while_waiting)
        self._retries.setValue(policies.retries)
        self._pause_after.setValue(policies.pause_after)
        self._jitter.setValue(int(policies.jitter.total_seconds() // 60))
        self._quiet.setChecked(policies.quiet is not None)
        if policies.quiet is not None:
            self._from.setTime(shown_time(policies.quiet.start))
            self._to.setTime(shown_time(policies.quiet.end))
        self._fit()

    def policies(self, *, daily_cap: int) -> Policies:
        """Them as they stand.

        Raises:
            InvalidInputError: a number or the quiet hours cannot be used.
        """
        quiet = None
        if self._quiet.isChecked():
            quiet = QuietHours(start=time_of(self._from.time()), end=time_of(self._to.time()))
        return Policies(
            misfire=Misfire(self._misfire.currentData()),
            max_each=self._each.value(),
            max_lateness=self._lateness(),
            overlap=Overlap(self._overlap.currentData()),
            max_parallel=self._parallel.value(),
            while_waiting=WhileWaiting(self._waiting.currentData()),
            jitter=self._spread(),
            quiet=quiet,
            retries=self._retries.value(),
            pause_after=self._pause_after.value(),
            daily_cap=daily_cap,
        )

    def say(self, sentence: str) -> None:
        """Show what is wrong with the quiet hours; empty takes it back."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def _lateness(self) -> timedelta:
        """The hours shown; what was stored with minutes stays so until somebody changes it."""
        hours = self._late.value()
        if hours == max(0, round(self._kept.max_lateness / _HOUR)):
            return self._kept.max_lateness
        return hours * _HOUR if hours else timedelta(minutes=1)

    def _spread(self) -> timedelta:
        minutes = self._jitter.value()
        if minutes == int(self._kept.jitter.total_seconds() // 60):
            return self._kept.jitter
        return timedelta(minutes=minutes)

    def _make_missed(self) -> None:
        self._misfire = choice(
            (Misfire.LATEST, self.tr("Run the latest one, let the others go")),
            (Misfire.EACH, self.tr("Run each of them, one after the other")),
            (Misfire.ASK, self.tr("Ask me")),
            (Misfire.NONE, self.tr("Let them go")),
            name=self.tr("Missed while the machine was off"),
        )
        self._each = number(1, MOST_EACH, self.tr("Run at most"))
        self._each_field = Field(self.tr("At most"), self._each)
        self._late = number(
            0, 366 * 24, self.tr("Latest start"), suffix=self.tr(" h late"), at_low=self.tr("1 min")
        )
        self._late_field = Field(self.tr("At the latest"), self._late)
        self.add_part(
            in_a_row(
                Field(self.tr("Missed while the machine was off"), self._misfire),
                self._each_field,
                self._late_field,
            ),
            "",
        )

    def _make_meeting(self) -> None:
        self._overlap = choice(
            (Overlap.SKIP, self.tr("Skip this one")),
            (Overlap.QUEUE_ONE, self.tr("Let one wait for it")),
            (Overlap.ALLOW, self.tr("Run beside it")),
            (Overlap.CANCEL_PREVIOUS, self.tr("Stop the one before")),
            name=self.tr("The one before still runs"),
        )
        self._parallel = number(1, MOST_PARALLEL, self.tr("At most at once"))
        self._parallel_field = Field(self.tr("At once"), self._parallel)
        self._waiting = choice(
            (WhileWaiting.SKIP, self.tr("Skip this one")),
            (WhileWaiting.QUEUE_ONE, self.tr("Let one wait for it")),
            (WhileWaiting.ALLOW, self.tr("Run beside it")),
            name=self.tr("The one before waits for me"),
        )
        self.add_part(
            in_a_row(
                Field(self.tr("The one before still runs"), self._overlap),
                self._parallel_field,
                Field(self.tr("The one before waits for me"), self._waiting),
            ),
            "",
        )

    def _make_failing(self) -> None:
        none = self.tr("none")
        self._retries = number(0, 5, self.tr("Further attempts"), at_low=none)
        self._pause_after = number(
            0, 100, self.tr("Pause after"), suffix=self.tr(" failed"), at_low=self.tr("never")
        )
        self._jitter = number(
            0, 15, self.tr("Spread starts over"), suffix=self.tr(" min"), at_low=self.tr("no")
        )
        self.add_part(
            in_a_row(
                Field(self.tr("Further attempts"), self._retries),
                Field(self.tr("Pause after in a row"), self._pause_after),
                Field(self.tr("Spread starts over"), self._jitter),
            ),
            "",
        )
        words = self.tr("A further attempt is made only while nothing has had an effect yet.")
        self.add_part(label(words, "caption"), "")

    def _make_quiet(self) -> None:
        self._quiet = QCheckBox(self.tr("Quiet hours: start nothing from"))
        self._from, self._to = TimeField(self.tr("Quiet from")), TimeField(self.tr("Quiet until"))
        self._from.setTime(QTime(22, 0))
        self._to.setTime(QTime(7, 0))
        self._until = label(self.tr("until"))
        self.add_part(in_a_row(self._quiet, self._from, self._until, self._to), "")
        self._wrong = label("", "trouble")
        self._wrong.hide()
        self.add_part(self._wrong, "")
        self._wrong.hide()

    def _connect(self) -> None:
        for box in (self._misfire, self._overlap, self._waiting):
            box.currentIndexChanged.connect(self._touch)
        spins = (self._each, self._late, self._parallel)
        for spin in (*spins, self._retries, self._pause_after, self._jitter):
            spin.valueChanged.connect(self._touch)
        for edit in (self._from, self._to):
            edit.timeChanged.connect(self._touch)
        self._quiet.toggled.connect(self._touch)
        self._fit()

    def _touch(self) -> None:
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        """Show only what the choices made leave to be said."""
        misfire = self._misfire.currentData()
        self._each_field.setVisible(misfire == Misfire.EACH)
        self._late_field.setVisible(misfire != Misfire.NONE)
        self._parallel_field.setVisible(self._overlap.currentData() == Overlap.ALLOW)
        for part in (self._from, self._until, self._to):
            part.setVisible(self._quiet.isChecked())
