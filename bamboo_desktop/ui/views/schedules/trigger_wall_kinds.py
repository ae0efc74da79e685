"""The fields of the rules that are read on a wall clock: daily, weekly, monthly, cron."""

from __future__ import annotations

import re

from PySide6.QtCore import QTime
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QTimeEdit,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.trigger import Cron, Daily, Monthly, Trigger, Weekday, Weekly
from bamboo_desktop.ui.models.wall_times import shown_time, time_of
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.views.schedules.field import Field, column_of, in_a_row
from bamboo_desktop.ui.views.schedules.trigger_kinds import KindFields


class TimeField(QTimeEdit):
    """A time of day."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setDisplayFormat("HH:mm")
        self.setTime(QTime(9, 0))
        self.setAccessibleName(name)
        self.setMinimumWidth(90)
        self.lineEdit().setTextMargins(6, 0, 0, 0)


class DailyFields(KindFields):
    """A time of day."""

    def __init__(self) -> None:
        super().__init__()
        self._at = TimeField(self.tr("Time of day"))
        self._at.timeChanged.connect(self.changed)
        column_of(self).addWidget(in_a_row(Field(self.tr("At"), self._at)))

    @override
    def show_trigger(self, trigger: Trigger, zone: str) -> None:
        del zone
        if isinstance(trigger, Daily):
            self._at.setTime(shown_time(trigger.at))

    @override
    def trigger(self, zone: str) -> Trigger:
        del zone
        return Daily(at=time_of(self._at.time()))


class WeeklyFields(KindFields):
    """Days of the week and a time."""

    def __init__(self) -> None:
        super().__init__()
        self._at = TimeField(self.tr("Time of day"))
        self._at.timeChanged.connect(self.changed)
        days = QWidget()
        row = QHBoxLayout(days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._days = QButtonGroup(self)
        self._days.setExclusive(False)
        names = (
            self.tr("Mon"),
            self.tr("Tue"),
            self.tr("Wed"),
            self.tr("Thu"),
            self.tr("Fri"),
            self.tr("Sat"),
            self.tr("Sun"),
        )
        for place, (day, name) in enumerate(zip(Weekday, names, strict=True)):
            made = QToolButton()
            made.setText(name)
            made.setCheckable(True)
            made.setChecked(day is Weekday.MON)
            made.setAccessibleName(name)
            made.setMinimumSize(40, 28)
            set_kind(made, "flat")
            self._days.addButton(made, place)
            row.addWidget(made)
        self._days.idToggled.connect(lambda *_: self.changed.emit())
        column = column_of(self)
        column.addWidget(in_a_row(Field(self.tr("On"), days), Field(self.tr("At"), self._at)))

    @override
    def show_trigger(self, trigger: Trigger, zone: str) -> None:
        del zone
        if isinstance(trigger, Weekly):
            for day in Weekday:
                self._days.button(day.number).setChecked(day in trigger.weekdays)
            self._at.setTime(shown_time(trigger.at))

    @override
    def trigger(self, zone: str) -> Trigger:
        del zone
        chosen = frozenset(day for day in Weekday if self._days.button(day.number).isChecked())
        return Weekly(weekdays=chosen, at=time_of(self._at.time()))


class MonthlyFields(KindFields):
    """Days of the month and a time."""

    def __init__(self) -> None:
        super().__init__()
        self._days = QLineEdit("1")
        self._days.setMaxLength(120)
        self._days.setPlaceholderText("1, 15")
        self._at = TimeField(self.tr("Time of day"))
        self._days.textChanged.connect(self.changed)
        self._at.timeChanged.connect(self.changed)
        hint = self.tr("Several with commas. A month without the day is passed over.")
        column_of(self).addWidget(
            in_a_row(
                Field(self.tr("On the days"), self._days, hint),
                Field(self.tr("At"), self._at),
                stretch=(1, 0),
            )
        )

    @override
    def show_trigger(self, trigger: Trigger, zone: str) -> None:
        del zone
        if isinstance(trigger, Monthly):
            self._days.setText(", ".join(str(day) for day in sorted(trigger.days)))
            self._at.setTime(shown_time(trigger.at))

    @override
    def trigger(self, zone: str) -> Trigger:
        del zone
        words = [word for word in re.split(r"[,;\s]+", self._days.text()) if word]
        if not all(word.isascii() and word.isdigit() and len(word) <= 2 for word in words):
            raise InvalidInputError(
                self.tr("Write days of the month as numbers with commas, such as 1, 15.")
            )
        return Monthly(days=frozenset(map(int, words)), at=time_of(self._at.time()))


class CronFields(KindFields):
    """A cron expression."""

    def __init__(self) -> None:
        super().__init__()
        self._text = QLineEdit("0 9 * * 1-5")
        self._text.setMaxLength(400)
        self._text.textChanged.connect(self.changed)
        hint = self.tr("Minute, hour, day of month, month, day of week; or @daily and the like.")
        column_of(self).addWidget(Field(self.tr("Cron expression"), self._text, hint))

    @override
    def show_trigger(self, trigger: Trigger, zone: str) -> None:
        del zone
        if isinstance(trigger, Cron):
            self._text.setText(trigger.expression)

    @override
    def trigger(self, zone: str) -> Trigger:
        del zone
        return Cron(expression=self._text.text().strip())
