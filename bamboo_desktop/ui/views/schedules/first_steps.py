"""What stands where no schedule is yet: a sentence, a button, and examples to start from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from bamboo_desktop.ui.models.schedule_drafts import ScheduleExample
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, ColorRole
from bamboo_desktop.ui.views.question_parts import button, label

_WIDTH = 520


class FirstSteps(QWidget):
    """`new_wanted` asks for an empty editor, `example_wanted` carries the draft of an example."""

    new_wanted = Signal()
    example_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        words = label(
            self.tr(
                "A schedule starts a session by itself, at the times you say, while the "
                "program is open."
            ),
            "soft",
        )
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        new = button(self.tr("New schedule"), "", self.tr("New schedule"))
        new.clicked.connect(self.new_wanted)
        self.setFocusProxy(new)
        self._head = label(self.tr("Or start from one of these"), "group")
        self._head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._list = QVBoxLayout()
        self._list.setSpacing(GAP_SMALL)
        self._shown: list[QPushButton] = []
        column = QVBoxLayout(self)
        column.setSpacing(GAP)
        column.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(self._icon)
        column.addWidget(words)
        column.addWidget(new, 0, middle)
        column.addSpacing(GAP)
        column.addWidget(self._head)
        column.addLayout(self._list)
        column.addStretch(3)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self.show_examples(())

    def show_examples(self, examples: Sequence[ScheduleExample]) -> None:
        """Offer these to start from."""
        for old in self._shown:
            self._list.removeWidget(old)
            old.deleteLater()
        self._shown = []
        for example in examples:
            made = button(f"{example.title}, {example.when}", "", example.title)
            set_kind(made, "")
            made.setFixedWidth(_WIDTH)
            made.clicked.connect(lambda _=False, draft=example.draft: self._want(draft))
            self._list.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
            self._shown.append(made)
        self._head.setVisible(bool(examples))

    def _want(self, draft: object) -> None:
        self.example_wanted.emit(draft)

    def _paint_icon(self) -> None:
        icon = self._theme.icon("schedules", ColorRole.FAINT)
        self._icon.setPixmap(icon.pixmap(QSize(32, 32)))
