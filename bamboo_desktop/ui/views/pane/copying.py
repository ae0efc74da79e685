"""Selected rows as text: plain as it is seen, or Markdown as it was written."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor

from bamboo_desktop.domain.transcript import EntryKind, ToolCallView, TranscriptEntry
from bamboo_desktop.ui.models.transcript import PaneRow
from bamboo_desktop.ui.models.transcript_live import TailKind, TailRow
from bamboo_desktop.ui.models.transcript_words import outcome_words
from bamboo_desktop.ui.views.pane.documents import source_plain
from bamboo_desktop.ui.views.pane.markdown import SegmentKind, segments
from bamboo_desktop.ui.views.pane.row_layout import RowLayout
from bamboo_desktop.ui.views.pane.selection import RowRange

BETWEEN_ROWS = "\n\n"
_BREAKS = {0x2029: "\n", 0x2028: "\n", 0xFDD0: "\n", 0xFDD1: None, 0xFFFC: None}


def part_of(layout: RowLayout, chosen: RowRange, *, as_markdown: bool) -> str:
    """The selected part of a row that is laid out."""
    pieces: list[str] = []
    for block in layout.blocks:
        start = max(chosen.start - block.start, 0)
        end = min(chosen.end - block.start, block.length)
        if start < end:
            cursor = QTextCursor(block.document)
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            pieces.append(_text(cursor, as_markdown=as_markdown))
    return "\n".join(pieces)


def _text(cursor: QTextCursor, *, as_markdown: bool) -> str:
    if as_markdown:
        return cursor.selection().toMarkdown().strip("\n")
    return cursor.selectedText().translate(_BREAKS)


def whole(row: PaneRow, *, as_markdown: bool, is_open: bool = False) -> str:
    """A row taken whole by a selection; empty for rows that say nothing."""
    if isinstance(row, TailRow):
        if row.kind is TailKind.WORKING:
            return ""
        return row.text if as_markdown else plain_of(row.text)
    if row.kind is EntryKind.ASSISTANT:
        return row.text if as_markdown else plain_of(row.text)
    if row.kind is EntryKind.THINKING:
        return row.text if is_open else ""
    return _happening(row, as_markdown=as_markdown)


def _happening(row: TranscriptEntry, *, as_markdown: bool) -> str:
    if row.call is not None:
        return _call_line(row, as_markdown=as_markdown)
    if row.question is not None:
        return _question(row)
    return "" if row.run_end is not None else row.text


def entry_text(row: PaneRow) -> str:
    """Everything a row stands for, folded or not: what Copy whole entry takes."""
    if isinstance(row, TailRow) or (row.call is None and row.question is None):
        return row.text
    if row.call is None:
        return _question(row)
    return call_text(row.call)


def call_text(call: ToolCallView) -> str:
    """A call with all that belongs to it."""
    parts = [f"{call.tool} {call.headline}".rstrip(), call.arguments, call.diff, call.content]
    return BETWEEN_ROWS.join(part for part in parts if part)


def plain_of(markdown: str) -> str:
    """A Markdown text as it reads when it is laid out."""
    return "\n".join(
        part.text if part.kind is SegmentKind.CODE else source_plain(part.text).translate(_BREAKS)
        for part in segments(markdown)
    )


def _call_line(entry: TranscriptEntry, *, as_markdown: bool) -> str:
    call = entry.call
    assert call is not None
    line = f"{call.tool} {call.headline}".rstrip()
    return f"- `{line}` ({outcome_words(call)})" if as_markdown else line


def _question(entry: TranscriptEntry) -> str:
    record = entry.question
    assert record is not None
    asked = record.question
    lines = [asked.title] if asked.title else []
    lines += [item.prompt for item in asked.items if item.prompt != asked.title]
    return "\n".join(lines)
