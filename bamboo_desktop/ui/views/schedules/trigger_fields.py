"""When a schedule fires: a usual rule to begin with, its kind, the kind's fields, the zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bamboo_desktop.domain.trigger import (
    Cron,
    Daily,
    Interval,
    Monthly,
    Once,
    Trigger,
    Weekday,
    Weekly,
)
from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.question_parts import button, label
from bamboo_desktop.ui.views.schedules.field import Field, choice, in_a_row
from bamboo_desktop.ui.views.schedules.trigger_kinds import (
    IntervalFields,
    KindFields,
    OnceFields,
)
from bamboo_desktop.ui.views.schedules.trigger_wall_kinds import (
    CronFields,
    DailyFields,
    MonthlyFields,
    WeeklyFields,
)

_KINDS: tuple[type[Trigger], ...] = (Once, Interval, Daily, Weekly, Monthly, Cron)
_WORKDAYS = frozenset((*Weekday,)[:5])


class TriggerFields(QWidget):
    """`changed` follows every edit, `zone_wanted` the button of the zone."""

    changed = Signal()
    zone_wanted = Signal(object)

    def __init__(self, now: datetime, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._original: Trigger | None = None
        self._is_touched = False
        self._kind = choice(
            (0, self.tr("Once")),
            (1, self.tr("Every so often")),
            (2, self.tr("Every day")),
            (3, self.tr("Days of the week")),
            (4, self.tr("Days of the month")),
            (5, self.tr("Cron expression")),
            name=self.tr("Kind of rule"),
        )
        usual = self._usual()
        self._usual_makers = tuple(make for _, make in usual)
        self._preset = choice(
            (-1, self.tr("Choose a usual rule...")),
            *((place, words) for place, (words, _) in enumerate(usual)),
            name=self.tr("A usual rule"),
        )
        self._zone_button = button(zone, "", self.tr("Time zone"))
        self._stack = QStackedWidget()
        self._fields: tuple[KindFields, ...] = (
            OnceFields(now, zone),
            IntervalFields(now, zone),
            DailyFields(),
            WeeklyFields(),
            MonthlyFields(),
            CronFields(),
        )
        self._wrong = label("", "trouble")
        self._wrong.hide()
        self._lay_out()
        self._connect()

    @property
    def zone(self) -> str:
        """The name of the zone the rule is read in."""
        return self._zone

    def set_zone(self, zone: str) -> None:
        """Read the rule in another zone: the wall times stay, the instants move."""
        if zone != self._zone:
            self._zone = zone
            self._zone_button.setText(zone)
            self._touch()

    def show_trigger(self, trigger: Trigger, zone: str) -> None:
        """Show a rule; as long as nobody edits it, it stays exactly this one."""
        self._zone = zone
        self._zone_button.setText(zone)
        place = _KINDS.index(type(trigger))
        self._fields[place].show_trigger(trigger, zone)
        self._kind.setCurrentIndex(place)
        self._stack.setCurrentIndex(place)
        self._fit()
        self._original, self._is_touched = trigger, False
        self.say("")

    def trigger(self) -> Trigger:
        """The rule as it stands.

        Raises:
            InvalidInputError: it is none; the sentence says what to write.
        """
        if self._original is not None and not self._is_touched:
            return self._original
        return self._fields[self._stack.currentIndex()].trigger(self._zone)

    def say(self, sentence: str) -> None:
        """Show under the fields what is wrong with the rule; empty takes it back."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))
        self._fields[self._stack.currentIndex()].setAccessibleDescription(sentence)

    @property
    def wrong(self) -> str:
        """What is said to be wrong."""
        return self._wrong.text()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_SMALL)
        column.addWidget(
            in_a_row(
                Field(self.tr("Rule"), self._kind),
                Field(self.tr("Start from"), self._preset),
                Field(self.tr("Time zone"), self._zone_button),
            )
        )
        for fields in self._fields:
            self._stack.addWidget(fields)
        column.addWidget(self._stack)
        column.addWidget(self._wrong)
        self._fit()

    def _connect(self) -> None:
        self._kind.activated.connect(self._take_kind)
        self._preset.activated.connect(self._take_preset)
        self._zone_button.clicked.connect(lambda: self.zone_wanted.emit(self._zone_button))
        for fields in self._fields:
            fields.changed.connect(self._touch)

    def _take_kind(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._fit()
        self._touch()

    def _take_preset(self) -> None:
        place = int(self._preset.currentData())
        self._preset.setCurrentIndex(0)
        if place >= 0:
            self.show_trigger(self._usual_makers[place](), self._zone)
            self._touch()

    def _touch(self) -> None:
        self._is_touched = True
        self.changed.emit()

    def _fit(self) -> None:
        """The stack is as tall as what it shows, not as the tallest of all kinds."""
        for place in range(len(self._fields)):
            shown = self._fields[place]
            policy = shown.sizePolicy()
            is_front = place == self._stack.currentIndex()
            kind = policy.Policy.Preferred if is_front else policy.Policy.Ignored
            policy.setVerticalPolicy(kind)
            shown.setSizePolicy(policy)
        self._stack.adjustSize()

    def _usual(self) -> tuple[tuple[str, Callable[[], Trigger]], ...]:
        now = self._now
        hour = now.replace(minute=0, second=0, microsecond=0)
        tomorrow = (now + timedelta(days=1)).astimezone()
        return (
            (
                self.tr("Every 15 minutes"),
                lambda: Interval(every=timedelta(minutes=15), anchor_at=hour),
            ),
            (self.tr("Every hour"), lambda: Interval(every=timedelta(hours=1), anchor_at=hour)),
            (self.tr("Every day at 09:00"), lambda: Daily(at=time(9))),
            (
                self.tr("Weekdays at 09:00"),
                lambda: Weekly(weekdays=_WORKDAYS, at=time(9)),
            ),
            (
                self.tr("Mondays at 09:00"),
                lambda: Weekly(weekdays=frozenset({Weekday.MON}), at=time(9)),
            ),
            (
                self.tr("The first of the month at 09:00"),
                lambda: Monthly(days=frozenset({1}), at=time(9)),
            ),
            (
                self.tr("The last Friday of the month at 16:00"),
                lambda: Cron(expression="0 16 * * L5"),
            ),
            (
                self.tr("Once, tomorrow at 09:00"),
                lambda: Once(at=tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)),
            ),
        )
