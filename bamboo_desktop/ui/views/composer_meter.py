"""How full the model's context is, as a small bar with its figures on hover."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from bamboo_desktop.domain.events import TokenBudgetUpdated
from bamboo_desktop.ui.formats import money, tokens, usage_details
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole

_WARNS, _IS_FULL = 80, 95
_BAR = 54


class ContextMeter(QWidget):
    """Tokens and cost of the run, and a bar that turns loud when the context runs out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._budget: TokenBudgetUpdated | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.hide()

    def show_budget(self, budget: TokenBudgetUpdated | None) -> None:
        """Show a gauge, or nothing where none is known."""
        if budget == self._budget:
            return
        self._budget = budget
        # A playbook has neither a window nor a price: there is nothing to measure.
        has_figures = budget is not None and bool(
            budget.run_usage.total_tokens or budget.context.window_tokens
        )
        self.setVisible(has_figures)
        if budget is None:
            return
        gauge = budget.context
        lines = [self.tr("This run"), usage_details(budget.run_usage)]
        if gauge.window_tokens:
            told = self.tr("Context: {0} of {1} tokens, {2} %")
            figures = told.format(
                f"{gauge.used_tokens:,}", f"{gauge.window_tokens:,}", gauge.percent
            )
            lines.insert(0, figures)
            self.setAccessibleName(figures)
        self.setToolTip("\n".join(lines))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(self._bar + metrics.horizontalAdvance(self._words()) + 4, 28)

    def _words(self) -> str:
        budget = self._budget
        if budget is None:
            return ""
        parts = [tokens(budget.run_usage.total_tokens)]
        parts.append(money(budget.run_usage.cost_micros))
        if budget.context.window_tokens:
            parts.insert(0, f"{budget.context.percent} %")
        return " \u00b7 ".join(part for part in parts if part)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._budget is None:
            return
        theme = self._theme
        painter = QPainter(self)
        if self._bar:
            self._paint_bar(painter, self._budget.context.percent)
        painter.setPen(theme.color(ColorRole.FAINT))
        painter.setFont(theme.font(FontRole.CAPTION))
        words = self.rect().adjusted(self._bar, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self._words())

    @property
    def _bar(self) -> int:
        """The room of the bar: none where nobody knows how large the window is."""
        is_known = self._budget is not None and self._budget.context.window_tokens
        return _BAR + 8 if is_known else 0

    def _paint_bar(self, painter: QPainter, percent: int) -> None:
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(0, self.height() / 2 - 2.5, _BAR, 5)
        painter.setBrush(theme.color(ColorRole.LINE))
        painter.drawRoundedRect(bar, 2.5, 2.5)
        role = ColorRole.ACCENT
        if percent >= _WARNS:
            role = ColorRole.TROUBLE if percent >= _IS_FULL else ColorRole.WAITING
        painter.setBrush(theme.color(role))
        bar.setWidth(max(min(percent, 100) / 100 * _BAR, 3))
        painter.drawRoundedRect(bar, 2.5, 2.5)
