"""Full-text search over everything: a field, the hits with their words, a jump to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.models.search_hits import SearchHits
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_PAGE, GAP_SMALL
from bamboo_desktop.ui.views.empty_state import EmptyState
from bamboo_desktop.ui.views.row_table import RowTable
from bamboo_desktop.ui.views.search_delegate import SearchDelegate

if TYPE_CHECKING:
    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine

_TYPING_MS = 180
_MOST = 200


class SearchPage(QWidget):
    """`hit_chosen` carries the session id and the position in it, or None for its title."""

    hit_chosen = Signal(object, object)

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        theme: Theme,
        clock: Clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        set_kind(self, "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._engine = engine
        self._errands = errands
        self._generation = 0
        self._hits = SearchHits(self)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search messages, tool calls and results"))
        self.field.setAccessibleName(self.tr("Search everything"))
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(500)
        self.field.setMinimumHeight(34)
        self._count = QLabel()
        set_kind(self._count, "caption")
        self.table = RowTable(row_height=SearchDelegate.height, name=self.tr("Search results"))
        self.table.setItemDelegate(SearchDelegate(theme, clock, self.table))
        self.table.setModel(self._hits)
        self._nothing = EmptyState(theme, icon="search")
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._take_first)
        self.table.chosen.connect(self._choose)
        theme.changed.connect(self.table.viewport().update)
        down = QShortcut("Down", self.field, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self._to_table)
        self._lay_out()
        self._show_hits("")

    def focus_field(self) -> None:
        """Put the cursor into the field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Search everything"))
        set_kind(title, "title")
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PAGE, GAP_PAGE - 4, GAP_PAGE, GAP)
        column.setSpacing(GAP_SMALL)
        column.addLayout(head)
        column.addWidget(self.field)
        column.addSpacing(GAP_SMALL)
        column.addWidget(self.table, 1)
        column.addWidget(self._nothing, 1)

    def _typed(self) -> None:
        self._typing.start()

    def _search(self) -> None:
        self._errands.run(self._found(self.field.text()), name="search")

    async def _found(self, query: str) -> None:
        self._generation += 1
        generation = self._generation
        hits = await self._engine.transcripts.find(query, limit=_MOST) if query.strip() else ()
        if generation == self._generation:
            self._hits.replace(hits)
            self._show_hits(query)

    def _show_hits(self, query: str) -> None:
        count = self._hits.rowCount()
        self.table.setVisible(bool(count))
        self._nothing.setVisible(not count)
        many = self.tr("first {} hits") if count == _MOST else self.tr("{} hits")
        text = self.tr("1 hit") if count == 1 else many.format(count)
        self._count.setText(text if count else "")
        if query.strip():
            self._nothing.say(self.tr("Nothing was said or done with these words."))
        else:
            self._nothing.say(
                self.tr("Every message, every command and every result can be found here.")
            )

    def _to_table(self) -> None:
        if self._hits.rowCount():
            self.table.setCurrentIndex(self._hits.index(0, 0))
            self.table.setFocus()

    def _take_first(self) -> None:
        if self._typing.isActive():
            self._typing.stop()
            self._search()
        else:
            self._to_table()

    def _choose(self, index: QModelIndex) -> None:
        hit = self._hits.row_at(index)
        if hit is not None:
            self.hit_chosen.emit(hit.session_id, hit.position)
