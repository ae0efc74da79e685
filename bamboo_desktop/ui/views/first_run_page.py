"""The first page a new user sees: three ways on, one of which works at once with nothing set up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP_LARGE, GAP_PAGE, GAP_SMALL
from bamboo_desktop.ui.views.first_run_key import KeyWay
from bamboo_desktop.ui.views.first_run_local import LocalWay
from bamboo_desktop.ui.views.first_run_tour import TourWay
from bamboo_desktop.ui.views.first_run_way import Way
from bamboo_desktop.ui.views.question_parts import button, label

if TYPE_CHECKING:
    from pathlib import Path

    from bamboo_desktop.engine import Engine

_WIDTH = 720


class FirstRunPage(QWidget):
    """A guided tour, a model on this machine, or a key for a hosted one; or none of them yet."""

    session_chosen = Signal(object)
    """A session was made for the person; its id."""
    skipped = Signal()
    """The person wants to look around alone."""

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        parent: QWidget | None = None,
        *,
        tour_folder: Path,
    ) -> None:
        super().__init__(parent)
        del relay  # nothing here follows events
        self._engine = engine
        self._tasks = tasks
        self._tour = TourWay(engine, tasks, theme, self, folder=tour_folder)
        self._local = LocalWay(engine, tasks, theme, self)
        self._key = KeyWay(engine, tasks, theme, self)
        for way in (self._tour, self._local, self._key):
            way.session_made.connect(self._hand_over)
            way.spoke.connect(partial(QTimer.singleShot, 0, self, partial(self._bring_up, way)))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroller())
        self.setFocusProxy(self._tour)

    @property
    def ways(self) -> tuple[TourWay, LocalWay, KeyWay]:
        """The three ways on."""
        return (self._tour, self._local, self._key)

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._local.look()

    def _scroller(self) -> QScrollArea:
        column_holder = QWidget()
        column_holder.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(column_holder)
        column.setContentsMargins(GAP_PAGE, GAP_PAGE, GAP_PAGE, GAP_PAGE)
        column.setSpacing(GAP_LARGE)
        column.addStretch(1)
        column.addWidget(label(self.tr("Welcome to Bamboo Desktop"), "title"))
        column.addWidget(
            label(
                self.tr(
                    "Agents that work on your own machine, ask before they change anything, and "
                    "wait for your answer as long as it takes. Where would you like to begin?"
                ),
                "soft",
            )
        )
        column.addSpacing(GAP_SMALL)
        for way in (self._tour, self._local, self._key):
            column.addWidget(way)
        column.addLayout(self._skip_row())
        column.addStretch(2)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(0)
        row.addWidget(column_holder, 1)
        row.addStretch(0)
        scroll = self._scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holder)
        return scroll

    def _skip_row(self) -> QHBoxLayout:
        skip = button(self.tr("&Look around first"), "flat", self.tr("Look around first"))
        skip.clicked.connect(self.skipped)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("You find this page again in the Help menu."), "caption"), 1)
        row.addWidget(skip)
        return row

    def _bring_up(self, way: Way) -> None:
        """What a card says to the person who is at it must not be below the edge."""
        focus = QApplication.focusWidget()
        if focus is not None and way.isAncestorOf(focus):
            self._scroll.ensureWidgetVisible(way, 0, GAP_LARGE)

    def _hand_over(self, session_id: SessionId) -> None:
        self.session_chosen.emit(session_id)
