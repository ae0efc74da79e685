"""The title of a session, edited where it stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QWidget
from typing_extensions import override

from bamboo_desktop.ui.harmless import harmless_line
from bamboo_desktop.ui.theme import set_kind


class TitleField(QLineEdit):
    """A title that is edited where it stands; Esc takes the edit back, Enter keeps it."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self.setMaxLength(200)
        self.setAccessibleName(self.tr("Title of the session"))
        set_kind(self, "inline")
        self.editingFinished.connect(self._keep)

    def show_title(self, title: str) -> None:
        """Show a title; an edit under way is left alone."""
        title = harmless_line(title)
        if title == self._title and self.text() == title:
            return
        self._title = title
        if not (self.hasFocus() and self.isModified()):
            self.setText(title)
            self.setCursorPosition(0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._elided()
        if self.hasFocus() or shown == self.text():
            super().paintEvent(event)
            return
        # A field cuts a long text in the middle of a letter; a title that is read ends in dots.
        frame = QStyleOptionFrame()
        self.initStyleOption(frame)
        painter = QPainter(self)
        panel = QStyle.PrimitiveElement.PE_PanelLineEdit
        self.style().drawPrimitive(panel, frame, painter, self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(self._room(), int(Qt.AlignmentFlag.AlignVCenter), shown)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip:
            hint = self.tr("Click to rename")
            is_cut = self._elided() != self.text()
            self.setToolTip(f"{self.text()}\n\n{hint}" if is_cut else hint)
        return super().event(event)

    def _room(self) -> QRect:
        """Where a field paints its letters: Qt keeps two pixels of the contents for itself."""
        frame = QStyleOptionFrame()
        self.initStyleOption(frame)
        inside = QStyle.SubElement.SE_LineEditContents
        return self.style().subElementRect(inside, frame, self).adjusted(2, 0, -2, 0)

    def _elided(self) -> str:
        room, metrics = self._room().width(), self.fontMetrics()
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._title)
            self.clearFocus()
            return
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.clearFocus()

    def _keep(self) -> None:
        title = self.text().strip()
        if title and title != self._title:
            self._title = title
            self.renamed.emit(title)
        else:
            self.setText(self._title)
        self.setModified(False)
        self.setCursorPosition(0)
