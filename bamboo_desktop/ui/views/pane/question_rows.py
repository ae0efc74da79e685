"""Rows of questions: open ones loud and with their options in place, closed ones a single line."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from bamboo_desktop.domain.question import (
    CONSENT_ITEM,
    DENY,
    Answer,
    ItemKind,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.harmless import harmless
from bamboo_desktop.ui.models.transcript_words import clock_words, exact_instant
from bamboo_desktop.ui.theme_tokens import RADIUS_CARD, RADIUS_CONTROL, ColorRole, FontRole
from bamboo_desktop.ui.views.pane import documents
from bamboo_desktop.ui.views.pane.build import Build, made, words
from bamboo_desktop.ui.views.pane.markdown import SegmentKind, segments
from bamboo_desktop.ui.views.pane.row_layout import Glyph, Hot, HotKind, Label, Shape
from bamboo_desktop.ui.views.pane.style import EDGE, MARGIN, ROW_GAP
from bamboo_desktop.ui.views.pane.visible import one_line, visible

_BUTTON = 28
_QUICK = frozenset({ItemKind.SINGLE, ItemKind.CONFIRM})
_LONGEST_EXACT = 6_000
_LONGEST_NOTE = 4_000


def is_open(record: QuestionRecord) -> bool:
    """True while the question waits for its answer."""
    return record.answer is None and record.withdrawn_at is None


def quick_item(record: QuestionRecord) -> QuestionItem | None:
    """The one item that can be answered with one key in place, if the question is that simple."""
    items = record.question.items
    if is_open(record) and len(items) == 1 and items[0].kind in _QUICK and items[0].options:
        return items[0]
    return None


def question(build: Build, record: QuestionRecord) -> None:
    """A question in place."""
    if is_open(record):
        _open(build, record)
    else:
        _closed(build, record)


def _closed(build: Build, record: QuestionRecord) -> None:
    build.y = 4
    line = max(build.style.line(FontRole.BODY), 20)
    state = _closed_state(record)
    glyph = QRectF(EDGE + 1, build.y + (line - 13) / 2, 13, 13)
    build.layout.glyphs.append(Glyph(rect=glyph, state=state))
    asked = record.question
    title = asked.title or documents.source_plain(asked.items[0].prompt if asked.items else "")
    if asked.consent is not None:
        title = asked.consent.sentence
    build.y += max(line - build.style.line(FontRole.BODY), 0) / 2
    text = documents.plain(f"{one_line(title)} \u2014 {_given(record)}", build.style)
    build.text(text, x=EDGE + 24, width=build.measure - 24, color=ColorRole.SOFT)
    at = record.answer.answered_at if record.answer is not None else record.withdrawn_at
    if at is not None:
        _caption(build, _closed_words(record), exact_instant(at))
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


def _caption(build: Build, text: str, tip: str) -> None:
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
    labels = {option.id: option.label for option in item.options}
    chosen = [labels.get(option_id, option_id) for option_id in answer.chosen(item.id)]
    written = next((given.text for given in answer.items if given.item_id == item.id), "")
    return ", ".join([*chosen, *([written] if written else [])])


def _closed_words(record: QuestionRecord) -> str:
    answer = record.answer
    if answer is None:
        assert record.withdrawn_at is not None
        return words("asked, withdrawn, {0}").format(clock_words(record.withdrawn_at))
    by = {
        "window": words("asked, answered by you, {0}"),
        "bambooctl": words("asked, answered by you with bambooctl, {0}"),
        "deadline": words("asked, the deadline answered, {0}"),
        "engine": words("asked, answered by a rule, {0}"),
    }.get(answer.answered_by, words("asked, answered, {0}"))
    return by.format(clock_words(answer.answered_at))


def _open(build: Build, record: QuestionRecord) -> None:
    build.y = ROW_GAP + 2
    top = build.y
    build.y += 10
    asked = record.question
    build.layout.glyphs.append(
        Glyph(rect=QRectF(EDGE, build.y + 3, 14, 14), state=GlyphState.WAITING)
    )
    if asked.kind is QuestionKind.CONSENT and asked.consent is not None:
        _consent(build, record)
    else:
        _items(build, record)
    build.y += 10
    _buttons(build, record)
    build.y += 12
    width = build.full + 2 * (EDGE - MARGIN)
    frame = QRectF(MARGIN, top, width, build.y - top)
    shape = Shape(rect=frame, fill=ColorRole.WAITING_TINT, radius=RADIUS_CARD)
    build.layout.shapes.insert(0, shape)
    build.layout.hots.append(Hot(rect=frame, kind=HotKind.OPEN_QUESTION, value=asked.id, tip=""))
    build.y += ROW_GAP


def _consent(build: Build, record: QuestionRecord) -> None:
    style, consent = build.style, record.question.consent
    assert consent is not None
    left, room = EDGE + 24, build.full - 36
    build.text(documents.plain(visible(consent.sentence), style), x=left, width=room)
    build.y += 6
    exact = visible(consent.exact)
    is_diff = exact.startswith(("--- ", "diff ", "@@"))
    shown = exact[:_LONGEST_EXACT]
    document = documents.diff(shown, style) if is_diff else documents.code(shown, "", style)
    top = build.y
    build.y += 8
    build.text(document, x=left + 10, width=room - 20)
    build.y += 8
    frame = QRectF(left, top, room, build.y - top)
    shape = Shape(rect=frame, fill=ColorRole.SURFACE, radius=RADIUS_CONTROL)
    build.layout.shapes.append(shape)
    build.y += 6
    if len(exact) > len(shown):
        build.label(words("Cut here; open the question to see all of it."), x=left)
    for text, color in (
        (consent.where, ColorRole.SOFT),
        (consent.reason, ColorRole.SOFT),
        (consent.warning, ColorRole.TROUBLE),
    ):
        if text:
            written = documents.plain(visible(text), style, FontRole.CAPTION)
            build.text(written, x=left, width=room, color=color)


def _items(build: Build, record: QuestionRecord) -> None:
    left, room = EDGE + 24, min(build.measure, build.full - 36)
    asked = record.question
    if asked.title:
        title = documents.plain(visible(asked.title), build.style, FontRole.STRONG)
        build.text(title, x=left, width=room)
        build.y += 2
    for item in asked.items:
        if item.prompt != asked.title:
            _prompt(build, item.prompt)


def _prompt(build: Build, text: str) -> None:
    """What is asked, as Markdown: it reads the same here and in the dialog."""
    left, room = EDGE + 24, min(build.measure, build.full - 36)
    for part in segments(harmless(text)):
        document = made(part, build.style)
        if part.kind is SegmentKind.CODE:
            build.code(document, caption=part.info or words("code"), source=part.text, x=left)
        else:
            build.text(document, x=left, width=room)
        build.y += 4


def _buttons(build: Build, record: QuestionRecord) -> None:
    """Options as numbered buttons; a question of several parts is opened instead."""
    quick = quick_item(record)
    texts: list[tuple[str, HotKind, str, str]] = []
    if quick is not None:
        for number, option in enumerate(quick.options[:9], start=1):
            label = f"{number}  {one_line(option.label)}"
            texts.append((label, HotKind.OPTION, option.id, option.description))
    is_whole = quick is not None and len(quick.options) <= 9 and not quick.allow_custom
    if not is_whole:
        more = words("Answer\u2026") if quick is None else words("Something else\u2026")
        texts.append((more, HotKind.OPEN_QUESTION, record.question.id, ""))
    _flow(build, texts)


def _flow(build: Build, texts: list[tuple[str, HotKind, str, str]]) -> None:
    metrics = build.style.metrics(FontRole.BODY)
    left, right = EDGE + 24, EDGE + build.full - 12
    x = float(left)
    for text, kind, value, tip in texts:
        width = min(metrics.horizontalAdvance(text) + 26, right - left)
        if x > left and x + width > right:
            x, build.y = left, build.y + _BUTTON + 6
        rect = QRectF(x, build.y, width, _BUTTON)
        build.layout.shapes.append(
            Shape(
                rect=rect,
                fill=ColorRole.SURFACE,
                border=ColorRole.WAITING,
                radius=RADIUS_CONTROL,
            )
        )
        build.layout.labels.append(
            Label(
                rect=rect,
                text=text,
                font=FontRole.BODY,
                color=ColorRole.TEXT,
                align=Qt.AlignmentFlag.AlignHCenter,
            )
        )
        build.layout.hots.append(Hot(rect=rect, kind=kind, value=value, tip=tip or text))
        x += width + 8
    build.y += _BUTTON
