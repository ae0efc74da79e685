"""Cuts Markdown into the parts that are laid out apart: prose, code and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_TABLE_RULE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]")


class SegmentKind(StrEnum):
    """How a part is laid out."""

    PROSE = "prose"
    CODE = "code"
    TABLE = "table"


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A part of a text; for code `text` is what stands in the fence and `info` its language."""

    kind: SegmentKind
    text: str
    info: str = ""


def segments(text: str) -> tuple[Segment, ...]:
    """The parts of a text in order; a fence that is still open runs to the end.

    Only fences and tables at the left edge are cut out: within lists and quotes they stay where
    their indentation means something. Headings begin a new part, so that a long answer that is
    still being written is laid out again from its last heading only.
    """
    splitter = _Splitter()
    for line in text.split("\n"):
        splitter.take(line)
    return splitter.done()


class _Splitter:
    def __init__(self) -> None:
        self._found: list[Segment] = []
        self._lines: list[str] = []
        self._kind = SegmentKind.PROSE
        self._fence = ""
        self._info = ""

    def take(self, line: str) -> None:
        if self._kind is SegmentKind.CODE:
            self._take_code(line)
        elif fence := _FENCE.match(line):
            self._begin(SegmentKind.CODE)
            self._fence = fence[1]
            self._info = fence[2].strip()
        elif self._kind is SegmentKind.TABLE:
            self._take_table(line)
        else:
            self._take_prose(line)

    def done(self) -> tuple[Segment, ...]:
        self._begin(SegmentKind.PROSE)
        return tuple(self._found)

    def _take_code(self, line: str) -> None:
        closing = line.strip()
        if closing.startswith(self._fence) and not closing.strip(self._fence[0]):
            self._begin(SegmentKind.PROSE)
        else:
            self._lines.append(line)

    def _take_table(self, line: str) -> None:
        if "|" not in line:
            self._begin(SegmentKind.PROSE)
        self._lines.append(line)

    def _take_prose(self, line: str) -> None:
        head = self._lines[-1] if self._lines else ""
        if _TABLE_RULE.match(line) and "|" in head and not head.startswith("    "):
            self._lines.pop()
            self._begin(SegmentKind.TABLE)
            self._lines.append(head)
        elif _HEADING.match(line) and self._lines:
            self._begin(SegmentKind.PROSE)
        self._lines.append(line)

    def _begin(self, kind: SegmentKind) -> None:
        text = "\n".join(self._lines)
        if self._kind is SegmentKind.CODE or text.strip():
            text = text if self._kind is SegmentKind.CODE else text.strip("\n")
            self._found.append(Segment(kind=self._kind, text=text, info=self._info))
        self._lines = []
        self._kind = kind
        self._info = ""
