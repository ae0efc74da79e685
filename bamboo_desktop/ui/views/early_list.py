"""The list of sessions before the engine is there: rows to look at, wishes to be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QWidget

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionScope, SessionSummary
from bamboo_desktop.ui.models.session_groups import FIRST_SESSIONS
from bamboo_desktop.ui.models.session_list import SessionListModel
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.views.pane_widths import lay_out_panes, set_splits
from bamboo_desktop.ui.views.session_pane import SessionPane
from bamboo_desktop.ui.window_memory import WindowState

if not TYPE_CHECKING:
    from bamboo_desktop.ui.overriding import override
else:
    from typing_extensions import override

_SESSION = ("chosen", "entered")
_WISHES = (*_SESSION, "menu_wanted", "new_wanted", "rename_wanted", "trash_wanted")


class _Page(QWidget):
    """Says that it is about to be on the screen, with all that is in it."""

    painted = Signal()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted.emit()


class EarlyList(QObject):
    """The list's own model and pane, on a page that stands in for the one of the sessions.

    What the person does with a row or a button is kept in order and done by `hand_over`, when
    somebody listens to the pane. A text in the search field stays there.

    Args:
        rows: the first of the list.
        clock: tells the days of the list.
        theme: the look.
        state: how wide the panes were, and which session was in view.
        is_roomy: whether the window has room for an inspector.
    """

    def __init__(
        self,
        rows: Iterable[SessionSummary],
        clock: Clock,
        theme: Theme,
        state: WindowState,
        *,
        is_roomy: bool,
    ) -> None:
        super().__init__()
        self.model = SessionListModel(clock, self)
        self.pane = SessionPane(self.model, theme)
        shown = tuple(rows)
        is_whole = len(shown) < FIRST_SESSIONS
        self.model.replace(shown, scope=SessionScope.ACTIVE, is_whole=is_whole)
        self.pane.show_session(SessionId(state.session_id))
        self.page = _Page()
        self._wishes: list[tuple[str, tuple[object, ...]]] = []
        self._links = [
            getattr(self.pane, name).connect(partial(self._keep, name)) for name in _WISHES
        ]
        self._splitter = splitter = QSplitter(Qt.Orientation.Horizontal)
        middle, inspector = QWidget(), QWidget()
        for widget in (middle, inspector):
            set_kind(widget, "pane")
            widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        lay_out_panes(splitter, self.pane, middle, inspector)
        # Not before it has a parent: it would be a window of its own.
        inspector.setVisible(state.has_inspector and is_roomy)
        row = QHBoxLayout(self.page)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)
        set_splits(splitter, state.splits)

    @property
    def wants_session(self) -> bool:
        """Whether the person has gone to a session already."""
        return any(name in _SESSION for name, _ in self._wishes)

    @contextmanager
    def kept_here(self) -> Iterator[None]:
        """Around the making of the page the pane belongs to: it stays in view here until then."""
        widths, held = self._splitter.saveState(), self._held()
        yield
        self._put(self._splitter, held, widths)

    def move_to(self, splitter: QSplitter, show: Callable[[], None]) -> None:
        """Put the pane into the page it belongs to, as it is: wide, scrolled, selected, in focus.

        `show` brings that page into view.
        """
        widths, held = self._splitter.saveState(), self._held()
        show()
        self._put(splitter, held, widths)
        self.page.deleteLater()

    def hand_over(self) -> None:
        """Say again what the person wanted, to those who listen to the pane now."""
        for link in self._links:
            self.pane.disconnect(link)
        wishes, self._links, self._wishes = self._wishes, [], []
        for name, arguments in wishes:
            getattr(self.pane, name).emit(*arguments)
        if self.pane.search.text():
            self.pane.filter_changed.emit(self.pane.search.text())

    def _held(self) -> tuple[int, QWidget | None]:
        focus = QApplication.focusWidget()
        is_here = focus is not None and self.pane.isAncestorOf(focus)
        return self.pane.table.verticalScrollBar().value(), focus if is_here else None

    def _put(
        self, splitter: QSplitter, held: tuple[int, QWidget | None], widths: QByteArray
    ) -> None:
        place, focus = held
        splitter.insertWidget(0, self.pane)
        self.pane.show()
        splitter.restoreState(widths)
        splitter.setHandleWidth(1)
        self.pane.table.verticalScrollBar().setValue(place)
        if focus is not None:
            focus.setFocus()

    def _keep(self, name: str, *arguments: object) -> None:
        wish = (name, arguments)
        if wish in self._wishes:  # New that is pressed again while nothing moves is one New
            self._wishes.remove(wish)
        self._wishes.append(wish)
