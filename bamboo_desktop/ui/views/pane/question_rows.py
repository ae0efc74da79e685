"""Rows of questions: open ones loud and with their options in place."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from bamboo_desktop.domain.question import (
    ItemKind,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.ui.bare_words import bare_words
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.harmless import harmless
from bamboo_desktop.ui.theme_tokens import RADIUS_CARD, RADIUS_CONTROL, ColorRole, FontRole
from bamboo_desktop.ui.views.pane import documents
from bamboo_desktop.ui.views.pane.build import Build, made, words
from bamboo_desktop.ui.views.pane.closed_rows import closed_question
from bamboo_desktop.ui.views.pane.markdown import SegmentKind, segments
from bamboo_desktop.ui.views.pane.row_layout import Glyph, Hot, HotKind, Label, Shape
from bamboo_desktop.ui.views.pane.style import EDGE, MARGIN, ROW_GAP
from bamboo_desktop.ui.views.pane.visible import one_line, visible

_BUTTON = 28
_INSET = 12
_QUICK = frozenset({ItemKind.SINGLE, ItemKind.CONFIRM})
_LONGEST_EXACT = 6_000


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
        closed_question(build, record)


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
    sentence = documents.plain(visible(consent.sentence), style, FontRole.STRONG)
    build.text(sentence, x=left, width=room)
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
        title = documents.plain(visible(bare_words(asked.title)), build.style, FontRole.STRONG)
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
            label = f"{number}  {one_line(bare_words(option.label))}"
            tip = bare_words(option.description)
            texts.append((label, HotKind.OPTION, option.id, tip))
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
                rect=rect.adjusted(_INSET, 0, -_INSET, 0),
                text=text,
                font=FontRole.BODY,
                color=ColorRole.TEXT,
                align=Qt.AlignmentFlag.AlignHCenter,
            )
        )
        build.layout.hots.append(Hot(rect=rect, kind=kind, value=value, tip=tip or text))
        x += width + 8
    build.y += _BUTTON
