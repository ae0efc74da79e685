"""The editor of a schedule: the form at the left, what it will do at the right."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.errors import ConflictError, InvalidInputError, NotFoundError
from bamboo_desktop.domain.occurrence import Occurrence
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.ui.dialogs import confirm
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.schedule_drafts import draft_of, local_zone
from bamboo_desktop.ui.views.schedules.editor_choices import EditorChoices
from bamboo_desktop.ui.views.schedules.editor_form import EditorForm
from bamboo_desktop.ui.views.schedules.editor_head import EditorHead
from bamboo_desktop.ui.views.schedules.foreteller import Foreteller
from bamboo_desktop.ui.views.schedules.preview_pane import PreviewPane

if TYPE_CHECKING:
    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.errands import Errands
    from bamboo_desktop.ui.schedule_relay import ScheduleRelay
    from bamboo_desktop.ui.theme import Theme


class EditorPage(QWidget):
    """`closed` follows when the person is done, `saved` carries the stored schedule."""

    closed = Signal()
    saved = Signal(object)
    session_wanted = Signal(object)

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        theme: Theme,
        relay: ScheduleRelay,
        clock: Clock,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._errands = errands
        self._schedule: Schedule | None = None
        self._baseline: ScheduleDraft | None = None
        self._test: Occurrence | None = None
        self._is_saving = False
        self.head = EditorHead(theme, self)
        self.form = EditorForm(clock.now(), local_zone(), engine.grants.check_rule, self)
        self.preview = PreviewPane(self)
        self._choices = EditorChoices(engine, errands, theme, self.form, self)
        self._foreteller = Foreteller(engine, errands, clock, self.preview, self.form, self._draft)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self.form)
        splitter.addWidget(self.preview)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([880, 340])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(splitter, 1)
        self._connect(relay)

    @property
    def has_changes(self) -> bool:
        """True when closing would lose something."""
        return self._baseline is not None and self._draft() != self._baseline

    def open_draft(self, draft: ScheduleDraft) -> None:
        """Begin a new schedule; what the draft holds already would be no loss."""
        self._schedule = None
        self._show(draft, self.tr("New schedule"))
        self.head.show_unsaved(unsaved=True)
        self.form.what.focus_name()

    def open_schedule(self, schedule: Schedule) -> None:
        """Edit one."""
        self._schedule = schedule
        self._show(draft_of(schedule), one_line(schedule.name))
        self.form.what.focus_name()

    def leave(self) -> None:
        """Close, after asking when something is not saved."""
        self._errands.run(self._left(), name="leave the editor")

    async def may_close(self) -> bool:
        """True when nothing would be lost, or the person agrees to lose it."""
        if not self.has_changes:
            return True
        return await confirm(
            self.window(),
            question=self.tr("Leave without saving?"),
            details=self.tr("What you changed in this schedule would be lost."),
            yes=self.tr("Discard changes"),
            no=self.tr("Keep editing"),
        )

    @override
    def event(self, event: QEvent, /) -> bool:
        # The window has a use for this key too; here it saves.
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if (
            is_override
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Save)
        ):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.matches(QKeySequence.StandardKey.Save):
            self._save()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _connect(self, relay: ScheduleRelay) -> None:
        self.form.changed.connect(self._edited)
        self.head.switched.connect(self._edited)
        self.head.back_wanted.connect(self.leave)
        self.head.save_wanted.connect(self._save)
        self.head.test_wanted.connect(
            lambda: self._errands.run(self._tested(), name="test a schedule")
        )
        self.head.session_wanted.connect(self.session_wanted)
        relay.changed.connect(self._follow_test)

    def _show(self, draft: ScheduleDraft, title: str) -> None:
        self._test = None
        self._baseline = None
        self.head.show_test(None)
        self.head.show_title(title)
        self.head.switch.setChecked(draft.is_enabled)
        self.form.show_draft(draft)
        self._baseline = self._draft()
        self.head.show_unsaved(unsaved=False)
        self._errands.run(self._default_shown(), name="name the default model")
        self._foreteller.look()

    async def _default_shown(self) -> None:
        self.form.what.set_default_model(await self._engine.models.default_model())

    def _draft(self) -> ScheduleDraft | None:
        return self.form.draft(is_enabled=self.head.switch.isChecked())

    def _edited(self) -> None:
        if self._baseline is not None:
            self.head.show_unsaved(unsaved=self._schedule is None or self.has_changes)
            self._foreteller.touch()

    def _save(self) -> None:
        self._errands.run(self._saved_and_closed(), name="save a schedule")

    async def _saved_and_closed(self) -> None:
        stored = await self._store()
        if stored is not None:
            self.closed.emit()

    async def _store(self) -> Schedule | None:
        """Store it; None when something is wrong, which is said beside its field."""
        draft = self._draft()
        if self._is_saving or not self.form.is_whole() or draft is None:
            return None
        self._is_saving = True
        try:
            stored = await self._stored(draft)
        except InvalidInputError as error:
            self._say_refused(draft, error.sentence)
            return None
        finally:
            self._is_saving = False
        if stored is not None:
            self._schedule = stored
            self.form.what.adopt(stored.run_config)
            self._baseline = self._draft()
            self.head.show_title(one_line(stored.name))
            self.head.show_unsaved(unsaved=False)
            self.saved.emit(stored)
        return stored

    async def _stored(self, draft: ScheduleDraft) -> Schedule | None:
        door, present = self._engine.schedules, self._schedule
        if present is None:
            return await door.create(draft)
        try:
            return await door.edit(present.id, draft, expected_revision=present.revision)
        except ConflictError:
            is_sure = await confirm(
                self.window(),
                question=self.tr("This schedule was changed meanwhile. Save yours over it?"),
                yes=self.tr("Save mine"),
                no=self.tr("Keep editing"),
            )
            if not is_sure:
                return None
        newest = await door.get(present.id)
        return await door.edit(present.id, draft, expected_revision=newest.revision)

    def _say_refused(self, draft: ScheduleDraft, sentence: str) -> None:
        folder = draft.run_config.workspace
        if folder and not os.path.isdir(folder):  # noqa: PTH112 - a text the person typed
            self.form.what.folder_field.say(sentence)
            self.form.ensureWidgetVisible(self.form.what.folder_field)
        else:
            self.form.when.rule.say(sentence)
            self.form.ensureWidgetVisible(self.form.when.rule)

    async def _tested(self) -> None:
        is_stored = self._schedule is not None and not self.has_changes
        stored = self._schedule if is_stored else await self._store()
        if stored is not None:
            self._test = await self._engine.occurrences.run_now(stored.id)
            self.head.show_test(self._test)

    def _follow_test(self, touched: frozenset[str]) -> None:
        if self._test is not None and self._test.schedule_id in touched:
            self._errands.run(self._test_shown(self._test), name="follow the test run")

    async def _test_shown(self, test: Occurrence) -> None:
        try:
            newest = await self._engine.occurrences.get(test.id)
        except NotFoundError:
            return
        if self._test is not None and self._test.id == test.id:
            self._test = newest
            self.head.show_test(newest)

    async def _left(self) -> None:
        if await self.may_close():
            self._baseline = None
            self.closed.emit()
