"""A question in a window of its own, beside the conversation it asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.domain.question import QuestionKind, QuestionRecord
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.harmless import harmless_line
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.question_panel import SAY_FOR_MS, QuestionPanel

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_MARGIN = 24
_NARROW, _WIDE, _LEAST = 560, 640, 280


class QuestionDialog(QDialog):
    """Blocks nothing: shown, never opened. Esc keeps the draft and leaves the question waiting."""

    left_for_later = Signal(object)
    """The person put the question with this id off."""

    def __init__(
        self,
        record: QuestionRecord,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        clock: Clock,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.question_id: QuestionId = record.question.id
        self.session_id = record.question.session_id
        self.had_focus = False
        """True when it was the active window as it closed."""
        self.setModal(False)
        self.setWindowFlags(
            Qt.WindowType.Dialog
            | Qt.WindowType.WindowTitleHint
            | Qt.WindowType.WindowSystemMenuHint
            | Qt.WindowType.WindowCloseButtonHint
        )
        self._kind = record.question.kind
        self._name(record.session_title)
        self.panel = QuestionPanel(engine, tasks, theme, relay, clock, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self._closing = QTimer(self, singleShot=True, interval=SAY_FOR_MS)
        self._closing.timeout.connect(self.accept)
        self.panel.answered.connect(self.accept)
        self.panel.postponed.connect(self._later)
        self.panel.ended_elsewhere.connect(self._closing.start)
        self.panel.show_record(record)
        self.panel.heading.renamed.connect(self._name)
        self.panel.grown.connect(self._grow_soon)
        self._place(record, parent)

    @override
    def done(self, result: int, /) -> None:
        self.had_focus = self.isActiveWindow()
        super().done(result)

    @override
    def reject(self) -> None:
        """Esc or the close button: leave it for later."""
        self.panel.keep_draft()
        if not self.panel.is_over:
            self.left_for_later.emit(self.question_id)
        super().reject()

    def put_away(self) -> None:
        """Close since the session is no longer in view; the question opens again with it."""
        self.panel.keep_draft()
        super().reject()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
            return
        super().keyPressEvent(event)

    @override
    def event(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.panel.hold_keys()
            if self.focusWidget() is None:
                self.panel.focus()
        return super().event(event)

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._grow_soon()

    def _name(self, session_title: str) -> None:
        self.setWindowTitle(_title(self._kind, session_title))
        self.setAccessibleName(self.windowTitle())

    def _later(self) -> None:
        self.reject()

    def _grow_soon(self) -> None:
        # Only when everything has its own font and its place it is known how tall it is.
        QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        screen = self.screen().availableGeometry()
        room = max(screen.bottom() - self.y() - _MARGIN, self.height())
        wanted = self.panel.natural_height(self.width())
        if wanted > self.height():
            self.resize(self.width(), min(wanted, room))

    def _place(self, record: QuestionRecord, parent: QWidget) -> None:
        """At the right of the window, where it covers least of the conversation."""
        window = parent.window().frameGeometry()
        screen = parent.screen().availableGeometry()
        is_approval = record.question.kind is QuestionKind.CONSENT
        width = min(_WIDE if is_approval else _NARROW, screen.width() - 2 * _MARGIN)
        most = min(max(window.height() - 4 * _MARGIN, _LEAST), screen.height() - 4 * _MARGIN)
        height = max(_LEAST, min(self.panel.natural_height(width), most))
        size = QSize(width, height)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(window.center())
        place.moveRight(window.right() - _MARGIN)
        left = max(screen.left(), min(place.left(), screen.right() - size.width()))
        top = max(screen.top() + 28, min(place.top(), screen.bottom() - size.height()))
        self.setGeometry(left, top, size.width(), size.height())


def _title(kind: QuestionKind, session_title: str) -> str:
    words = QCoreApplication.translate("Question", "Question")
    if kind is QuestionKind.CONSENT:
        words = QCoreApplication.translate("Question", "Approval")
    title = harmless_line(session_title)
    return f"{words} \u2013 {title}" if title else words
