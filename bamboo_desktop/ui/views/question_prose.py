"""Prose that is as tall as it needs to be: prompts in Markdown, selectable, with nothing remote."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QKeyEvent,
    QKeySequence,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget
from typing_extensions import override

from bamboo_desktop.ui.harmless import harmless

_KEPT_KEYS = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll)
_SCHEMES = frozenset({"http", "https"})


class ProseView(QTextBrowser):
    """Wrapped text that can be selected and copied; links tell where they go before they open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measure: QTextDocument | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setOpenLinks(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.anchorClicked.connect(self._open_link)
        self.highlighted.connect(self._tell_link)

    def set_prose(self, text: str) -> None:
        """Show Markdown; raw HTML in it stays text."""
        self.document().setMarkdown(
            harmless(text),
            QTextDocument.MarkdownFeature.MarkdownDialectGitHub
            | QTextDocument.MarkdownFeature.MarkdownNoHTML,
        )
        self._measure = None
        self.setAccessibleName(self.toPlainText())
        self.updateGeometry()

    @override
    def heightForWidth(self, width: int, /) -> int:
        if self._measure is None:
            self._measure = self.document().clone(self)
        self._measure.setDefaultFont(self.font())
        self._measure.setTextWidth(max(width, 40))
        return int(self._measure.size().height()) + 2

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(max(self.width(), 320)))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, 20)

    @override
    def loadResource(self, type_: int, name: QUrl | str, /) -> object:
        """Nothing is ever loaded: a prompt is text, whatever pictures it names."""
        return None

    @override
    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.ignore()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if any(event.matches(key) for key in _KEPT_KEYS):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _open_link(self, url: QUrl) -> None:
        if url.scheme() in _SCHEMES:
            QDesktopServices.openUrl(url)

    def _tell_link(self, url: QUrl) -> None:
        self.setToolTip(url.toString())
