"""The main window's frame: menus, rail, pages and the bar at the foot. It needs no engine yet."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bamboo_desktop.ui.actions import ActionGroup, Actions
from bamboo_desktop.ui.actions_table import group_title, window_actions
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import ColorRole
from bamboo_desktop.ui.views.notice_bar import NoticeBar
from bamboo_desktop.ui.views.rail import Rail
from bamboo_desktop.ui.views.start_page import StartPage
from bamboo_desktop.ui.views.status_bar import StatusBar

if not TYPE_CHECKING:
    from bamboo_desktop.ui.overriding import override
else:
    from typing_extensions import override

PAGES = ("sessions", "inbox", "schedules", "search", "settings")
_ALWAYS_ON = {"app.quit", "window.close", "help.about", "help.keyboard", "view.full_screen"}


class MainWindow(QMainWindow):
    """The frame can be painted before anything heavy is imported; pages come when they can.

    `close_wanted` is emitted in place of closing: the program ends in its own order.
    """

    close_wanted = Signal()
    painted = Signal()
    page_shown = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.actions_by_name = Actions(self)
        self.actions_by_name.add_all(window_actions())
        self._was_painted = False
        self._pages: dict[str, QWidget] = {}
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self.setWindowTitle(self.tr("Bamboo Desktop"))
        self.setMinimumSize(QSize(900, 560))
        self.resize(self._first_size())
        self.rail = Rail(theme)
        self.notices = NoticeBar()
        self.foot = StatusBar(theme)
        self.start_page = StartPage(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start_page)
        self._build_menus()
        self._build_rail()
        self._lay_out()
        self._connect_own()
        self.set_ready(ready=False)
        theme.changed.connect(self._paint_icons)
        self.setWindowIcon(theme.sized_icon("bamboo", ColorRole.ACCENT, 48))

    @property
    def page(self) -> str:
        """The page in front, empty before there is one."""
        shown = self._stack.currentWidget()
        return next((name for name, page in self._pages.items() if page is shown), "")

    def add_page(self, name: str, page: QWidget) -> None:
        """Put a page behind a name."""
        self._pages[name] = page
        self._stack.addWidget(page)

    def add_late_page(self, name: str, make: Callable[[], QWidget]) -> None:
        """Put a page behind a name that is made when it is first shown."""
        self._makers[name] = make

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        if name not in self._pages:
            self.add_page(name, self._makers[name]())
        self._stack.setCurrentWidget(self._pages[name])
        self.rail.show_page(name)
        self.page_shown.emit(name)

    def focus_page(self) -> None:
        """Put the focus into the page in front, where nothing in it has it yet."""
        page = self._stack.currentWidget()
        focus = QApplication.focusWidget()
        if page is None or (focus is not None and page.isAncestorOf(focus)):
            return
        for widget in page.findChildren(QWidget):
            by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if by_tab and widget.isVisibleTo(page) and widget.isEnabled():
                widget.setFocus()
                return

    def show_early(self, page: QWidget) -> None:
        """Show what is known of the sessions before the engine is there."""
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self.rail.show_page("sessions")

    def show_start(self) -> None:
        """Go back to the page from before the engine was there."""
        self._stack.setCurrentWidget(self.start_page)
        self._paint_icons()

    def set_ready(self, *, ready: bool) -> None:
        """Turn everything that needs the engine on or off."""
        for spec, action in self.actions_by_name.all():
            if spec.name not in _ALWAYS_ON and not spec.needs_session:
                action.setEnabled(ready)
            elif spec.needs_session:
                action.setEnabled(False)
        self.rail.setEnabled(ready)
        self.foot.setEnabled(ready)
        if ready:
            self._paint_icons()

    def geometry_text(self) -> str:
        """Where the window is, to be kept."""
        return base64.b64encode(self.saveGeometry().data()).decode("ascii")

    def restore_geometry_text(self, text: str) -> None:
        """Go where the window was; a place that is off all screens is mended by Qt."""
        if text:
            self.restoreGeometry(QByteArray.fromBase64(text.encode("ascii", "ignore")))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_wanted.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.page not in {"", "sessions"}:
            self.show_page("sessions")
            self.focus_page()
            return
        super().keyPressEvent(event)

    @override
    def focusNextPrevChild(self, next: bool, /) -> bool:
        from bamboo_desktop.ui.tab_order import go_on

        return go_on(self, forward=next) or super().focusNextPrevChild(next)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def _first_size(self) -> QSize:
        """The size of a window that remembers none: what the screen has, frame and bar counted."""
        free = self.screen().availableGeometry().size() - QSize(0, 40)
        return QSize(1280, 800).boundedTo(free)

    def _build_menus(self) -> None:
        for group in ActionGroup:
            menu = self.menuBar().addMenu(group_title(group))
            for spec, action in self.actions_by_name.of_group(group):
                if spec.starts_block:
                    menu.addSeparator()
                menu.addAction(action)

    def _connect_own(self) -> None:
        own = self.actions_by_name
        own.on("app.quit", self.close_wanted.emit)
        own.on("window.close", self.close_wanted.emit)
        own.on("help.keyboard", self._show_keys)
        own.on("help.about", self._show_about)
        own.get("view.full_screen").toggled.connect(self._fill_screen)

    def _fill_screen(self, wanted: bool) -> None:  # noqa: FBT001 - Qt's signature
        self.showFullScreen() if wanted else self.showNormal()

    def _show_keys(self) -> None:
        from bamboo_desktop.ui.views.keyboard_help import KeyboardHelp

        keys = KeyboardHelp(self.actions_by_name, self)
        keys.finished.connect(keys.deleteLater)
        keys.open()

    def _show_about(self) -> None:
        from bamboo_desktop.ui.views.about_dialog import AboutDialog

        about = AboutDialog(self.theme, self)
        about.finished.connect(about.deleteLater)
        about.open()

    def _build_rail(self) -> None:
        for name in ("sessions", "inbox", "schedules", "search"):
            self.rail.add_page(name, self.actions_by_name.get(f"go.{name}"), name)
        settings = self.actions_by_name.get("go.settings")
        self.rail.add_page("settings", settings, "settings", at_foot=True)

    def _lay_out(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.rail)
        body.addWidget(_hairline(Qt.Orientation.Vertical))
        body.addWidget(self._stack, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_hairline(Qt.Orientation.Horizontal))
        column.addWidget(self.notices)
        column.addLayout(body, 1)
        column.addWidget(_hairline(Qt.Orientation.Horizontal))
        column.addWidget(self.foot)
        self.setCentralWidget(whole)

    def tell(self, sentences: tuple[str, ...], *, is_quiet: bool = False) -> None:
        """Show what the disk had to say at the start."""
        self.notices.tell(sentences, is_quiet=is_quiet)

    def _paint_icons(self) -> None:
        """Draw what nobody sees in a closed menu; the first frame and rows do not wait for it."""
        self.setWindowIcon(self.theme.icon("bamboo", ColorRole.ACCENT))
        for spec, action in self.actions_by_name.all():
            if spec.icon and not spec.is_checkable:
                action.setIcon(self.theme.icon(spec.icon))


def _hairline(direction: Qt.Orientation) -> QFrame:
    line = QFrame()
    set_kind(line, "line" if direction is Qt.Orientation.Horizontal else "upright")
    return line
