"""Tokens, cost and the context window of a session, in a column of figures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from bamboo_desktop.domain.usage import ContextGauge, Usage
from bamboo_desktop.ui.formats import exact_money, exact_tokens, money
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL


class UsagePanel(QWidget):
    """Exact figures; numbers are right-aligned so that they can be compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, QLabel] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(GAP)
        form.setVerticalSpacing(GAP_SMALL)
        names = {
            "input": self.tr("Input tokens"),
            "cache": self.tr("of it from cache"),
            "output": self.tr("Output tokens"),
            "thinking": self.tr("of it thinking"),
            "cost": self.tr("Cost"),
        }
        for key, name in names.items():
            label, value = QLabel(name), QLabel()
            set_kind(label, "soft")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setAccessibleName(name)
            form.addRow(label, value)
            self._values[key] = value
        self._gauge_title = QLabel(self.tr("Context window"))
        set_kind(self._gauge_title, "soft")
        self._gauge = QProgressBar(maximum=100, textVisible=False)
        self._gauge.setAccessibleName(self.tr("How full the context window is"))
        self._gauge.setFixedHeight(6)
        self._gauge_line = QLabel()
        set_kind(self._gauge_line, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_LARGE, GAP_LARGE, GAP_LARGE, GAP_LARGE)
        column.setSpacing(GAP_SMALL)
        column.addLayout(form)
        column.addSpacing(GAP)
        for widget in (self._gauge_title, self._gauge, self._gauge_line):
            column.addWidget(widget)
        column.addStretch(1)
        self.clear()

    def clear(self) -> None:
        """Show nothing: no session is looked at, or nothing is known of it yet."""
        for value in self._values.values():
            value.setText("-")
            value.setToolTip("")
        self.show_context(None)

    def show_usage(self, usage: Usage) -> None:
        """Show what the session used so far."""
        texts = {
            "input": exact_tokens(usage.input_tokens),
            "cache": exact_tokens(usage.cache_read_tokens),
            "output": exact_tokens(usage.output_tokens),
            "thinking": exact_tokens(usage.thinking_tokens),
            "cost": money(usage.cost_micros) or self.tr("unknown"),
        }
        for key, text in texts.items():
            self._values[key].setText(text)
        self._values["cost"].setToolTip(exact_money(usage.cost_micros))

    def show_context(self, gauge: ContextGauge | None) -> None:
        """Show how full the context window is; hidden while nothing is known of it."""
        is_known = gauge is not None and gauge.window_tokens > 0
        for widget in (self._gauge_title, self._gauge, self._gauge_line):
            widget.setVisible(is_known)
        if gauge is None or not is_known:
            return
        self._gauge.setValue(min(gauge.percent, 100))
        text = self.tr("{} of {} tokens, {} %")
        used, window = exact_tokens(gauge.used_tokens), exact_tokens(gauge.window_tokens)
        self._gauge_line.setText(text.format(used, window, gauge.percent))
