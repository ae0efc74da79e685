"""The fields of the rules that are instants: once, and every so often."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, QTime, Signal
from PySide6.QtWidgets import QDateTimeEdit, QWidget
from typing_extensions import override

from bamboo_desktop.domain.trigger import Interval, Once, Trigger
from bamboo_desktop.ui.models.wall_times import instant_of, wall_of
from bamboo_desktop.ui.views.schedules.field import (
    Field,
    choice,
    choose,
    column_of,
    in_a_row,
    number,
)

_UNITS = (86_400, 3_600, 60)


def date_time_edit(name: str) -> QDateTimeEdit:
    """A date and a time, with a calendar to choose from."""
    made = QDateTimeEdit()
    made.setDisplayFormat("ddd d MMM yyyy  HH:mm")
    made.setCalendarPopup(True)
    made.setAccessibleName(name)
    made.setMinimumWidth(220)
    return made


class KindFields(QWidget):
    """The fields of one kind; `changed` follows every edit."""

    changed = Signal()

    def show_trigger(self, trigger: Trigger, zone: str) -> None:
        """Show a rule of this kind."""
        raise NotImplementedError

    def trigger(self, zone: str) -> Trigger:
        """The rule as it stands.

        Raises:
            InvalidInputError: it is none.
        """
        raise NotImplementedError


class OnceFields(KindFields):
    """A date and a time."""

    def __init__(self, now: datetime, zone: str) -> None:
        super().__init__()
        self._at = date_time_edit(self.tr("Date and time"))
        morning = wall_of(now + timedelta(days=1), zone)
        self._at.setDateTime(QDateTime(morning.date(), QTime(9, 0)))
        self._at.dateTimeChanged.connect(self.changed)
        column_of(self).addWidget(Field(self.tr("On"), self._at))

    @override
    def show_trigger(self, trigger: Trigger, zone: str) -> None:
        if isinstance(trigger, Once):
            self._at.setDateTime(wall_of(trigger.at, zone))

    @override
    def trigger(self, zone: str) -> Trigger:
        return Once(at=instant_of(self._at.dateTime(), zone))


class IntervalFields(KindFields):
    """A number, a unit, and where it is counted from."""

    def __init__(self, now: datetime, zone: str) -> None:
        super().__init__()
        self._count = number(1, 527_040, self.tr("How many"))
        self._count.setValue(2)
        self._unit = choice(
            (60, self.tr("minutes")),
            (3_600, self.tr("hours")),
            (86_400, self.tr("days")),
            name=self.tr("Unit"),
        )
        choose(self._unit, 3_600)
        self._anchor = date_time_edit(self.tr("Counted from"))
        hour = now.replace(minute=0, second=0, microsecond=0)
        self._anchor.setDateTime(wall_of(hour, zone))
        self._count.valueChanged.connect(self.changed)
        self._unit.currentIndexChanged.connect(self.changed)
        self._anchor.dateTimeChanged.connect(self.changed)
        column = column_of(self)
        column.addWidget(
            in_a_row(
                Field(self.tr("Every"), self._count),
                Field(self.tr("Unit"), self._unit),
                Field(self.tr("Counted from"), self._anchor),
            )
        )

    @override
    def show_trigger(self, trigger: Trigger, zone: str) -> None:
        if isinstance(trigger, Interval):
            seconds = int(trigger.every.total_seconds())
            unit = next((one for one in _UNITS if seconds % one == 0), 60)
            self._count.setValue(max(1, seconds // unit))
            choose(self._unit, unit)
            self._anchor.setDateTime(wall_of(trigger.anchor_at, zone))

    @override
    def trigger(self, zone: str) -> Trigger:
        every = timedelta(seconds=self._count.value() * int(self._unit.currentData()))
        anchor = instant_of(self._anchor.dateTime(), zone)
        return Interval(every=every, anchor_at=anchor)
