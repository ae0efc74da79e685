"""The inbox: every question that waits for a person, in all sessions, and the place to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.models.inbox_questions import InboxQuestions
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.inbox_empty import InboxEmpty
from bamboo_desktop.ui.views.inbox_list import InboxList
from bamboo_desktop.ui.views.question_panel import SAY_FOR_MS, QuestionPanel
from bamboo_desktop.ui.views.question_parts import button, label

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class InboxPage(QWidget):
    """List at the left, the question at the right; answering goes on to the next one."""

    count_changed = Signal(int)
    """So many questions wait."""
    session_wanted = Signal(object)
    """The person wants to see the session with this id."""

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        clock: Clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._questions = InboxQuestions(engine, tasks, relay, self)
        self._questions.count_changed.connect(self._counted)
        self._list = InboxList(self._questions, theme, clock, self)
        self._panel = QuestionPanel(engine, tasks, theme, relay, clock, self)
        self._list.chosen.connect(self._show_record)
        self._list.lost.connect(self._row_lost)
        self._answered_here: set[QuestionId] = set()
        self._lingering = QTimer(self, singleShot=True, interval=SAY_FOR_MS)
        self._lingering.timeout.connect(self._settle)
        self._list.entered.connect(self._panel.focus)
        self._list.number_pressed.connect(self._pass_on)
        self._panel.postponed.connect(self._next)
        self._panel.answered.connect(self._answered)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(InboxEmpty(theme, self))
        self._stack.addWidget(self._splitter())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.setFocusProxy(self._list)
        self._questions.load()

    @property
    def count(self) -> int:
        """How many questions wait, for the badge."""
        return self._questions.rowCount()

    @property
    def panel(self) -> QuestionPanel:
        """The question that is shown."""
        return self._panel

    @property
    def questions(self) -> InboxQuestions:
        """The rows."""
        return self._questions

    def choose(self, question_id: QuestionId) -> None:
        """Show a question of the list."""
        row = self._questions.row_of(question_id)
        if row is not None:
            self._list.setCurrentIndex(self._questions.index(row))

    async def drafts_kept(self) -> None:
        """Return when what was begun here is stored; for taking the window down."""
        await self._panel.draft_kept()

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._questions.load()
        # A window that comes back from the dock keeps its focus where it was.
        if not event.spontaneous():
            self._take_keyboard()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._list.hasFocus():
            self._list.setFocus()
        elif event.key() in {Qt.Key.Key_J, Qt.Key.Key_K} and not event.modifiers():
            self._list.go(1 if event.key() == Qt.Key.Key_J else -1)
        else:
            super().keyPressEvent(event)

    def _take_keyboard(self) -> None:
        """Number keys and J and K work at once, unless the person is writing here."""
        focus = cast("QWidget | None", self.window().focusWidget())
        is_field = isinstance(focus, QLineEdit | QPlainTextEdit | QTextEdit)
        is_writing = focus is not None and is_field and focus.isVisible()
        if self.isVisible() and self.count and not is_writing:
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self._left())
        splitter.addWidget(self._right())
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([320, 900])
        return splitter

    def _left(self) -> QWidget:
        self._title = label(self.tr("Inbox"), "title")
        self._order = QComboBox(self)
        self._order.addItems([self.tr("Oldest first"), self.tr("Newest first")])
        self._order.setAccessibleName(self.tr("Order of the questions"))
        self._order.currentIndexChanged.connect(self._reorder)
        top = QHBoxLayout()
        top.setContentsMargins(GAP, GAP, GAP, GAP_SMALL)
        top.addWidget(self._title, 1)
        top.addWidget(self._order)
        frame = QFrame(self)
        set_kind(frame, "pane")
        frame.setMinimumWidth(240)
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._list, 1)
        return frame

    def _right(self) -> QWidget:
        self._open = button(
            self.tr("&Open the session"), "flat", self.tr("Open the session of this question")
        )
        self._open.clicked.connect(self._want_session)
        top = QHBoxLayout()
        top.setContentsMargins(GAP_LARGE, GAP, GAP_LARGE, 0)
        top.addStretch(1)
        top.addWidget(self._open)
        inner = QWidget()
        inner.setMaximumWidth(760)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._panel, 1)
        frame = QFrame(self)
        frame.setMinimumWidth(360)
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inner, 1)
        row.addStretch(0)
        return frame

    def _show_record(self, record: QuestionRecord | None) -> None:
        self._lingering.stop()
        if record is None:
            self._panel.clear()
        else:
            self._panel.show_record(record)

    def _row_lost(self) -> None:
        """Nothing may slip under a hand that is about to answer: first it is said what happened."""
        if self._panel.question_id in self._answered_here:
            self._settle()
        else:
            self._lingering.start()

    def _settle(self) -> None:
        self._show_record(self._list.current)
        self._stack.setCurrentIndex(1 if self.count else 0)

    def _reorder(self, place: int) -> None:
        self._questions.set_newest_first(newest_first=place == 1)

    def _pass_on(self, event: QKeyEvent) -> None:
        """A number typed in the list is meant for the question beside it."""
        self._panel.focus()
        body = self._panel.body
        if body is not None:
            QCoreApplication.sendEvent(body, event)

    def _next(self) -> None:
        self._list.go(1)
        self._list.setFocus()

    def _answered(self, question_id: QuestionId) -> None:
        self._answered_here.add(question_id)
        self._list.setFocus()
        self._questions.load()

    def _want_session(self) -> None:
        record = self._list.current
        if record is not None:
            self.session_wanted.emit(record.question.session_id)

    def _counted(self, count: int) -> None:
        was_empty = self._stack.currentIndex() == 0
        if count or not self._lingering.isActive():
            self._stack.setCurrentIndex(1 if count else 0)
        if was_empty:
            self._take_keyboard()
        self.count_changed.emit(count)
