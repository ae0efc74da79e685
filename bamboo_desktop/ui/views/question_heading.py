"""What stands above a question: whose it is, since when, its title, its deadline."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.events import Envelope, SessionTitleUpdated
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.question import PendingQuestion, QuestionKind, QuestionRecord
from bamboo_desktop.ui.bare_words import bare_words
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.harmless import harmless, harmless_line
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.question_times import asked, exact, left
from bamboo_desktop.ui.views.state_glyph import StateGlyph

_MINUTE_MS = 60_000


class QuestionHeading(QWidget):
    """The session, the age, the title and what happens if nobody answers."""

    renamed = Signal(str)
    """The session that asks has this title now."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._glyph = StateGlyph(theme, self, state=GlyphState.WAITING, side=18, margin=2)
        self._session = label("", "soft")
        self._age = label("", "caption")
        self._age.setWordWrap(False)
        self._title = label("", "strong")
        self._deadline = label("", "waiting")
        self._session_id: SessionId | None = None
        self._asked_at: datetime | None = None
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self._tell_age)
        top = QHBoxLayout()
        top.setSpacing(GAP_SMALL)
        top.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._session, 1)
        top.addWidget(self._age, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_LARGE, GAP, GAP_LARGE, GAP_SMALL)
        column.setSpacing(GAP_SMALL)
        column.addLayout(top)
        for part in (self._title, self._deadline):
            column.addWidget(part)

    def set_record(self, record: QuestionRecord) -> None:
        """Show the head of a question."""
        question = record.question
        self._session_id = question.session_id
        self._name(record.session_title)
        self._asked_at = question.asked_at
        self._tell_age()
        self._age.setToolTip(exact(question.asked_at))
        self._say(self._title, self._title_of(question))
        self._say(self._deadline, self._deadline_of(question))
        set_kind(self._session, "soft")

    def follow(self, batch: tuple[Envelope, ...]) -> None:
        """Go by a new title of the session that asks."""
        for envelope in batch:
            event = envelope.event
            if envelope.session_id == self._session_id and isinstance(event, SessionTitleUpdated):
                self._name(event.title)
                self.renamed.emit(event.title)

    def _name(self, title: str) -> None:
        self._session.setText(harmless_line(title) or self.tr("Untitled session"))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell_age()
        self._minute.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._minute.stop()
        super().hideEvent(event)

    def _tell_age(self) -> None:
        if self._asked_at is not None:
            self._age.setText(asked(self._asked_at, self._clock.now()))

    def _say(self, part: QWidget, text: str) -> None:
        part.setVisible(bool(text))
        part.setText(harmless(text))  # type: ignore[attr-defined]

    def _title_of(self, question: PendingQuestion) -> str:
        if question.kind is QuestionKind.CONSENT:
            return ""
        if question.title and question.title != question.items[0].prompt:
            return bare_words(question.title)
        return ""

    def _deadline_of(self, question: PendingQuestion) -> str:
        if question.deadline_at is None:
            return ""
        names = [
            bare_words(option.label)
            for item in question.items
            for option in item.options
            if option.id in item.default
        ]
        when = f"{exact(question.deadline_at)} ({left(question.deadline_at, self._clock.now())})"
        if not names:
            return self.tr("Waits until %1.").replace("%1", when)
        told = self.tr("If nobody answers until %1, this is taken: %2")
        return told.replace("%1", when).replace("%2", ", ".join(names))
