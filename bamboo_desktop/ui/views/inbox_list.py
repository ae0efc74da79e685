"""The list of open questions: arrows, J and K move through it, Enter goes to the question."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.ui.models.inbox_questions import RECORD_ROLE, InboxQuestions
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.inbox_delegate import InboxDelegate

_Index = QModelIndex | QPersistentModelIndex
_MINUTE_MS = 60_000


class InboxList(QListView):
    """One question is always current while there is one."""

    chosen = Signal(object)
    """The `QuestionRecord` that is current now, or None."""
    lost = Signal()
    """The question that was current does not wait any more; another one may be current now."""
    entered = Signal()
    """The person wants to answer the current one."""
    number_pressed = Signal(object)
    """A key event that is meant for the current question."""

    def __init__(
        self,
        questions: InboxQuestions,
        theme: Theme,
        clock: Clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._questions = questions
        self._is_losing = False
        self.setModel(questions)
        self.setItemDelegate(InboxDelegate(theme, clock, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Open questions"))
        questions.rowsRemoved.connect(self._removed)
        questions.loaded.connect(self._keep_one_current)
        theme.changed.connect(self.viewport().update)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self.viewport().update)  # the ages of the questions

    @property
    def current(self) -> QuestionRecord | None:
        """The question that is chosen."""
        record = self.currentIndex().data(RECORD_ROLE)
        return record if isinstance(record, QuestionRecord) else None

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._minute.start()

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        self._minute.stop()
        super().hideEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in {Qt.Key.Key_J, Qt.Key.Key_K}:
            self.go(1 if event.key() == Qt.Key.Key_J else -1)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right}:
            self.entered.emit()
        elif plain and Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
            self.number_pressed.emit(event)
        else:
            super().keyPressEvent(event)

    def go(self, steps: int) -> None:
        """Make a question further down or up the current one."""
        last = self._questions.rowCount() - 1
        row = max(0, min(self.currentIndex().row() + steps, last))
        self.setCurrentIndex(self._questions.index(row))

    @override
    def currentChanged(self, current: _Index, previous: _Index, /) -> None:
        super().currentChanged(current, previous)
        if not self._is_losing:
            self.chosen.emit(current.data(RECORD_ROLE) if current.isValid() else None)

    @override
    def rowsAboutToBeRemoved(self, parent: _Index, start: int, end: int, /) -> None:
        self._is_losing = start <= self.currentIndex().row() <= end
        super().rowsAboutToBeRemoved(parent, start, end)

    def _removed(self) -> None:
        if self._is_losing:
            self._is_losing = False
            self.lost.emit()

    def _keep_one_current(self) -> None:
        if not self.currentIndex().isValid() and self._questions.rowCount():
            self.setCurrentIndex(self._questions.index(0))
