"""The block "When": the rule, and the window in which it counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QWidget

from bamboo_desktop.domain.trigger import FireWindow
from bamboo_desktop.ui.models.wall_times import instant_of, wall_of
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.schedules.field import column_of, in_a_row
from bamboo_desktop.ui.views.schedules.trigger_fields import TriggerFields
from bamboo_desktop.ui.views.schedules.trigger_kinds import date_time_edit
from bamboo_desktop.ui.views.settings_row import SettingsSection


class WhenBlock(SettingsSection):
    """`changed` follows every edit."""

    changed = Signal()

    def __init__(self, now: datetime, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("Schedules", "When"), "", parent)
        self._original = FireWindow()
        self._is_touched = False
        self.rule = TriggerFields(now, zone)
        self.rule.changed.connect(self.changed)
        self.add_part(self.rule, "")
        self._starts, self._start = self._bound(self.tr("Not before"), now)
        self._ends, self._end = self._bound(self.tr("Not after"), now + timedelta(days=30))
        self._wrong = label("", "trouble")
        self._wrong.hide()
        bounds = QWidget()
        column = column_of(bounds)
        column.addWidget(in_a_row(self._starts, self._start, self._ends, self._end))
        column.addWidget(self._wrong)
        self.add_part(bounds, "")

    def show_window(self, window: FireWindow) -> None:
        """Show the bounds; as long as nobody edits them, they stay exactly these."""
        for box, edit, at in (
            (self._starts, self._start, window.start_at),
            (self._ends, self._end, window.end_at),
        ):
            box.setChecked(at is not None)
            edit.setVisible(at is not None)
            if at is not None:
                edit.setDateTime(wall_of(at, self.rule.zone))
        self._original, self._is_touched = window, False
        self.say_window("")

    def window_of(self) -> FireWindow:
        """The bounds as they stand, read in the zone of the rule.

        Raises:
            InvalidInputError: they are the wrong way round.
        """
        if not self._is_touched:
            return self._original
        zone = self.rule.zone
        start = instant_of(self._start.dateTime(), zone) if self._starts.isChecked() else None
        end = instant_of(self._end.dateTime(), zone) if self._ends.isChecked() else None
        return FireWindow(start_at=start, end_at=end)

    def say_window(self, sentence: str) -> None:
        """Show what is wrong with the bounds; empty takes it back."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def _bound(self, words: str, at: datetime) -> tuple[QCheckBox, QDateTimeEdit]:
        box, edit = QCheckBox(words), date_time_edit(words)
        here = at.astimezone().replace(hour=0, minute=0)
        edit.setDateTime(wall_of(here, self.rule.zone))
        edit.hide()
        edit.dateTimeChanged.connect(self._touch)
        box.toggled.connect(edit.setVisible)
        box.toggled.connect(self._touch)
        return box, edit

    def _touch(self) -> None:
        self._is_touched = True
        self.changed.emit()
