"""Beside the history: one run with its answer and files, or two runs compared."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTextBrowser, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.domain.schedule_view import CalendarEntry, Comparison, OccurrenceDetail
from bamboo_desktop.domain.tool import FileTouch
from bamboo_desktop.ui.formats import home_short
from bamboo_desktop.ui.harmless import harmless
from bamboo_desktop.ui.models.history_rows import comparison_lines
from bamboo_desktop.ui.models.schedule_words import day_and_time
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL, FontRole
from bamboo_desktop.ui.views.question_parts import button, height_at, label
from bamboo_desktop.ui.views.question_prose import ProseView
from bamboo_desktop.ui.views.schedules.occurrence_panel import OccurrencePanel

_MOST_FILES = 40
_LEAST, _UNBOUND = 160, 16_777_215
_MOST_LAID_OUT = 40_000
"""A longer answer is shown as the text it is: to lay it out would hold up the window."""


class HistorySide(QWidget):
    """One run, or two compared.

    `acted` passes on what the person wants done, `compare_wanted` asks for the run before,
    `one_wanted` for one run in place of a comparison.
    """

    acted = Signal(str, object)
    compare_wanted = Signal()
    one_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._panel = OccurrencePanel(theme, closable=False)
        self._panel.acted.connect(self.acted)
        self._answer = AnswerView(self)
        self._files = label("", "caption")
        self._compare = button(
            self.tr("Compare with the run before"), "", self.tr("Compare with the run before")
        )
        self._compare.clicked.connect(self.compare_wanted)
        self._head, self._facts = label("", "strong"), label("")
        self._diff = _reading(self.tr("How the answers differ"))
        self._diff.setFont(theme.font(FontRole.CODE))
        self._stack = QStackedWidget()
        for page in (QWidget(), self._one(), self._two()):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    @property
    def answer(self) -> str:
        """The answer that is shown."""
        return self._answer.toPlainText()

    @property
    def comparison(self) -> str:
        """The comparison that is shown, empty while one run is."""
        if self._stack.currentIndex() != 2:
            return ""
        return f"{self._facts.text()}\n{self._diff.toPlainText()}"

    def clear(self) -> None:
        """Show nothing."""
        self._stack.setCurrentIndex(0)

    def show_detail(
        self,
        entry: CalendarEntry,
        detail: OccurrenceDetail,
        zone: str,
        now: datetime,
        *,
        has_before: bool,
    ) -> None:
        """Show one run."""
        self._panel.show_entry(entry, zone, now)
        self._panel.show_detail(detail)
        self._answer.show_answer(detail.answer)
        self._answer.setVisible(bool(detail.answer))
        self._files.setText(self._touched(detail.files))
        self._files.setVisible(bool(detail.files))
        self._compare.setVisible(has_before and bool(detail.answer))
        self._stack.setCurrentIndex(1)
        self._fit_panel()

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit_panel()

    def _fit_panel(self) -> None:
        """As tall as its words: what room is left belongs to the answer."""
        most = _UNBOUND
        inner = self._panel.widget()
        if inner is not None and not self._answer.isHidden():
            tall = height_at(inner, self.width() - 2)
            most = max(_LEAST, min(tall, self.height() * 3 // 5))
        self._panel.setMaximumHeight(most)

    def show_comparison(self, comparison: Comparison) -> None:
        """Show two runs side by side."""
        first, second = comparison.first.occurrence, comparison.second.occurrence
        self._head.setText(
            self.tr("{} and {}").format(
                day_and_time(first.planned_at), day_and_time(second.planned_at)
            )
        )
        self._facts.setText("\n".join(comparison_lines(comparison)))
        words = harmless(comparison.diff) or self.tr("The answers are the same.")
        self._diff.setPlainText(words)
        self._stack.setCurrentIndex(2)

    def _one(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, GAP)
        column.setSpacing(GAP_SMALL)
        column.addWidget(self._panel, 1)
        inner = QVBoxLayout()
        inner.setContentsMargins(GAP_LARGE, 0, GAP_LARGE, 0)
        inner.addWidget(self._answer, 1)
        inner.addWidget(self._files)
        inner.addWidget(self._compare)
        column.addLayout(inner, 1)
        return made

    def _two(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(GAP_LARGE, GAP, GAP_LARGE, GAP)
        column.setSpacing(GAP_SMALL)
        column.addWidget(self._head)
        column.addWidget(self._facts)
        column.addWidget(self._diff, 1)
        back = button(self.tr("Back to the run"), "", self.tr("Back to the run"))
        back.clicked.connect(self.one_wanted)
        column.addWidget(back)
        return made

    def _touched(self, files: tuple[FileTouch, ...]) -> str:
        lines = []
        for one in files[:_MOST_FILES]:
            how = self.tr("read")
            if one.is_changed:
                how = f"+{one.added} -{one.removed}"
            lines.append(f"{home_short(one.path)}  {how}")
        if len(files) > _MOST_FILES:
            lines.append(self.tr("and {} more").format(len(files) - _MOST_FILES))
        return "\n".join(lines)


class AnswerView(ProseView):
    """An answer as the pane lays it out, with a scroll bar of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTabChangesFocus(True)

    def show_answer(self, text: str) -> None:
        """Show what the agent said last."""
        if len(text) > _MOST_LAID_OUT:
            self.setPlainText(harmless(text))
        else:
            self.set_prose(text)
        self.setAccessibleName(self.tr("Answer"))

    @override
    def wheelEvent(self, event: QWheelEvent, /) -> None:
        QTextBrowser.wheelEvent(self, event)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        QTextBrowser.keyPressEvent(self, event)


def _reading(name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setReadOnly(True)
    made.setTabChangesFocus(True)
    made.setAccessibleName(name)
    set_kind(made, "field")
    return made
