"""Rows of questions that are closed: a single line where there is room for it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from bamboo_desktop.domain.question import (
    CONSENT_ITEM,
    DENY,
    Answer,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.ui.bare_words import bare_words
from bamboo_desktop.ui.formats import clock_time, exact
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole
from bamboo_desktop.ui.views.pane import documents
from bamboo_desktop.ui.views.pane.build import Build, words
from bamboo_desktop.ui.views.pane.row_layout import Glyph, Label
from bamboo_desktop.ui.views.pane.style import EDGE
from bamboo_desktop.ui.views.pane.visible import one_line, visible

_LONGEST_NOTE = 4_000


def closed_question(build: Build, record: QuestionRecord) -> None:
    """What was asked, what was answered, by whom and when."""
    build.y = 4
    line = max(build.style.line(FontRole.BODY), 20)
    state = _closed_state(record)
    glyph = QRectF(EDGE + 1, build.y + (line - 13) / 2, 13, 13)
    build.layout.glyphs.append(Glyph(rect=glyph, state=state))
    asked = record.question
    prompt = asked.items[0].prompt if asked.items else ""
    title = bare_words(asked.title) or documents.source_plain(prompt)
    if asked.consent is not None:
        title = asked.consent.sentence
    build.y += max(line - build.style.line(FontRole.BODY), 0) / 2
    told = f"{one_line(title)} \u2014 {_given(record)}"
    top, room = build.y, build.measure - 24
    text = documents.plain(told, build.style)
    build.text(text, x=EDGE + 24, width=room, color=ColorRole.SOFT)
    at = record.answer.answered_at if record.answer is not None else record.withdrawn_at
    if at is not None:
        wide = build.style.metrics(FontRole.BODY).horizontalAdvance(told) + 24
        _caption(build, _closed_words(record), exact(at), top, left=room - wide)
    if record.answer is not None and record.answer.note.strip():
        note = words("Your note: {0}").format(visible(record.answer.note.strip()))
        written = documents.plain(note[:_LONGEST_NOTE], build.style)
        build.text(written, x=EDGE + 24, width=build.measure - 24, color=ColorRole.SOFT)
    build.y += 4


def _closed_state(record: QuestionRecord) -> GlyphState:
    """A tick is for what was allowed or answered, never for what was refused."""
    if record.answer is None:
        return GlyphState.PAUSED
    is_consent = record.question.kind is QuestionKind.CONSENT
    is_denied = is_consent and DENY in record.answer.chosen(CONSENT_ITEM)
    return GlyphState.FAILED if is_denied else GlyphState.DONE


def _caption(build: Build, text: str, tip: str, top: float, *, left: float) -> None:
    """Who closed it and when: at the right of a line that leaves room for it, else below."""
    width = build.style.metrics(FontRole.CAPTION).horizontalAdvance(text) + 2
    if width <= left:
        line = build.style.line(FontRole.BODY)
        rect = QRectF(EDGE + build.measure - width, top, width, line)
        build.layout.labels.append(
            Label(rect=rect, text=text, tip=tip, align=Qt.AlignmentFlag.AlignRight)
        )
        return
    rect = QRectF(EDGE + 24, build.y, build.measure - 24, build.style.line(FontRole.CAPTION))
    build.layout.labels.append(Label(rect=rect, text=text, tip=tip))
    build.y += rect.height()


def _given(record: QuestionRecord) -> str:
    if record.answer is None:
        return words("withdrawn")
    parts = [_answer_words(item, record.answer) for item in record.question.items]
    given = "; ".join(part for part in parts if part)
    return one_line(given) or words("answered")


def _answer_words(item: QuestionItem, answer: Answer) -> str:
    labels = {option.id: bare_words(option.label) for option in item.options}
    chosen = [labels.get(option_id, option_id) for option_id in answer.chosen(item.id)]
    written = next((given.text for given in answer.items if given.item_id == item.id), "")
    return ", ".join([*chosen, *([written] if written else [])])


def _closed_words(record: QuestionRecord) -> str:
    answer = record.answer
    if answer is None:
        assert record.withdrawn_at is not None
        return words("withdrawn, {0}").format(clock_time(record.withdrawn_at))
    by = {
        "window": words("answered by you, {0}"),
        "bambooctl": words("answered by you with bambooctl, {0}"),
        "deadline": words("the deadline answered, {0}"),
        "engine": words("answered by a rule, {0}"),
    }.get(answer.answered_by, words("answered, {0}"))
    return by.format(clock_time(answer.answered_at))
