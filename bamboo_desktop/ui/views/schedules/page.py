"""The page of schedules: list and calendar, and over them the editor or a history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.schedule_drafts import examples, first_draft
from bamboo_desktop.ui.models.schedule_index import ScheduleIndex
from bamboo_desktop.ui.models.schedule_list import ScheduleListModel
from bamboo_desktop.ui.schedule_commands import ScheduleCommands
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.views.schedules.actions import ScheduleActions
from bamboo_desktop.ui.views.schedules.calendar_page import CalendarPage
from bamboo_desktop.ui.views.schedules.editor_page import EditorPage
from bamboo_desktop.ui.views.schedules.front_pane import FrontPane
from bamboo_desktop.ui.views.schedules.history_page import HistoryPage
from bamboo_desktop.ui.views.schedules.list_pane import ListPane

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.actions import Actions
    from bamboo_desktop.ui.errands import Errands
    from bamboo_desktop.ui.schedule_relay import ScheduleRelay
    from bamboo_desktop.ui.theme import Theme


class SchedulesPage(QWidget):
    """`session_wanted` carries the id of a session the person wants to see."""

    session_wanted = Signal(object)

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        theme: Theme,
        relay: ScheduleRelay,
        clock: Clock,
        actions: Actions,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        set_kind(self, "pane")
        self._engine = engine
        self._errands = errands
        self._clock = clock
        self.model = ScheduleListModel(clock, self)
        self.index = ScheduleIndex(engine, errands, relay, self.model)
        self.commands = ScheduleCommands(engine, errands, clock, self)
        self.list = ListPane(self.model, theme, actions, self)
        self.calendar = CalendarPage(engine, errands, theme, relay, clock, self.model, self)
        self.editor = EditorPage(engine, errands, theme, relay, clock, self)
        self.past = HistoryPage(engine, errands, theme, relay, clock, self)
        self.front = FrontPane(theme, self.list, self.calendar, self)
        self.chosen = ScheduleActions(
            actions, self.commands, parent, edit=self.edit, history=self.history
        )
        self._stack = QStackedWidget()
        for one in (self.front, self.editor, self.past):
            self._stack.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._connect()
        self._errands.run(self._first_loaded(), name="load schedules")

    @property
    def is_editing(self) -> bool:
        """True while the editor is in front."""
        return self._stack.currentWidget() is self.editor

    def new(self) -> None:
        """Begin a new schedule."""
        self._errands.run(self._begun(first_draft()), name="new schedule")

    def edit(self, schedule_id: ScheduleId) -> None:
        """Open the editor of a schedule."""
        self._errands.run(self._edited(schedule_id), name="edit schedule")

    async def may_leave(self) -> bool:
        """True when nothing unsaved would be lost by going away for good."""
        return not self.is_editing or await self.editor.may_close()

    def history(self, schedule_id: ScheduleId) -> None:
        """Open the history of a schedule."""
        self._errands.run(self._looked_back(schedule_id), name="history of a schedule")

    def show_calendar(self) -> None:
        """Show the calendar in place of the list."""
        self._errands.run(self._turned_to_calendar(), name="calendar of schedules")

    def _connect(self) -> None:
        pane, commands = self.list, self.commands
        pane.connect_actions(self.chosen)
        pane.selected.connect(lambda one: self.chosen.show(self.model.summary(one)))
        self.model.changed.connect(self._name_actions)
        pane.table.opened.connect(self.edit)
        pane.table.switched.connect(commands.switch)
        pane.undo.undone.connect(commands.undo)
        pane.asked.decided.connect(lambda one, run: commands.decide(one, run=run))
        pane.first_steps.new_wanted.connect(self.new)
        pane.first_steps.example_wanted.connect(
            lambda draft: self._errands.run(self._begun(draft), name="new from an example")
        )
        commands.told.connect(pane.undo.say)
        commands.made.connect(self._made)
        commands.trashed.connect(self._trashed)
        commands.returned.connect(self._returned)
        self.calendar.acted.connect(self._act)
        self.past.acted.connect(self._act)
        self.past.closed.connect(self._go_back)
        self.front.new_wanted.connect(self.new)
        self.front.turned.connect(self._name_actions)
        self.editor.closed.connect(self._go_back)
        self.editor.saved.connect(self._made)
        self.editor.session_wanted.connect(self.session_wanted)
        self._errands.run(self._offered(), name="examples of schedules")

    def _act(self, deed: str, about: Any) -> None:
        """Do what the person wants done to an occurrence."""
        if deed == "open":
            self.session_wanted.emit(about)
        elif deed == "edit":
            self.edit(about)
        else:
            self.commands.act(deed, about)

    async def _looked_back(self, schedule_id: ScheduleId) -> None:
        schedule = await self._engine.schedules.get(schedule_id)
        if await self.may_leave():
            self._stack.setCurrentWidget(self.past)
            self.past.open_schedule(schedule)

    async def _turned_to_calendar(self) -> None:
        if await self.may_leave():
            self.front.show_calendar(calendar=True)
            self._go_back()

    async def _first_loaded(self) -> None:
        await self.index.loaded()
        self._take_keyboard()

    async def _offered(self) -> None:
        playbooks = await self._engine.models.playbooks()
        pairs = [(one.title, str(one.path)) for one in playbooks]
        self.list.first_steps.show_examples(examples(pairs, self._clock.now()))

    async def _begun(self, draft: ScheduleDraft) -> None:
        if await self.may_leave():
            self.editor.open_draft(draft)
            self._stack.setCurrentWidget(self.editor)

    async def _edited(self, schedule_id: ScheduleId) -> None:
        schedule = await self._engine.schedules.get(schedule_id)
        if await self.may_leave():
            self._stack.setCurrentWidget(self.editor)
            self.editor.open_schedule(schedule)

    def _go_back(self) -> None:
        self._stack.setCurrentWidget(self.front)
        self.front.focus_view()
        self._name_actions()

    def _made(self, schedule: Schedule) -> None:
        async def shown() -> None:
            self.model.update({schedule.id: await self._engine.schedules.summary(schedule.id)})
            self.list.choose(schedule.id)

        self._errands.run(shown(), name="show the new schedule")

    def _trashed(self, schedule: Schedule) -> None:
        self.model.update({schedule.id: None})
        self.list.undo.offer(
            self.tr("Moved to the bin: {}").format(one_line(schedule.name)), about=schedule.id
        )

    def _returned(self, schedule_id: ScheduleId) -> None:
        self.list.undo.settle(schedule_id)

        async def shown() -> None:
            self.model.update({schedule_id: await self._engine.schedules.summary(schedule_id)})
            self.list.choose(schedule_id)

        self._errands.run(shown(), name="show the schedule that came back")

    def _take_keyboard(self) -> None:
        """The rows are there for the first time: the arrows work at once."""
        if self.isVisible() and self._stack.currentWidget() is self.front:
            self.front.focus_view()

    def _name_actions(self) -> None:
        summary = self.model.summary(self.list.table.current_id)
        is_seen = self.isVisible() and self._stack.currentWidget() is self.front
        is_seen = is_seen and not self.front.is_calendar
        self.chosen.show(summary if is_seen else None)

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._name_actions()
        if not event.spontaneous() and self._stack.currentWidget() is self.front:
            self.front.focus_view()

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        super().hideEvent(event)
        self.chosen.show(None)
