"""Rows of what was said: the person's messages, the agent's answers and thinking, notes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from bamboo_desktop.domain.transcript import TranscriptEntry
from bamboo_desktop.ui.formats import clock_time, exact
from bamboo_desktop.ui.theme_tokens import RADIUS_CARD, ColorRole, FontRole
from bamboo_desktop.ui.views.pane import documents
from bamboo_desktop.ui.views.pane.build import (
    LONGEST_OPENED,
    LONGEST_SHOWN,
    Build,
    made,
    words,
)
from bamboo_desktop.ui.views.pane.markdown import SegmentKind, segments
from bamboo_desktop.ui.views.pane.row_layout import Chevron, Hot, HotKind, Label, Shape
from bamboo_desktop.ui.views.pane.style import EDGE, MARGIN, ROW_GAP

_PART_GAP = 8


def person(build: Build, entry: TranscriptEntry) -> None:
    """A message of the person: exactly as written, on a tint."""
    style = build.style
    build.y = ROW_GAP + 2
    top = build.y
    build.y += 8
    line = style.line(FontRole.CAPTION)
    head = QRectF(EDGE, build.y, build.measure, line)
    build.layout.labels.append(
        Label(rect=head, text=words("You"), color=ColorRole.ACCENT, is_strong=True)
    )
    time = QRectF(EDGE, build.y, build.measure, line)
    build.layout.labels.append(
        Label(
            rect=time,
            text=clock_time(entry.at),
            align=Qt.AlignmentFlag.AlignRight,
            tip=exact(entry.at),
        )
    )
    build.y += line + 3
    shown = _cut(build, entry.text)
    build.text(documents.plain(shown, style))
    _offer_rest(build, entry.text, shown)
    build.y += 10
    frame = QRectF(MARGIN, top, build.measure + 2 * (EDGE - MARGIN), build.y - top)
    build.layout.shapes.insert(0, Shape(rect=frame, fill=ColorRole.ACCENT_TINT, radius=RADIUS_CARD))
    build.y += ROW_GAP


def answer(build: Build, text: str, *, is_written: bool = True) -> None:
    """Text of the agent as Markdown; the last part of one that is still written is not kept."""
    style = build.style
    build.y = ROW_GAP
    shown = _cut(build, text)
    parts = segments(shown)
    for number, part in enumerate(parts):
        if number:
            build.y += _PART_GAP
        width = build.measure if part.kind is SegmentKind.PROSE else build.full
        is_last = number == len(parts) - 1
        document = (
            made(part, style) if is_last and not is_written else build.kept.of(part, width, style)
        )
        if part.kind is SegmentKind.CODE:
            build.code(document, caption=part.info or words("code"), source=part.text)
        else:
            build.text(document, width=width)
    _offer_rest(build, text, shown)
    build.y += ROW_GAP


def partial_note(build: Build) -> None:
    """Says that a stored answer was cut short."""
    build.label(words("cut short: the run ended here"), color=ColorRole.TROUBLE)
    build.y += ROW_GAP


def thinking(build: Build, text: str, title: str) -> None:
    """Visible thinking: one line that opens in place."""
    style = build.style
    build.y = 4
    line = max(style.line(FontRole.BODY), 20)
    head = QRectF(EDGE, build.y, build.measure, line)
    build.layout.chevrons.append(
        Chevron(rect=QRectF(EDGE, build.y + (line - 10) / 2, 10, 10), is_open=build.is_open)
    )
    build.layout.labels.append(
        Label(
            rect=head.adjusted(18, 0, 0, 0),
            text=title,
            font=FontRole.BODY,
            color=ColorRole.FAINT,
        )
    )
    tip = words("Fold the thinking") if build.is_open else words("Show the thinking")
    build.layout.hots.append(Hot(rect=head, kind=HotKind.TOGGLE, tip=tip))
    build.y += line + 2
    if build.is_open:
        shown = _cut(build, text)
        document = documents.markdown(shown, style)
        build.text(document, x=EDGE + 18, width=build.measure - 18, color=ColorRole.SOFT)
        _offer_rest(build, text, shown)
    build.y += 4


def note(build: Build, entry: TranscriptEntry) -> None:
    """A remark of the program."""
    style = build.style
    build.y = ROW_GAP
    top = build.y
    build.y += 6
    width = build.measure
    build.text(documents.plain(entry.text, style), width=width, color=ColorRole.INFO)
    build.y += 6
    frame = QRectF(MARGIN, top, width + 2 * (EDGE - MARGIN), build.y - top)
    build.layout.shapes.append(Shape(rect=frame, fill=ColorRole.INFO_TINT, radius=RADIUS_CARD))
    build.y += ROW_GAP


def _cut(build: Build, text: str) -> str:
    limit = LONGEST_OPENED if build.shows_all else LONGEST_SHOWN
    return text if len(text) <= limit else text[:limit]


def _offer_rest(build: Build, text: str, shown: str) -> None:
    if len(shown) == len(text):
        return
    line = build.style.line(FontRole.CAPTION)
    build.y += 6
    rect = QRectF(EDGE, build.y, build.measure, line)
    if build.shows_all:
        build.label(words("Too long to show in full; Copy whole entry takes all of it."))
        return
    build.link(words("Show all ({0} characters)").format(f"{len(text):,}"), rect, HotKind.SHOW_ALL)
    build.y += line
