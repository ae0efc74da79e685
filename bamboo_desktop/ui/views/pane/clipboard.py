"""Copying from the pane: the selection, plain or as Markdown, or a whole entry."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.transcript import TranscriptEntry
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.models.transcript import PaneRow
from bamboo_desktop.ui.models.transcript_pages import PAGE_ROWS, page_of
from bamboo_desktop.ui.views.pane import copying
from bamboo_desktop.ui.views.pane.selection import RowRange, Selection
from bamboo_desktop.ui.views.pane.view import EventPane

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_BREATH = 25
"""So many rows are turned into text before the window gets its turn again."""


class PaneClipboard(QObject):
    """Puts text of the pane on the clipboard; rows that are not in memory are read for it."""

    failed = Signal(object)
    copied = Signal()

    def __init__(self, engine: Engine, tasks: TaskSet, pane: EventPane) -> None:
        super().__init__(pane)
        self._engine = engine
        self._tasks = tasks
        self._pane = pane
        self._session_id: SessionId | None = None
        pane.menu_wanted.connect(self._menu)

    def show_session(self, session_id: SessionId) -> None:
        """Say whose rows these are."""
        self._session_id = session_id

    def select_all(self) -> None:
        """Select every row."""
        self._pane.select(Selection.everything(self._pane.rows.rowCount()))

    def copy(self, *, as_markdown: bool) -> None:
        """Copy the selection."""
        selection, session_id = self._pane.selection, self._session_id
        if selection is not None and not selection.is_empty and session_id is not None:
            copying_ = self._copy(selection, session_id, as_markdown=as_markdown)
            self._tasks.spawn(copying_, name="copy the selection")

    def copy_entry(self, entry: PaneRow) -> None:
        """Copy everything a row stands for, folded or not, also what was too long to show."""
        if isinstance(entry, TranscriptEntry) and entry.call is not None:
            self._tasks.spawn(self._copy_call(entry), name="copy a whole call")
        else:
            self._put(copying.entry_text(entry))

    async def _copy(
        self, selection: Selection, session_id: SessionId, *, as_markdown: bool
    ) -> None:
        pieces: list[str] = []
        read: dict[int, tuple[TranscriptEntry, ...]] = {}
        try:
            for row in range(selection.first.row, selection.last.row + 1):
                entry = self._pane.rows.row(row) or await self._entry(session_id, row, read)
                if entry is not None:
                    pieces.append(self._piece(selection, row, entry, as_markdown=as_markdown))
                if row % _BREATH == _BREATH - 1:
                    await asyncio.sleep(0)
        except UserError as error:
            self.failed.emit(error)
            return
        self._put(copying.BETWEEN_ROWS.join(piece for piece in pieces if piece))

    def _piece(self, selection: Selection, row: int, entry: PaneRow, *, as_markdown: bool) -> str:
        is_between = selection.first.row < row < selection.last.row
        is_open = self._pane.layouts.is_open(row)
        if is_between and not is_open:
            return copying.whole(entry, as_markdown=as_markdown)
        layout = self._pane.layouts.of(row)
        chosen = selection.in_row(row, layout.length)
        if chosen is None:
            return ""
        return self._laid_out(entry, row, chosen, as_markdown=as_markdown)

    def _laid_out(self, entry: PaneRow, row: int, chosen: RowRange, *, as_markdown: bool) -> str:
        layout = self._pane.layouts.of(row)
        is_open = self._pane.layouts.is_open(row)
        is_call = isinstance(entry, TranscriptEntry) and entry.call is not None
        if chosen.is_whole and (is_call or not is_open):
            head = copying.whole(entry, as_markdown=as_markdown, is_open=is_open)
            if not is_call or not layout.blocks:
                return head
            body = copying.part_of(layout, chosen, as_markdown=False)
            return f"{head}\n{body}"
        return copying.part_of(layout, chosen, as_markdown=as_markdown)

    async def _entry(
        self, session_id: SessionId, row: int, read: dict[int, tuple[TranscriptEntry, ...]]
    ) -> TranscriptEntry | None:
        number = page_of(row)
        if number not in read:
            read.clear()
            first = number * PAGE_ROWS
            transcripts = self._engine.transcripts
            read[number] = await transcripts.page(session_id, first=first, count=PAGE_ROWS)
        place = row % PAGE_ROWS
        return read[number][place] if place < len(read[number]) else None

    async def _copy_call(self, entry: TranscriptEntry) -> None:
        session_id, call = self._session_id, entry.call
        if session_id is None or call is None:
            return
        try:
            whole = await self._engine.transcripts.call(session_id, call.call_id)
        except UserError as error:
            self.failed.emit(error)
            return
        self._put(copying.call_text(whole))

    def _put(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
            self.copied.emit()

    def _menu(self, at: QPoint, row: int) -> None:
        menu = QMenu(self._pane)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        selection = self._pane.selection
        has_text = selection is not None and not selection.is_empty
        copy = menu.addAction(self.tr("Copy"), lambda: self.copy(as_markdown=False))
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setEnabled(has_text)
        marked = menu.addAction(self.tr("Copy as Markdown"), lambda: self.copy(as_markdown=True))
        marked.setShortcut(QKeySequence("Ctrl+Shift+C"))
        marked.setEnabled(has_text)
        entry = self._pane.rows.row(row) if row >= 0 else None
        if entry is not None:
            menu.addAction(self.tr("Copy whole entry"), lambda: self.copy_entry(entry))
        menu.addSeparator()
        everything = menu.addAction(self.tr("Select all"), self.select_all)
        everything.setShortcut(QKeySequence(QKeySequence.StandardKey.SelectAll))
        menu.popup(at)
