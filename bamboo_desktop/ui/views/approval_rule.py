"""The second step of Always: the rule in its exact words, and what it will mean."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.question_parts import button, footer, label
from bamboo_desktop.ui.visible_text import make_visible


class RuleStep(QWidget):
    """Shows the standing rule that would be added and takes a second yes for it."""

    confirmed = Signal()
    refused = Signal()

    def __init__(self, rule: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        shown = make_visible(rule).plain
        title = label(
            self.tr("From now on this is allowed in every session, without asking:"), "soft"
        )
        words = label(shown, "strong")
        words.setAccessibleName(self.tr("Rule: %1").replace("%1", shown))
        after = label(self.tr("You can revoke it under Settings, Permissions."), "caption")
        back = button(self.tr("&Back"), "", self.tr("Back, without adding the rule"))
        back.clicked.connect(self.refused)
        add = button(self.tr("Add &rule and allow"), "primary", self.tr("Add the rule and allow"))
        add.clicked.connect(self.confirmed)
        row = QHBoxLayout()
        row.setSpacing(GAP_SMALL)
        row.addWidget(after, 1)
        row.addWidget(back)
        row.addWidget(add)
        outer = QVBoxLayout()
        outer.setSpacing(GAP_SMALL)
        inner = QHBoxLayout()
        inner.addLayout(outer)
        outer.addWidget(words)
        outer.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(footer(title, inner))
