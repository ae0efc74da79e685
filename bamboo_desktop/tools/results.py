"""Results of calls, with the one place that cuts what is too long for a model."""

from __future__ import annotations

import difflib

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.tool import ToolResult

CONTENT_CAP = 256 * 1024
_KEPT_HEAD = 160 * 1024
_KEPT_TAIL = 64 * 1024
DIFF_CAP = 128 * 1024
_DIFFABLE_LINES = 20_000


def succeeded(content: str, *, diff: str = "", files: tuple[str, ...] = ()) -> ToolResult:
    """A call that did what it was asked."""
    return _result(ToolOutcome.OK, content, diff, files)


def failed(content: str, *, diff: str = "", files: tuple[str, ...] = ()) -> ToolResult:
    """A call that could not do it; the content says why and what to try."""
    return _result(ToolOutcome.ERROR, content, diff, files)


def cancelled(content: str) -> ToolResult:
    """A call that was stopped before its end."""
    return _result(ToolOutcome.CANCELLED, content, "", ())


def _result(outcome: ToolOutcome, content: str, diff: str, files: tuple[str, ...]) -> ToolResult:
    return ToolResult(
        outcome=outcome,
        content=capped(clean_text(content)),
        diff=clean_text(diff),
        files=tuple(clean_text(file) for file in files),
    )


def capped(content: str) -> str:
    """At most 256 KiB of UTF-8: the first 160 and the last 64, with a mark between them."""
    raw = content.encode("utf-8", "replace")
    if len(raw) <= CONTENT_CAP:
        return content
    dropped = len(raw) - _KEPT_HEAD - _KEPT_TAIL
    head = raw[:_KEPT_HEAD].decode("utf-8", "ignore")
    tail = raw[-_KEPT_TAIL:].decode("utf-8", "ignore")
    return f"{head}\n[\u2026 {dropped} bytes left out here \u2026]\n{tail}"


def unified_diff(before: str, after: str, path: str) -> str:
    """What changes between two texts of a file, as a unified diff of at most 128 KiB."""
    old, new = lines_of(before), lines_of(after)
    if len(old) + len(new) > _DIFFABLE_LINES:
        return f"--- a{path}\n+++ b{path}\n@@ {len(old)} lines become {len(new)} lines @@\n"
    lines = difflib.unified_diff(old, new, f"a{path}", f"b{path}")
    text = "".join(_ended(line) for line in lines)
    if len(text) <= DIFF_CAP:
        return text
    return text[: text.rfind("\n", 0, DIFF_CAP) + 1] + "\\ The rest of the diff is left out.\n"


def lines_of(text: str) -> list[str]:
    """The lines with their line feeds; nothing else breaks a line."""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
