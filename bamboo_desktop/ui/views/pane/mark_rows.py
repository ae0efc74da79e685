"""Rows between the lines: the hairline after a run, the sign of life of a live one, blanks."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from bamboo_desktop.domain.transcript import RunEndView, TranscriptEntry
from bamboo_desktop.ui.formats import clock_time, exact, money, tokens, usage_details
from bamboo_desktop.ui.glyphs import GlyphState, glyph_of, glyph_role
from bamboo_desktop.ui.models.session_words import status_word
from bamboo_desktop.ui.models.transcript_end import EndMark
from bamboo_desktop.ui.models.transcript_live import TailRow
from bamboo_desktop.ui.models.transcript_words import duration_words, past_words
from bamboo_desktop.ui.theme_tokens import RADIUS_CARD, RADIUS_CONTROL, ColorRole, FontRole
from bamboo_desktop.ui.views.pane import documents
from bamboo_desktop.ui.views.pane.build import Build, words
from bamboo_desktop.ui.views.pane.row_layout import Glyph, Hot, HotKind, Label, Shape
from bamboo_desktop.ui.views.pane.style import EDGE, MARGIN

_LINE = 24


def run_end(build: Build, entry: TranscriptEntry, end: RunEndView) -> None:
    """The hairline between runs, with what the run took and, where it helps, Continue."""
    build.y = 6
    _figures(build, entry, end)
    build.y += _LINE
    if end.error:
        _error(build, end.error)
    if build.mark is EndMark.CONTINUABLE:
        _offer(build)
    build.y += 10


def _figures(build: Build, entry: TranscriptEntry, end: RunEndView) -> None:
    metrics = build.style.metrics(FontRole.CAPTION)
    usage = end.usage
    parts = [clock_time(entry.at), duration_words(end.duration_ms)]
    if usage.total_tokens:
        parts.append(words("{0} tokens").format(tokens(usage.total_tokens)))
    parts.append(money(usage.cost_micros) if usage.total_tokens else "")
    state = glyph_of(end.status)
    # Loud only while it waits: an end from which the session went on long ago is history.
    is_past = end.status.is_waiting and build.mark is not EndMark.WAITING
    state = GlyphState.PAUSED if is_past else state
    is_plain = is_past or state is GlyphState.DONE
    said = past_words(end.status) if is_past else status_word(end.status)
    text = "  \u00b7  ".join(part for part in [said, *parts] if part)
    width = min(metrics.horizontalAdvance(text) + 6, build.full - 20)
    middle = build.y + _LINE / 2
    build.layout.glyphs.append(
        Glyph(
            rect=QRectF(EDGE, middle - 6, 12, 12),
            state=state,
            color=ColorRole.FAINT if is_past else None,
        )
    )
    tip = f"{text}\n{exact(entry.at)}\n{usage_details(usage)}"
    build.layout.labels.append(
        Label(
            rect=QRectF(EDGE + 20, build.y, width, _LINE),
            text=text,
            color=ColorRole.FAINT if is_plain else glyph_role(state),
            tip=tip,
        )
    )
    left = EDGE + 20 + width + 10
    line = QRectF(left, middle, max(EDGE + build.full - left, 0), 1)
    build.layout.shapes.append(Shape(rect=line, fill=ColorRole.LINE))


def _error(build: Build, error: str) -> None:
    top = build.y + 2
    build.y = top + 8
    document = documents.plain(error, build.style)
    build.text(document, color=ColorRole.TROUBLE)
    build.y += 8
    frame = QRectF(MARGIN, top, build.measure + 2 * (EDGE - MARGIN), build.y - top)
    shape = Shape(rect=frame, fill=ColorRole.TROUBLE_TINT, radius=RADIUS_CARD)
    build.layout.shapes.append(shape)


def _offer(build: Build) -> None:
    build.y += 8
    text = words("Continue")
    width = build.style.metrics(FontRole.BODY).horizontalAdvance(text) + 28
    rect = QRectF(EDGE, build.y, width, 28)
    build.layout.shapes.append(
        Shape(rect=rect, fill=ColorRole.SURFACE, border=ColorRole.ACCENT, radius=RADIUS_CONTROL)
    )
    build.layout.labels.append(
        Label(
            rect=rect,
            text=text,
            font=FontRole.BODY,
            color=ColorRole.ACCENT,
            align=Qt.AlignmentFlag.AlignHCenter,
        )
    )
    tip = words("Take the run up again where it ended")
    build.layout.hots.append(Hot(rect=rect, kind=HotKind.CONTINUE, tip=tip))
    build.y += 28


def working(build: Build, row: TailRow) -> None:
    """The sign that a run is live."""
    build.y = 6
    glyph = QRectF(EDGE + 1, build.y + (_LINE - 13) / 2, 13, 13)
    build.layout.glyphs.append(Glyph(rect=glyph, state=GlyphState.RUNNING))
    text = words("stopping\u2026") if row.is_stopping else words("working\u2026")
    rect = QRectF(EDGE + 24, build.y, build.measure - 24, _LINE)
    tip = words("Running since {0}").format(exact(row.at))
    build.layout.labels.append(Label(rect=rect, text=text, tip=tip))
    build.y += _LINE + 10


def retry(build: Build, row: TailRow) -> None:
    """A model call failed and is tried again."""
    build.y = 4
    glyph = QRectF(EDGE + 1, build.y + 4, 13, 13)
    build.layout.glyphs.append(Glyph(rect=glyph, state=GlyphState.PAUSED))
    document = documents.plain(row.text, build.style, FontRole.CAPTION)
    build.text(document, x=EDGE + 24, width=build.measure - 24, color=ColorRole.INFO)
    build.y += 6


def blank(build: Build) -> None:
    """A row whose entry is still being read."""
    build.y = 12
    rect = QRectF(EDGE, build.y, build.measure * 0.6, 8)
    build.layout.shapes.append(Shape(rect=rect, fill=ColorRole.RAISED, radius=4))
    build.y += 8 + 12
