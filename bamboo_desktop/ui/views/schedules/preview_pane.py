"""The right side of the editor: when exactly it runs, and what happens if."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from bamboo_desktop.domain.fire import Fire, FireNote
from bamboo_desktop.domain.schedule_view import Preview
from bamboo_desktop.ui.formats import exact
from bamboo_desktop.ui.models.schedule_words import day_and_time, distance
from bamboo_desktop.ui.models.what_if import WhatIf
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.question_parts import label, line

SHOWN = 10


class PreviewPane(QScrollArea):
    """Shows what the editor was told by the engine; it computes nothing itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("What this schedule will do"))
        inner = QFrame()
        set_kind(inner, "pane")
        column = QVBoxLayout(inner)
        column.setContentsMargins(GAP_LARGE, GAP_LARGE, GAP_LARGE, GAP_LARGE)
        column.setSpacing(GAP_SMALL)
        column.addWidget(label(self.tr("When exactly"), "strong"))
        self._sentence = label("", "")
        column.addWidget(self._sentence)
        self._warnings = label("", "waiting")
        self._warnings.hide()
        column.addWidget(self._warnings)
        column.addLayout(self._fires())
        self._more = label("", "caption")
        column.addWidget(self._more)
        column.addWidget(line())
        column.addSpacing(GAP_SMALL)
        column.addWidget(label(self.tr("What if"), "strong"))
        self._cases = QVBoxLayout()
        self._cases.setSpacing(GAP)
        column.addLayout(self._cases)
        self._case_labels: list[tuple[QLabel, QLabel]] = []
        column.addStretch(1)
        self.setWidget(inner)
        self.setMinimumWidth(300)

    def _fires(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, GAP_SMALL, 0, GAP_SMALL)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        for place in range(SHOWN):
            when, off, note = label(""), label("", "caption"), label("", "waiting")
            for one in (when, off):
                one.setWordWrap(False)
            grid.addWidget(when, place * 2, 0)
            grid.addWidget(off, place * 2, 1)
            grid.addWidget(note, place * 2 + 1, 0, 1, 2)
            self._rows.append((when, off, note))
        return grid

    @property
    def fire_texts(self) -> tuple[str, ...]:
        """The instants that are shown."""
        return tuple(when.text() for when, _, _ in self._rows if when.text())

    @property
    def case_texts(self) -> tuple[str, ...]:
        """What would happen, a case each."""
        return tuple(then.text() for _, then in self._case_labels)

    def show_preview(self, preview: Preview, zone: str, now: datetime) -> None:
        """Show sentence, warnings and the next fires in the zone of the rule."""
        self._sentence.setText(preview.sentence)
        self._warnings.setText("\n".join(preview.warnings))
        self._warnings.setVisible(bool(preview.warnings))
        for place, row in enumerate(self._rows):
            fire = preview.fires[place] if place < len(preview.fires) else None
            self._show_fire(row, fire, zone, now)
        words = ""
        if preview.fires and len(preview.fires) < SHOWN:
            words = self.tr("Then never again.")
        self._more.setText(words)
        self._more.setVisible(bool(words))

    def show_trouble(self, sentence: str) -> None:
        """The rule cannot be read: nothing is foretold."""
        self._sentence.setText(sentence)
        self._warnings.hide()
        self._more.hide()
        for when, off, note in self._rows:
            for one in (when, off, note):
                one.clear()
                one.hide()

    def show_cases(self, cases: Sequence[WhatIf]) -> None:
        """Show what happens if."""
        while len(self._case_labels) < len(cases):
            pair = label("", "group"), label("", "soft")
            holder = QVBoxLayout()
            holder.setSpacing(2)
            for one in pair:
                holder.addWidget(one)
            self._cases.addLayout(holder)
            self._case_labels.append(pair)
        for (case, then), told in zip(self._case_labels, cases, strict=True):
            case.setText(told.case)
            then.setText(told.then)

    def _show_fire(
        self, row: tuple[QLabel, QLabel, QLabel], fire: Fire | None, zone: str, now: datetime
    ) -> None:
        when, off, note = row
        for one in row:
            one.setVisible(fire is not None)
        if fire is None:
            when.clear()
            return
        when.setText(day_and_time(fire.at, zone))
        when.setToolTip(exact(fire.at))
        off.setText(distance(fire.at, now))
        words = {
            FireNote.NONE: "",
            FireNote.AFTER_GAP: self.tr("Clocks go forward: it runs at the end of the gap"),
            FireNote.FIRST_OF_TWO: self.tr("Clocks go back: it runs at the first of the two"),
            FireNote.ZONE_MOVED: self.tr("The zone moves over this time: it does not run"),
        }[fire.note]
        note.setText(words)
        note.setVisible(bool(words))
