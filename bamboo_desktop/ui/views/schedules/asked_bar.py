"""A bar over the list that asks whether what was missed shall be run now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from bamboo_desktop.domain.occurrence import Occurrence
from bamboo_desktop.domain.schedule_view import ScheduleSummary
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.schedule_rows import asked
from bamboo_desktop.ui.models.schedule_words import day_and_time
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.question_parts import button, label


class AskedBar(QWidget):
    """One question at a time; `decided` carries an occurrence id and whether it is run."""

    decided = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._occurrence: Occurrence | None = None
        frame = QFrame()
        set_kind(frame, "waiting")
        self._words = label("", "waiting")
        run = button(self.tr("Run it now"), "", self.tr("Run the missed occurrence now"))
        leave = button(self.tr("Leave it"), "flat", self.tr("Do not run the missed occurrence"))
        run.clicked.connect(lambda: self._decide(run=True))
        leave.clicked.connect(lambda: self._decide(run=False))
        row = QHBoxLayout(frame)
        row.setContentsMargins(GAP, GAP_SMALL, GAP_SMALL, GAP_SMALL)
        row.addWidget(self._words, 1)
        row.addWidget(run)
        row.addWidget(leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP + GAP_SMALL, 0, GAP + GAP_SMALL, GAP_SMALL)
        column.addWidget(frame)
        self.hide()

    def show_asked(self, summaries: Sequence[ScheduleSummary]) -> None:
        """Ask about the first of these; nothing is asked when there are none."""
        first = summaries[0] if summaries else None
        self._occurrence = None if first is None else asked(first)
        self.setVisible(self._occurrence is not None)
        if first is None or self._occurrence is None:
            return
        occurrence = self._occurrence
        when = day_and_time(occurrence.last_at)
        name = one_line(first.schedule.name)
        words = self.tr("{} was missed on {}. Run it now?").format(name, when)
        if occurrence.count > 1:
            words = self.tr("{} was missed {} times, last on {}. Run it now?").format(
                name, occurrence.count, when
            )
        if len(summaries) > 1:
            words += " " + self.tr("{} more are asked after it.").format(len(summaries) - 1)
        self._words.setText(words)

    def _decide(self, *, run: bool) -> None:
        if self._occurrence is not None:
            self.decided.emit(self._occurrence.id, run)
