"""Finds files and text beneath one open folder, as a program of its own.

Run as `python -I -S searcher.py`, standard library only. The folder is handed over as an open
descriptor, so what is searched is what was judged. A regular expression can run for ever while
holding the interpreter: here that stops nobody, and the caller's kill or the alarm ends it.

The request is one JSON object on standard input, the answer one on standard output.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import signal
import stat
import sys
import time
from collections.abc import Iterator
from typing import Any

SKIPPED = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".tox", ".mypy_cache"}
    | {".ruff_cache", ".pytest_cache", ".cache"}
)
_LARGEST = 16 * 1024 * 1024
_LONGEST_LINE = 500
_LOOKED_AT = 8192
_MOST_PATTERNS = 64
_ROOM = 200 * 1024


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    signal.alarm(int(request["seconds"]) + 5)
    search = Search(request)
    answer = search.glob() if request["op"] == "glob" else search.grep()
    json.dump({**answer, "is_cut": search.is_cut, "is_late": search.is_late}, sys.stdout)


class Pattern:
    """A glob with `*`, `?`, `[...]`, `{a,b}` and `**`, matched name by name down the tree."""

    def __init__(self, pattern: str, *, is_anywhere: bool) -> None:
        self._rows = [
            tuple(part for part in one.split("/") if part not in ("", "."))
            for one in expanded(pattern)
        ]
        if is_anywhere:
            self._rows = [row if len(row) > 1 else ("**", *row) for row in self._rows]

    def start(self) -> frozenset[tuple[int, int]]:
        """The state at the top folder."""
        return self._closed({(index, 0) for index in range(len(self._rows))})

    def step(self, state: frozenset[tuple[int, int]], name: str) -> frozenset[tuple[int, int]]:
        """The state one name further down; empty when nothing below can match."""
        found = set()
        for row, at in state:
            if at >= len(self._rows[row]):
                continue
            part = self._rows[row][at]
            if part == "**":
                found.add((row, at))
            elif fnmatch.fnmatchcase(name, part):
                found.add((row, at + 1))
        return self._closed(found)

    def is_match(self, state: frozenset[tuple[int, int]]) -> bool:
        """True when the names so far are a whole match."""
        return any(at >= len(self._rows[row]) for row, at in state)

    def _closed(self, state: set[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        found = set(state)
        for row, start in state:
            parts, at = self._rows[row], start
            while at < len(parts) and parts[at] == "**":
                at += 1
                found.add((row, at))
        return frozenset(found)


class Search:
    """One search with its limits."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._request = request
        self._deadline = time.monotonic() + request["seconds"]
        self._hidden = {tuple(one) for one in request["protected"]}
        self._pattern = Pattern(request["glob"], is_anywhere=request["op"] == "grep")
        self._limit: int = request["limit"]
        self.is_cut = False
        self.is_late = False

    def glob(self) -> dict[str, Any]:
        """All matching names, folders with a slash at the end."""
        names: list[str] = []
        for path, is_folder, _ in self._walk():
            names.append(path + "/" if is_folder else path)
            if len(names) > self._limit * 20:
                self.is_cut = True
                break
        names.sort()
        self.is_cut = self.is_cut or len(names) > self._limit
        return {"total": len(names), "lines": names[: self._limit]}

    def grep(self) -> dict[str, Any]:
        """Matching lines, files or counts."""
        flags = re.MULTILINE | (re.IGNORECASE if self._request["ignore_case"] else 0)
        if self._request["multiline"]:
            flags |= re.DOTALL
        regex = re.compile(self._request["regex"], flags)
        lines: list[str] = []
        size = total = skipped = 0
        for path, text in self._texts():
            if text is None:
                skipped += 1
                continue
            found = self._hits(regex, text)
            if not found:
                continue
            total += len(found)
            fresh = self._rows(path, text, found)
            lines += fresh
            size += sum(map(len, fresh))
            if len(lines) > self._limit or size > _ROOM:
                self.is_cut = True
                break
        return {"total": total, "lines": lines[: self._limit], "skipped": skipped}

    def _texts(self) -> Iterator[tuple[str, str | None]]:
        if self._request["is_file"]:
            yield self._request["name"], _text_of(self._request["descriptor"], self._hidden)
            return
        endings = tuple(self._request["endings"])
        for path, is_folder, folder in self._walk():
            if is_folder or (endings and not path.endswith(endings)):
                continue
            name = path.rpartition("/")[2]
            try:
                opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            except OSError:
                continue
            try:
                yield path, _text_of(opened, self._hidden)
            finally:
                os.close(opened)

    def _walk(self) -> Iterator[tuple[str, bool, int]]:
        states = {".": self._pattern.start()}
        top = self._request["descriptor"]
        for folder, names, files, opened in os.fwalk(".", dir_fd=top, follow_symlinks=False):
            state = states.pop(folder)
            found = os.fstat(opened)
            if (found.st_dev, found.st_ino) in self._hidden:
                names.clear()
                continue
            entries = [(name, True) for name in names] + [(name, False) for name in files]
            names.clear()
            for name, is_folder in sorted(entries):
                if time.monotonic() > self._deadline:
                    self.is_late = True
                    return
                below = self._pattern.step(state, name)
                path = os.path.normpath(f"{folder}/{name}")
                if self._pattern.is_match(below):
                    yield path, is_folder, opened
                if is_folder and below and (self._request["all"] or name not in SKIPPED):
                    states[f"{folder}/{name}"] = below
                    names.append(name)

    def _hits(self, regex: re.Pattern[str], text: str) -> list[tuple[int, int]]:
        """First and last line of each match."""
        if self._request["multiline"]:
            return [_span(text, one) for one in regex.finditer(text)]
        if _is_line_wise(regex.pattern) and regex.search(text) is None:
            return []
        lines = enumerate(text.split("\n"))
        return [(number, number) for number, line in lines if regex.search(line)]

    def _rows(self, path: str, text: str, found: list[tuple[int, int]]) -> list[str]:
        mode = self._request["mode"]
        if mode == "files":
            return [path]
        if mode == "count":
            return [f"{path}:{len(found)}"]
        lines = text.split("\n")
        matched = {line for first, last in found for line in range(first, last + 1)}
        shown: set[int] = set()
        for first, last in found:
            start = max(0, first - self._request["before"])
            shown.update(range(start, min(len(lines), last + self._request["after"] + 1)))
        rows, before, has_context = [], None, self._request["before"] or self._request["after"]
        for number in sorted(shown):
            if has_context and before is not None and number > before + 1:
                rows.append("--")
            mark = ":" if number in matched else "-"
            rows.append(f"{path}{mark}{number + 1}{mark}{_cut(lines[number])}")
            before = number
        return rows


def expanded(pattern: str) -> list[str]:
    """A pattern with braces as the patterns without that it stands for."""
    found = [pattern]
    while len(found) < _MOST_PATTERNS:
        brace = next((match for one in found if (match := re.search(r"\{([^{}]*)\}", one))), None)
        if brace is None:
            break
        one = brace.string
        found.remove(one)
        for choice in brace[1].split(","):
            found.append(one[: brace.start()] + choice + one[brace.end() :])
    return found


def _text_of(opened: int, hidden: set[tuple[int, ...]]) -> str | None:
    found = os.fstat(opened)
    if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
        return None
    if (found.st_dev, found.st_ino) in hidden:
        return None
    with os.fdopen(os.dup(opened), "rb") as file:
        content = file.read(_LARGEST)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:_LOOKED_AT]:
        return None
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _span(text: str, found: re.Match[str]) -> tuple[int, int]:
    first = text.count("\n", 0, found.start())
    inner = text.count("\n", found.start(), max(found.start(), found.end() - 1))
    return first, first + inner


def _is_line_wise(pattern: str) -> bool:
    # These look at what lies around a match, which differs between a line and the whole text.
    return not any(mark in pattern for mark in ("\\A", "\\Z", "(?!", "(?<!"))


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} [\u2026]"


if __name__ == "__main__":
    main()
