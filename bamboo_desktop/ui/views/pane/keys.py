"""The keyboard in the pane: moving from row to row, opening, answering by number, copying."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from bamboo_desktop.domain.transcript import EntryKind, TranscriptEntry
from bamboo_desktop.ui.models.transcript import PaneRow
from bamboo_desktop.ui.views.pane.clipboard import PaneClipboard
from bamboo_desktop.ui.views.pane.hands import CONSENT_PAUSE, PaneHands, is_consent
from bamboo_desktop.ui.views.pane.question_rows import quick_item
from bamboo_desktop.ui.views.pane.row_layout import HotKind
from bamboo_desktop.ui.views.pane.view import EventPane


class PaneKeys(QObject):
    """Turns keys into what hands and clipboard do."""

    def __init__(self, pane: EventPane, hands: PaneHands, clipboard: PaneClipboard) -> None:
        super().__init__(pane)
        self._pane = pane
        self._hands = hands
        self._clipboard = clipboard
        self._marked_at = 0.0
        pane.key_pressed.connect(self._key)
        pane.selectionModel().currentRowChanged.connect(self._mark)

    def _mark(self) -> None:
        self._marked_at = time.monotonic()
        self._pane.viewport().update()

    def _key(self, event: QKeyEvent) -> None:
        event.setAccepted(self._copy_key(event) or self._move_key(event) or self._row_key(event))

    def _copy_key(self, event: QKeyEvent) -> bool:
        control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self._clipboard.copy(as_markdown=False)
        elif event.key() == Qt.Key.Key_C and event.modifiers() == control_shift:
            self._clipboard.copy(as_markdown=True)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._clipboard.select_all()
        else:
            return False
        return True

    def _move_key(self, event: QKeyEvent) -> bool:
        pane, bar = self._pane, self._pane.verticalScrollBar()
        key, last = event.key(), self._pane.rows.rowCount() - 1
        page = bar.pageStep() - 40
        if key in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            bar.setValue(bar.value() + (page if key == Qt.Key.Key_PageDown else -page))
            self._mark_row(pane.rowAt(pane.viewport().height() // 2))
        elif key == Qt.Key.Key_Home:
            pane.jump(0)
        elif key == Qt.Key.Key_End:
            self._mark_row(last)
            pane.to_end()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_J}:
            self._step(1)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_K}:
            self._step(-1)
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        """Go to the next row, or scroll within one that is taller than the pane."""
        pane = self._pane
        row, bar = pane.currentIndex().row(), pane.verticalScrollBar()
        height = pane.viewport().height()
        if row >= 0 and pane.rowHeight(row) > height:
            top = pane.rowViewportPosition(row)
            bottom = top + pane.rowHeight(row)
            if (by > 0 and bottom > height and top < height) or (by < 0 and top < 0 < bottom):
                bar.setValue(bar.value() + by * height // 3)
                return
        if row < 0:
            row = pane.rowAt(height - 1 if by < 0 else 0) - by
        row = min(max(row + by, 0), pane.rows.rowCount() - 1)
        self._mark_row(row)
        pane.reveal(row)

    def _mark_row(self, row: int) -> None:
        if row >= 0:
            self._pane.setCurrentIndex(self._pane.rows.index(row, 0))

    def _row_key(self, event: QKeyEvent) -> bool:
        pane = self._pane
        row = pane.currentIndex().row()
        entry = pane.rows.row(row) if row >= 0 else None
        if event.key() == Qt.Key.Key_Escape and pane.selection is not None:
            pane.select(None)
            return True
        if entry is None:
            return False
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._enter(row, entry)
            return True
        return isinstance(entry, TranscriptEntry) and self._number_key(event, entry)

    def _enter(self, row: int, entry: PaneRow) -> None:
        if self._is_early(entry):
            return
        if isinstance(entry, TranscriptEntry) and entry.kind is EntryKind.QUESTION:
            self._hands.open_question(entry)
        elif any(hot.kind is HotKind.TOGGLE for hot in self._pane.layouts.of(row).hots):
            self._hands.toggle(row)
        elif any(hot.kind is HotKind.CONTINUE for hot in self._pane.layouts.of(row).hots):
            self._hands.continue_requested.emit()

    def _number_key(self, event: QKeyEvent, entry: TranscriptEntry) -> bool:
        number = event.key() - int(Qt.Key.Key_1)
        item = quick_item(entry.question) if entry.question is not None else None
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if item is None or not 0 <= number < min(len(item.options), 9) or plain:
            return False
        if not self._is_early(entry):
            self._hands.choose(entry, item.options[number].id)
        return True

    def _is_early(self, entry: PaneRow) -> bool:
        if not isinstance(entry, TranscriptEntry) or not is_consent(entry):
            return False
        return time.monotonic() - self._marked_at < CONSENT_PAUSE
