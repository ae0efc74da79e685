"""Replacing parts of a text, with errors that tell the model what to do next."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from bamboo_desktop.tools.port import ToolArgumentError, ToolCallError

_SEARCH = re.compile(r"<{5,9} SEARCH.*")
_DIVIDER = re.compile(r"={5,9}[ \t]*")
_REPLACE = re.compile(r">{5,9} REPLACE.*")
_SHOWN_PLACES = 5
_COMPARED_LINES = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Replacement:
    """One old text and what takes its place."""

    old: str
    new: str
    is_everywhere: bool = False


def parse_patch(patch: str) -> tuple[Replacement, ...]:
    """The search/replace blocks of a patch, in order.

    Raises:
        ToolArgumentError: there is none, or text stands between them that belongs to none.
    """
    blocks, strays = _split(patch.replace("\r\n", "\n").split("\n"))
    rest = "\n".join(strays).strip()
    if not blocks or rest:
        raise ToolArgumentError(
            "`patch` must be one or more blocks of these lines: '<<<<<<< SEARCH', the old text, "
            "'=======', the new text, '>>>>>>> REPLACE', and nothing else."
            + (f" This belongs to no block: {rest[:200]!r}" if rest and blocks else "")
        )
    return blocks


def _split(lines: list[str]) -> tuple[tuple[Replacement, ...], list[str]]:
    """The blocks, and the lines that belong to none.

    Line by line: a model that repeats itself sends thousands of beginnings without an end, over
    which one expression for a whole block would ponder for hours.
    """
    blocks: list[Replacement] = []
    strays: list[str] = []
    texts: list[list[str]] = []
    for line in lines:
        if not texts:
            if _SEARCH.fullmatch(line):
                texts = [[]]
            else:
                strays.append(line)
        elif len(texts) == 1 and _DIVIDER.fullmatch(line):
            texts.append([])
        elif len(texts) == 2 and _REPLACE.fullmatch(line):
            old, new = ("\n".join(text) for text in texts)
            blocks.append(Replacement(old=old, new=new))
            texts = []
        else:
            texts[-1].append(line)
    if texts:
        strays += ["<<<<<<< SEARCH", *texts[0]]
    return tuple(blocks), strays


def apply(text: str, replacements: tuple[Replacement, ...]) -> str:
    """The text with all replacements made, one after the other.

    Raises:
        ToolCallError: an old text is missing, ambiguous, or equal to the new one.
    """
    for index, replacement in enumerate(replacements, start=1):
        label = f"Block {index}: " if len(replacements) > 1 else ""
        text = _applied(text, replacement, label)
    return text


def _applied(text: str, replacement: Replacement, label: str) -> str:
    old, new = replacement.old, replacement.new
    if not old:
        raise ToolCallError(f"{label}The old text is empty; to write a whole file use Write.")
    if old == new:
        raise ToolCallError(f"{label}The old and the new text are the same; nothing to change.")
    count = text.count(old)
    if count == 0:
        raise ToolCallError(f"{label}The old text is not in the file. {_hint(text, old)}".strip())
    if count > 1 and not replacement.is_everywhere:
        raise ToolCallError(
            f"{label}The old text is in the file {count} times ({_lines_with(text, old)}). Add "
            "lines around it until it is unique, or set replace_all."
        )
    return text.replace(old, new)


def _lines_with(text: str, old: str) -> str:
    numbers: list[int] = []
    at = text.find(old)
    while at >= 0 and len(numbers) < _SHOWN_PLACES:
        numbers.append(text.count("\n", 0, at) + 1)
        at = text.find(old, at + len(old))
    return "lines " + ", ".join(map(str, numbers)) + (", \u2026" if at >= 0 else "")


def _hint(text: str, old: str) -> str:
    lines, wanted = text.split("\n"), old.strip("\n").split("\n")
    if len(lines) > _COMPARED_LINES:
        return "Read the part you want to change again and copy it exactly."
    squeezed = [" ".join(line.split()) for line in lines]
    pattern = [" ".join(line.split()) for line in wanted]
    for start in range(len(lines) - len(wanted) + 1):
        if squeezed[start : start + len(wanted)] == pattern:
            return (
                f"Lines {start + 1} to {start + len(wanted)} differ from it only in blanks; they "
                "are:\n" + "\n".join(lines[start : start + len(wanted)])
            )
    return _nearest(lines, wanted)


def _nearest(lines: list[str], wanted: list[str]) -> str:
    first = max(wanted, key=len)
    found = difflib.get_close_matches(first, lines, n=1, cutoff=0.7)
    if not found:
        return "Read the file again and copy the text exactly, without the line numbers."
    return f"The nearest is line {lines.index(found[0]) + 1}:\n{found[0][:500]}"
