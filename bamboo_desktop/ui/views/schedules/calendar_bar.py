"""The bar over the calendar: earlier, today, later, how much, which schedule, which fate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.ui.dialogs import REJECTED, shown
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.calendar_cells import Span, title_of
from bamboo_desktop.ui.models.pick_list import PickEntry
from bamboo_desktop.ui.models.schedule_list import ScheduleListModel
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.pick_dialog import PickDialog
from bamboo_desktop.ui.views.question_parts import button, label
from bamboo_desktop.ui.views.schedules.field import choice, choose

if TYPE_CHECKING:
    from bamboo_desktop.ui.errands import Errands

_FATES: tuple[tuple[OccurrenceState, ...] | None, ...] = (
    None,
    (OccurrenceState.QUEUED,),
    (OccurrenceState.RUNNING, OccurrenceState.WAITING),
    (OccurrenceState.SUCCESS,),
    (OccurrenceState.FAILED, OccurrenceState.INTERRUPTED),
    (OccurrenceState.MISSED,),
    (OccurrenceState.SKIPPED, OccurrenceState.CANCELLED),
)
_TO_COME = 1
_ALL = ""


class CalendarBar(QWidget):
    """Says what is in view and what of it is left out."""

    stepped = Signal(int)
    today_wanted = Signal()
    span_chosen = Signal(object)
    filter_changed = Signal()

    def __init__(
        self, theme: Theme, errands: Errands, schedules: ScheduleListModel, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._errands = errands
        self._schedules = schedules
        self._only: ScheduleId | None = None
        self._earlier, self._later = self._arrow(-1), self._arrow(1)
        today = button(self.tr("Today"), "", self.tr("Go to today"))
        today.clicked.connect(self.today_wanted)
        self._title = label("", "strong")
        self._title.setWordWrap(False)
        self.span = choice(
            (Span.MONTH, self.tr("Month")),
            (Span.WEEK, self.tr("Week")),
            (Span.AGENDA, self.tr("Agenda")),
            name=self.tr("How much is shown"),
        )
        self.fate = choice(*enumerate(self._fate_words()), name=self.tr("Which fates are shown"))
        self._which = button(self.tr("All schedules"), "", self.tr("Which schedules are shown"))
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + GAP_SMALL, 0, GAP + GAP_SMALL, GAP_SMALL)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._earlier)
        row.addWidget(today)
        row.addWidget(self._later)
        row.addSpacing(GAP_SMALL)
        row.addWidget(self._title, 1)
        row.addWidget(self._which)
        row.addWidget(self.fate)
        row.addWidget(self.span)
        self.span.activated.connect(lambda: self.span_chosen.emit(Span(self.span.currentData())))
        self.fate.activated.connect(self.filter_changed)
        self._which.clicked.connect(
            lambda: self._errands.run(self._chosen(), name="choose a schedule")
        )
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    @property
    def schedule_ids(self) -> Sequence[ScheduleId] | None:
        """Only these schedules; None is all."""
        return None if self._only is None else (self._only,)

    @property
    def states(self) -> Sequence[OccurrenceState] | None:
        """Only these fates; None is all."""
        return _FATES[int(self.fate.currentData())]

    @property
    def is_only_to_come(self) -> bool:
        """True when what has a fate already is left out."""
        return int(self.fate.currentData()) == _TO_COME

    def show_place(self, span: Span, day: date) -> None:
        """Say which days are in view."""
        choose(self.span, span)
        self._title.setText(title_of(span, day))

    def show_only(self, schedule_id: ScheduleId | None) -> None:
        """Leave all other schedules out; None shows all again."""
        self._only = schedule_id
        summary = self._schedules.summary(schedule_id)
        name = self.tr("All schedules") if summary is None else one_line(summary.schedule.name)
        self._which.setText(name if len(name) <= 28 else f"{name[:27]}\u2026")
        self._which.setToolTip(name)
        self.filter_changed.emit()

    async def _chosen(self) -> None:
        dialog = PickDialog(
            self._theme,
            title=self.tr("Which schedules are shown"),
            placeholder=self.tr("Type a part of a name"),
            parent=self,
        )
        every = PickEntry(title=self.tr("All schedules"), value=_ALL, icon="schedules")
        names = self._schedules.names()
        dialog.offer(
            [
                every,
                *(PickEntry(title=one_line(name), value=one, icon="clock") for one, name in names),
            ]
        )
        dialog.place_below(self._which)
        if await shown(dialog) != REJECTED and isinstance(dialog.picked, str):
            self.show_only(ScheduleId(dialog.picked) if dialog.picked != _ALL else None)

    def _fate_words(self) -> tuple[str, ...]:
        return (
            self.tr("All fates"),
            self.tr("To come"),
            self.tr("Running or waiting"),
            self.tr("Done"),
            self.tr("Failed"),
            self.tr("Missed"),
            self.tr("Skipped or stopped"),
        )

    def _arrow(self, step: int) -> QToolButton:
        made = QToolButton()
        made.setAccessibleName(self.tr("Earlier") if step < 0 else self.tr("Later"))
        made.setToolTip(self.tr("Earlier (Page Up)") if step < 0 else self.tr("Later (Page Down)"))
        set_kind(made, "flat")
        made.clicked.connect(lambda: self.stepped.emit(step))
        return made

    def _paint_icons(self) -> None:
        self._earlier.setIcon(self._theme.icon("left"))
        self._later.setIcon(self._theme.icon("right"))
