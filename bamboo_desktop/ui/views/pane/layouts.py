"""Layouts of rows, made when a row is first seen and kept while it may be seen again."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from bamboo_desktop.domain.transcript import EntryKind, ToolCallView, TranscriptEntry
from bamboo_desktop.ui.models.transcript import PaneRow, TranscriptModel
from bamboo_desktop.ui.models.transcript_end import EndMark
from bamboo_desktop.ui.models.transcript_live import TailKind, TailRow
from bamboo_desktop.ui.models.transcript_words import duration_words
from bamboo_desktop.ui.views.pane import mark_rows, message_rows, question_rows, tool_rows
from bamboo_desktop.ui.views.pane.build import Build, Documents, words
from bamboo_desktop.ui.views.pane.row_layout import RowLayout, first_difference
from bamboo_desktop.ui.views.pane.style import PaneStyle

KEPT_ROWS = 240
RENDER_SECONDS = 0.2
"""Text that is being written is laid out as Markdown at most this often, and plainly between."""

RowKey = tuple[str, int]


@dataclass(kw_only=True, slots=True)
class _Kept:
    layout: RowLayout
    row: PaneRow | None
    output: str
    made_at: float
    cost: float
    mark: EndMark
    is_rough: bool = False
    fresh: float = 0.0
    copies: list[str] = field(default_factory=list)


def key_of(row: PaneRow | None, number: int) -> RowKey:
    """What stays the same of a row while it lives."""
    return ("live", row.key) if isinstance(row, TailRow) else ("row", number)


class RowLayouts:
    """Gives the layout of a row at the present width, and knows which rows are opened."""

    def __init__(self, model: TranscriptModel, style: PaneStyle) -> None:
        self._model = model
        self._style = style
        self._documents = Documents()
        self._kept: OrderedDict[RowKey, _Kept] = OrderedDict()
        self._width = 400.0
        self._open: set[RowKey] = set()
        self._shows_all: set[RowKey] = set()
        self._whole: dict[RowKey, ToolCallView] = {}

    @property
    def style(self) -> PaneStyle:
        """The look in force."""
        return self._style

    @property
    def width(self) -> float:
        """The width rows are laid out at."""
        return self._width

    def restyle(self, style: PaneStyle) -> None:
        """Lay everything out anew in another look."""
        self._style = style
        self._documents.clear()
        self._kept.clear()

    def set_width(self, width: float) -> bool:
        """Lay everything out at another width; False when it is the present one."""
        if round(width) == round(self._width):
            return False
        self._width = width
        self._kept.clear()
        return True

    def forget(self) -> None:
        """Another session is shown: its rows are other rows."""
        self._kept.clear()
        self._open.clear()
        self._shows_all.clear()
        self._whole.clear()

    def is_open(self, number: int) -> bool:
        """True when the row was opened in place."""
        return key_of(self._model.row(number), number) in self._open

    def set_open(self, number: int, *, is_open: bool) -> None:
        """Open a row in place or fold it."""
        key = key_of(self._model.row(number), number)
        (self._open.add if is_open else self._open.discard)(key)
        self._kept.pop(key, None)

    def show_all(self, number: int, whole: ToolCallView | None = None) -> None:
        """Show a long row in full; for a call, as it was fetched."""
        key = key_of(self._model.row(number), number)
        self._shows_all.add(key)
        if whole is not None:
            self._whole[key] = whole
        self._kept.pop(key, None)

    def copied(self, number: int, place: str) -> str:
        """The source of a framed part of a row."""
        kept = self._kept.get(key_of(self._model.row(number), number))
        return kept.copies[int(place)] if kept is not None and place.isdigit() else ""

    def of(self, number: int) -> RowLayout:
        """The layout of a row as it is now."""
        row = self._model.row(number)
        key = key_of(row, number)
        kept = self._kept.get(key)
        output = self._output(row)
        mark = self._model.mark_of(number)
        if kept is not None and kept.output == output and kept.mark is mark:
            if kept.row is row or kept.row == row:
                self._kept.move_to_end(key)
                return kept.layout
            if isinstance(row, TailRow) and self._append(kept, row):
                return kept.layout
        return self._make(key, row, output, mark)

    @property
    def is_rough(self) -> bool:
        """True while words stand plainly at the end of text that is Markdown."""
        return any(kept.is_rough for kept in self._live())

    def finish(self) -> None:
        """Give up rough layouts: the rows are laid out properly when next asked for."""
        for kept in self._live():
            if kept.is_rough:
                kept.row, kept.is_rough = None, False

    def take_fresh(self, number: int) -> float:
        """From which height on a row looks new since this was asked; infinite when nowhere."""
        kept = self._kept[key_of(self._model.row(number), number)]
        fresh, kept.fresh = kept.fresh, math.inf
        return fresh

    def _live(self) -> list[_Kept]:
        found = (self._kept.get(("live", tail.key)) for tail in self._model.tail)
        return [kept for kept in found if kept is not None]

    def _output(self, row: PaneRow | None) -> str:
        if isinstance(row, TranscriptEntry) and row.call is not None and row.call.outcome is None:
            return self._model.output(row.call.call_id)
        return ""

    def _thought(self, row: PaneRow | None) -> float | None:
        if not isinstance(row, TranscriptEntry) or row.message_id is None:
            return None
        return self._model.thoughts.get(row.message_id)

    def _append(self, kept: _Kept, row: TailRow) -> bool:
        """Put new words plainly at the end of text whose last layout is young."""
        before = kept.row
        if not isinstance(before, TailRow) or row.kind is not TailKind.TEXT:
            return False
        is_old = time.monotonic() - kept.made_at > max(RENDER_SECONDS, kept.cost * 8)
        if is_old or not kept.layout.blocks or len(row.text) < len(before.text):
            return False
        # A space at the end of Markdown is not in its document: it belongs before the next word.
        known = len(before.text if kept.is_rough else before.text.rstrip(" "))
        kept.fresh = min(kept.fresh, kept.layout.append(row.text[known:]))
        kept.row = row
        kept.is_rough = True
        return True

    def _make(self, key: RowKey, row: PaneRow | None, output: str, mark: EndMark) -> RowLayout:
        started = time.monotonic()
        build = Build(
            style=self._style,
            kept=self._documents,
            layout=RowLayout(width=self._width),
            is_open=key in self._open,
            shows_all=key in self._shows_all,
            mark=mark,
            output=output,
            thought_seconds=self._thought(row),
            whole_call=self._whole.get(key),
        )
        _fill(build, row)
        layout = build.done(0)
        now = time.monotonic()
        known = self._kept.get(key)
        fresh = min(known.fresh, first_difference(known.layout, layout)) if known else 0.0
        self._kept[key] = _Kept(
            layout=layout,
            fresh=fresh,
            row=row,
            output=output,
            made_at=now,
            cost=now - started,
            mark=mark,
            copies=build.copies,
        )
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT_ROWS:
            self._kept.popitem(last=False)
        return layout


def _fill(build: Build, row: PaneRow | None) -> None:
    if isinstance(row, TailRow):
        _fill_tail(build, row)
    elif row is None:
        mark_rows.blank(build)
    elif row.call is not None:
        tool_rows.tool_call(build, row.call)
    elif row.question is not None:
        question_rows.question(build, row.question)
    elif row.run_end is not None:
        mark_rows.run_end(build, row, row.run_end)
    else:
        _fill_said(build, row)


def _fill_said(build: Build, entry: TranscriptEntry) -> None:
    if entry.kind is EntryKind.USER:
        message_rows.person(build, entry)
    elif entry.kind is EntryKind.ASSISTANT:
        message_rows.answer(build, entry.text)
        if entry.is_partial:
            message_rows.partial_note(build)
    elif entry.kind is EntryKind.THINKING:
        message_rows.thinking(build, entry.text, _thought_title(build, entry))
    else:
        message_rows.note(build, entry)


def _thought_title(build: Build, entry: TranscriptEntry) -> str:
    if build.thought_seconds is not None:
        took = duration_words(max(round(build.thought_seconds), 1) * 1_000)
        return words("thought for {0}").format(took.replace(".0 ", " "))
    return words("thought, {0} words").format(len(entry.text.split()))


def _fill_tail(build: Build, row: TailRow) -> None:
    if row.kind is TailKind.TEXT:
        message_rows.answer(build, row.text, is_written=False)
    elif row.kind is TailKind.THINKING:
        message_rows.thinking(build, row.text, words("thinking\u2026"))
    elif row.kind is TailKind.RETRY:
        mark_rows.retry(build, row)
    else:
        mark_rows.working(build, row)
