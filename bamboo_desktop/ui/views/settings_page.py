"""The settings: one page, found by words, in force at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.relay import EventRelay
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_PAGE, GAP_SMALL
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.settings_budgets import BudgetsSection
from bamboo_desktop.ui.views.settings_general import GeneralSection
from bamboo_desktop.ui.views.settings_permissions import PermissionsSection
from bamboo_desktop.ui.views.settings_providers import ProvidersSection
from bamboo_desktop.ui.views.settings_row import SettingsSection
from bamboo_desktop.ui.views.settings_storage import StorageSection

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_WIDTH = 760
_NAMES = """
QListWidget::item { min-height: 30px; padding-left: 8px; border-radius: 6px; }
QListWidget::item:hover, QListWidget::item:selected { background: palette(alternate-base);
  color: palette(text); }
"""


class SettingsPage(QWidget):
    """Sections one below the other; the list at the left goes to them, the field finds them."""

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        relay: EventRelay,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        del relay  # settings change by this page alone
        self._providers = ProvidersSection(engine, tasks, theme, self)
        self._general = GeneralSection(engine, tasks, theme, self)
        self._budgets = BudgetsSection(engine, tasks, self)
        self._permissions = PermissionsSection(engine, tasks, self)
        self._sections: tuple[SettingsSection, ...] = (
            self._providers,
            self._general,
            self._budgets,
            self._permissions,
            StorageSection(engine, tasks, self),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        row.addWidget(self._right(), 1)
        self.setFocusProxy(self._search)

    @property
    def providers(self) -> ProvidersSection:
        """The section of the providers."""
        return self._providers

    @property
    def permissions(self) -> PermissionsSection:
        """The section of the permissions."""
        return self._permissions

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._providers.load()
        self._general.load()
        self._budgets.load()
        self._permissions.load()

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        self._providers.finish()
        super().hideEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
        else:
            super().keyPressEvent(event)

    def _left(self) -> QWidget:
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Find a setting"))
        self._search.setAccessibleName(self.tr("Find a setting"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._find)
        self._names = QListWidget()
        self._names.setFrameShape(QFrame.Shape.NoFrame)
        self._names.setAccessibleName(self.tr("Sections"))
        self._names.addItems([section.title for section in self._sections])
        self._names.setStyleSheet(_NAMES)
        self._names.currentRowChanged.connect(self._go)
        made = QFrame(self)
        set_kind(made, "pane")
        made.setFixedWidth(220)
        column = QVBoxLayout(made)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(label(self.tr("Settings"), "title"))
        column.addWidget(self._search)
        column.addWidget(self._names, 1)
        return made

    def _right(self) -> QWidget:
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(inner)
        column.setContentsMargins(GAP_PAGE, GAP_LARGE, GAP_PAGE, GAP_PAGE)
        column.setSpacing(GAP_PAGE)
        for section in self._sections:
            column.addWidget(section)
        self._nothing = label(self.tr("No setting has these words."), "soft")
        self._nothing.hide()
        column.addWidget(self._nothing)
        column.addStretch(1)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, GAP_SMALL)
        row.addWidget(inner, 1)
        row.addStretch(0)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(holder)
        return self._scroll

    def _find(self, wanted: str) -> None:
        hits = [section.show_matching(wanted) for section in self._sections]
        self._nothing.setVisible(not any(hits))

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._sections):
            self._search.clear()
            self._scroll.verticalScrollBar().setValue(self._sections[place].y())
