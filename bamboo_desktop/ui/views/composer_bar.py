"""The line below the field: context, queue or steer, stop and send."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QIcon, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP_SMALL, TARGET, ColorRole
from bamboo_desktop.ui.views.composer_meter import ContextMeter

_FORCE_MS = 10_000
_HINT_WIDTH = 460


class RunPhase(StrEnum):
    """What the session is doing, as far as the composer is concerned."""

    IDLE = "idle"
    LIVE = "live"
    STOPPING = "stopping"
    WAITING = "waiting"


class ComposerBar(QWidget):
    """Knows nothing of sessions: it is told the phase and says what was clicked."""

    send_clicked = Signal()
    stop_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._phase = RunPhase.IDLE
        self._is_late = False
        self.meter = ContextMeter(theme)
        self._hint = QLabel()
        set_kind(self._hint, "caption")
        self._modes = QButtonGroup(self)
        self._queue = self._mode(self.tr("Queue"), self.tr("Delivered when this run has ended"))
        self._steer = self._mode(self.tr("Steer"), self.tr("Delivered before the next step"))
        self._queue.setChecked(True)
        self.stop_button = QPushButton(self.tr("Stop"))
        set_kind(self.stop_button, "danger")
        self.stop_button.clicked.connect(self.stop_clicked)
        self.send_button = QPushButton(self.tr("Send"))
        set_kind(self.send_button, "primary")
        self.send_button.clicked.connect(self.send_clicked)
        self._force = QTimer(self, singleShot=True, interval=_FORCE_MS)
        self._force.timeout.connect(self._offer_force)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self.meter)
        row.addWidget(self._hint)
        row.addStretch(1)
        for widget in (self._queue, self._steer, self.stop_button, self.send_button):
            row.addWidget(widget)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self.show_keys(enter_sends=True)
        self.show_phase(RunPhase.IDLE)

    @property
    def mode(self) -> QueueMode:
        """What the person chose for a message typed now."""
        return QueueMode.STEER if self._steer.isChecked() else QueueMode.QUEUE

    @property
    def phase(self) -> RunPhase:
        """What the session is doing."""
        return self._phase

    @property
    def is_force_offered(self) -> bool:
        """True when a stop has taken so long that it may be forced."""
        return self._is_late

    def begin(self) -> None:
        """Another session is shown: what was chosen or offered for the one before is over."""
        self._force.stop()
        self._is_late = False
        self._queue.setChecked(True)

    def choose(self, mode: QueueMode) -> None:
        """Choose for the person."""
        (self._steer if mode is QueueMode.STEER else self._queue).setChecked(True)

    def show_phase(self, phase: RunPhase) -> None:
        """Offer what can be done now."""
        if phase is not self._phase:
            self._is_late = False
            self._queue.setChecked(True)
        self._phase = phase
        if phase is RunPhase.STOPPING and not self._is_late and not self._force.isActive():
            self._force.start()
        elif phase is not RunPhase.STOPPING:
            self._force.stop()
        is_busy = phase is not RunPhase.IDLE
        self._show_hint()
        for widget in (self._queue, self._steer, self.stop_button):
            widget.setVisible(is_busy)
        is_waiting = phase is RunPhase.WAITING
        self._queue.setToolTip(
            self.tr("Delivered after your answer to the question")
            if is_waiting
            else self.tr("Delivered when this run has ended")
        )
        self._steer.setText(self.tr("Instead") if is_waiting else self.tr("Steer"))
        self._steer.setToolTip(
            self.tr("Withdraws the question; the agent reads your message instead")
            if is_waiting
            else self.tr("Delivered before the next step of this run")
        )
        self._name_stop()

    def show_keys(self, *, enter_sends: bool) -> None:
        """Say which key sends."""
        keys = self.tr("Enter") if enter_sends else self.tr("Ctrl+Enter")
        self.send_button.setToolTip(self.tr("Send ({0})").format(keys))
        self._hint.setText(self.tr("Shift+Enter: new line") if enter_sends else "")
        self._show_hint()

    def _show_hint(self) -> None:
        """The hint gives way to what has to be chosen."""
        has_room = self.width() >= _HINT_WIDTH or not self.isVisible()
        is_shown = self._phase is RunPhase.IDLE and has_room and bool(self._hint.text())
        self._hint.setVisible(is_shown)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_hint()

    def set_sendable(self, *, sendable: bool) -> None:
        """Whether there is something that can be sent."""
        self.send_button.setEnabled(sendable)

    def _name_stop(self) -> None:
        is_stopping = self._phase is RunPhase.STOPPING
        text = self.tr("Stop")
        if is_stopping:
            text = self.tr("Force stop") if self._is_late else self.tr("Stopping\u2026")
        self.stop_button.setText(text)
        self.stop_button.setEnabled(not is_stopping or self._is_late)
        keys = QKeySequence("Ctrl+.").toString(QKeySequence.SequenceFormat.NativeText)
        self.stop_button.setToolTip(f"{text} ({keys})")

    def _offer_force(self) -> None:
        if self._phase is RunPhase.STOPPING:
            self._is_late = True
            self._name_stop()

    def _mode(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setMinimumHeight(TARGET)
        set_kind(button, "flat")
        self._modes.addButton(button)
        return button

    def _paint_icons(self) -> None:
        self.stop_button.setIcon(self._theme.icon("stop", ColorRole.TROUBLE))
        send = QIcon(self._theme.icon("send", ColorRole.ON_ACCENT))
        # The arrow of a button that is off looks as its word does, not as an empty place.
        off = self._theme.icon("send", ColorRole.SOFT)
        for size in off.availableSizes():
            send.addPixmap(off.pixmap(size), QIcon.Mode.Disabled)
        self.send_button.setIcon(send)
