"""The page of schedules: the list, and over it the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
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
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, ColorRole
from bamboo_desktop.ui.views.question_parts import button, label
from bamboo_desktop.ui.views.schedules.actions import ScheduleActions
from bamboo_desktop.ui.views.schedules.editor_page import EditorPage
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
        self._theme = theme
        self._actions = actions
        self.model = ScheduleListModel(clock, self)
        self.index = ScheduleIndex(engine, errands, relay, self.model)
        self.commands = ScheduleCommands(engine, errands, clock, self)
        self.list = ListPane(self.model, theme, actions, self)
        self.editor = EditorPage(engine, errands, theme, relay, clock, self)
        self.chosen = ScheduleActions(actions, self.commands, parent, edit=self.edit)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._front())
        self._stack.addWidget(self.editor)
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

    def _front(self) -> QWidget:
        self._new = button(self.tr("New schedule"), "primary", self.tr("New schedule"))
        self._new.setToolTip(self.tr("New schedule (Ctrl+Shift+N)"))
        self._new.clicked.connect(self.new)
        head = QHBoxLayout()
        head.setContentsMargins(GAP + GAP_SMALL, GAP, GAP + GAP_SMALL, GAP_SMALL)
        title = label(self.tr("Schedules"), "title")
        title.setWordWrap(False)
        head.addWidget(title, 1)
        head.addWidget(self._new)
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        self._theme.changed.connect(self._paint_icons)
        self._paint_icons()
        return front

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
        self.editor.closed.connect(self._close_editor)
        self.editor.saved.connect(self._made)
        self.editor.session_wanted.connect(self.session_wanted)
        self._errands.run(self._offered(), name="examples of schedules")

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

    def _close_editor(self) -> None:
        self._stack.setCurrentIndex(0)
        self.list.focus_list()
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
        if self.isVisible() and not self.is_editing and not self.list.search.text():
            self.list.focus_list()

    def _name_actions(self) -> None:
        summary = self.model.summary(self.list.table.current_id)
        is_seen = self.isVisible() and not self.is_editing
        self.chosen.show(summary if is_seen else None)

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._name_actions()
        if not event.spontaneous() and not self.is_editing:
            self.list.focus_list()

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        super().hideEvent(event)
        self.chosen.show(None)

    def _paint_icons(self) -> None:
        self._new.setIcon(self._theme.icon("plus", ColorRole.ON_ACCENT))
