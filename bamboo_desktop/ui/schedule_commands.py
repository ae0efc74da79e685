"""What the window does with schedules and their occurrences; refusals are told in a dialog."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from bamboo_desktop.domain.ids import OccurrenceId, ScheduleId

if TYPE_CHECKING:
    from bamboo_desktop.clock import Clock
    from bamboo_desktop.domain.schedule import Schedule
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.errands import Errands

_HOUR = timedelta(hours=1)


class ScheduleCommands(QObject):
    """One method a command.

    `told` carries a sentence on what was done, `made` a new schedule, `trashed` one that went into
    the bin, `undoable` whether a move to the bin can be undone, `returned` the id of one that came
    back.
    """

    told = Signal(str)
    made = Signal(object)
    trashed = Signal(object)
    returned = Signal(object)
    undoable = Signal(bool)

    def __init__(self, engine: Engine, errands: Errands, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._errands = errands
        self._clock = clock
        self._binned: list[ScheduleId] = []

    def run_now(self, schedule_id: ScheduleId) -> None:
        """Run it once by hand."""

        async def work() -> None:
            schedule = await self._engine.schedules.get(schedule_id)
            await self._engine.occurrences.run_now(schedule_id)
            self.told.emit(self.tr("Queued to run now: {}").format(schedule.name))

        self._errands.run(work(), name="run a schedule")

    def run_as_of(self, schedule_id: ScheduleId, at: datetime) -> None:
        """Run it by hand for an instant that was missed."""

        async def work() -> None:
            await self._engine.occurrences.run_now(schedule_id, as_of=at)
            self.told.emit(self.tr("Queued to run as of then"))

        self._errands.run(work(), name="run as of then")

    def decide(self, occurrence_id: OccurrenceId, *, run: bool) -> None:
        """Answer whether a missed occurrence is caught up."""
        work = self._engine.occurrences.decide_missed(occurrence_id, run=run)
        self._errands.run(work, name="decide on a missed occurrence")

    def cancel(self, occurrence_id: OccurrenceId) -> None:
        """Take an occurrence back, or stop its run."""
        self._errands.run(self._engine.occurrences.cancel(occurrence_id), name="stop an occurrence")

    def act(self, deed: str, about: Any) -> None:
        """Do to an occurrence what its panel names."""
        if deed == "run_as_of":
            self.run_as_of(*about)
        elif deed == "cancel":
            self.cancel(about)
        else:
            self.decide(about, run=deed == "catch_up")

    def switch(self, schedule_id: ScheduleId) -> None:
        """On when it is off, and the other way round."""

        async def work() -> None:
            schedule = await self._engine.schedules.get(schedule_id)
            await self._engine.schedules.set_enabled(schedule_id, enabled=not schedule.is_enabled)

        self._errands.run(work(), name="switch a schedule")

    def pause_hour(self, schedule_id: ScheduleId) -> None:
        """Stand still for an hour."""
        self._pause(schedule_id, self._clock.now() + _HOUR)

    def pause_day(self, schedule_id: ScheduleId) -> None:
        """Stand still until the next midnight where the person is."""
        here = self._clock.now().astimezone()
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        self._pause(schedule_id, (midnight + timedelta(days=1)).astimezone())

    def pause(self, schedule_id: ScheduleId) -> None:
        """Stand still until it is resumed."""
        self._pause(schedule_id, None)

    def resume(self, schedule_id: ScheduleId) -> None:
        """Go on."""
        self._errands.run(self._engine.schedules.resume(schedule_id), name="resume a schedule")

    def duplicate(self, schedule_id: ScheduleId) -> None:
        """A copy, switched off."""

        async def work() -> None:
            made = await self._engine.schedules.duplicate(schedule_id)
            self.made.emit(made)
            self.told.emit(self.tr("Copied; the copy is switched off"))

        self._errands.run(work(), name="duplicate a schedule")

    def trash(self, schedule_id: ScheduleId) -> None:
        """Into the bin; `undo` brings it back."""

        async def work() -> None:
            schedule: Schedule = await self._engine.schedules.get(schedule_id)
            await self._engine.schedules.trash(schedule_id)
            self._binned.append(schedule_id)
            self.undoable.emit(bool(self._binned))
            self.trashed.emit(schedule)

        self._errands.run(work(), name="delete a schedule")

    def undo(self) -> None:
        """Bring back what went into the bin last."""

        async def work(schedule_id: ScheduleId) -> None:
            await self._engine.schedules.restore(schedule_id)
            self.returned.emit(schedule_id)

        if self._binned:
            self._errands.run(work(self._binned.pop()), name="bring a schedule back")
        self.undoable.emit(bool(self._binned))

    def _pause(self, schedule_id: ScheduleId, until: datetime | None) -> None:
        work = self._engine.schedules.pause(schedule_id, until=until)
        self._errands.run(work, name="pause a schedule")
