"""What is said of a question that no longer waits."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from bamboo_desktop.domain.ids import OptionId
from bamboo_desktop.domain.question import Answer, PendingQuestion, QuestionRecord
from bamboo_desktop.ui.bare_words import bare_words
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.state_glyph import StateGlyph

_LONGEST = 160


def _tr(text: str) -> str:
    return QCoreApplication.translate("Question", text)


def ended_sentence(record: QuestionRecord) -> str:
    """Who answered and what, or that it was withdrawn; empty while the question is open."""
    if record.answer is not None:
        return f"{_by(record.answer)} {_chosen(record.question, record.answer)}".strip()
    if record.withdrawn_at is not None:
        return withdrawn_sentence("")
    return ""


def withdrawn_sentence(reason: str) -> str:
    """That the question does not wait any more, with the reason where there is one."""
    told = _tr("This question was withdrawn; nothing needs an answer any more.")
    return f"{told} ({reason})" if reason else told


def _by(answer: Answer) -> str:
    said = {
        "window": _tr("Answered in this window meanwhile:"),
        "bambooctl": _tr("Answered from the command line meanwhile:"),
        "deadline": _tr("Its deadline passed and the default was taken:"),
        "engine": _tr("Answered by the program:"),
    }
    told = said.get(answer.answered_by)
    return told or _tr("Answered by %1 meanwhile:").replace("%1", answer.answered_by)


def _chosen(question: PendingQuestion, answer: Answer) -> str:
    words: list[str] = []
    for item in answer.items:
        asked = question.item(item.item_id)
        labels = {option.id: bare_words(option.label) for option in asked.options} if asked else {}
        words += [_label(option_id, labels) for option_id in item.option_ids]
        if item.text:
            words.append(item.text)
    text = ", ".join(words).replace("\n", " ")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"


def _label(option_id: OptionId, labels: dict[OptionId, str]) -> str:
    return labels.get(option_id, str(option_id))


class EndedNotice(QWidget):
    """A tinted line that appears when the question has come to its end elsewhere."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame = QFrame(self)
        set_kind(frame, "info")
        self._words = label("", "info")
        row = QHBoxLayout(frame)
        row.setContentsMargins(GAP, GAP_SMALL, GAP, GAP_SMALL)
        row.setSpacing(GAP_SMALL)
        glyph = StateGlyph(theme, frame, state=GlyphState.DONE, side=18, margin=2)
        row.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_LARGE, 0, GAP_LARGE, GAP_SMALL)
        column.addWidget(frame)
        self.hide()

    @property
    def has_words(self) -> bool:
        """True when it says something."""
        return bool(self._words.text())

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def set_words(self, text: str) -> None:
        """Say something, or nothing and disappear."""
        self._words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
