"""YAML text as plain nodes that know their place; everything that is not needed is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.providers.playbook.errors import FlawError

MAX_DEPTH = 60
MAX_NODES = 200_000
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_LEADING_TAB = re.compile(r"[ ]*\t")


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text, a number, a flag or nothing: always kept as the text that stands in the file."""

    text: str
    is_plain: bool
    line: int
    column: int

    @property
    def is_null(self) -> bool:
        """True when nothing, `~` or `null` stands there."""
        return self.is_plain and self.text in _NULL


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping; its keys are texts and no key stands there twice."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    line: int
    column: int


Node = ScalarNode | ListNode | MapNode


def parse(text: str) -> Node | None:
    """The one document of a YAML text, or None when there is nothing in it.

    Raises:
        FlawError: it is not YAML, or uses what a playbook has no use for.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _Composer(YAML(typ="safe", pure=True).parse(text)).document()
    except MarkedYAMLError as error:
        raise _flaw_of(error, text) from error
    except YAMLError as error:
        raise FlawError(_unreadable(error), *_position(error, text)) from error
    except FlawError:
        raise
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # the library trips over some broken texts instead of refusing them
        raise FlawError("This is not valid YAML; check quotes and indentation.", 1, 1) from error


def _unreadable(error: Exception) -> str:
    code = getattr(error, "character", None)
    name = f"the control character U+{code:04X}" if isinstance(code, int) else "a control character"
    return f"The text contains {name}, which YAML does not allow; remove it."


def _position(error: Exception, text: str) -> tuple[int, int]:
    offset = getattr(error, "position", 0)
    before = text[: offset if isinstance(offset, int) else 0]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _flaw_of(error: Any, text: str) -> FlawError:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return FlawError("This is not valid YAML; check quotes and indentation.", 1, 1)
    line, column = mark.line + 1, mark.column + 1
    lines = text.splitlines()
    if line <= len(lines) and _LEADING_TAB.match(lines[line - 1]):
        return FlawError("The line is indented with a tab; use spaces instead.", line, column)
    said = " ".join(str(error.problem or "it cannot be read").split())
    return FlawError(
        f"This is not valid YAML here ({said}); check indentation, colons and quotes, "
        "and put a text with a colon or a brace in quotes.",
        line,
        column,
    )


class _Composer:
    """Builds nodes from the parser's events, with limits that the library has not."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = iter(events)
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._count = 0

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            kind = type(event).__name__
            if kind in ("StreamStartEvent", "DocumentEndEvent", "StreamEndEvent", "CommentEvent"):
                continue
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            if kind == "DocumentStartEvent":
                if root is not None:
                    raise FlawError("A file holds one playbook; remove '---'.", line, column)
                continue
            root = self._node(event, 0)
        return None if isinstance(root, ScalarNode) and root.is_null else root

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event).__name__
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        self._grow(1, line, column)
        if depth > MAX_DEPTH:
            raise FlawError(f"Lists are nested more than {MAX_DEPTH} deep.", line, column)
        if kind == "AliasEvent":
            return self._alias(event.anchor, line, column)
        if event.tag is not None and str(event.tag) != "!":
            raise FlawError(
                f"Tags such as '{event.tag}' have no meaning here; remove it.", line, column
            )
        before = self._count
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        node: Node
        if kind == "ScalarEvent":
            node = ScalarNode(clean_text(event.value), event.style in (None, ""), line, column)
        elif kind == "SequenceStartEvent":
            node = ListNode(tuple(self._items(depth)), line, column)
        else:
            node = MapNode(tuple(self._entries(depth)), line, column)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, self._count - before + 1)
        return node

    def _alias(self, name: str, line: int, column: int) -> Node:
        if name not in self._anchors:
            raise FlawError(f"'*{name}' names an anchor that is not there.", line, column)
        found = self._anchors[name]
        if found is None:
            raise FlawError(
                f"'*{name}' stands inside of '&{name}': that is a cycle; use 'repeat' to do "
                "something several times.",
                line,
                column,
            )
        node, size = found
        self._grow(size, line, column)
        return node

    def _grow(self, by: int, line: int, column: int) -> None:
        self._count += by
        if self._count > MAX_NODES:
            raise FlawError(
                "The aliases of this file blow it up beyond all measure; write out what is meant "
                "or use 'repeat'.",
                line,
                column,
            )

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if type(event).__name__ == "SequenceEndEvent":
                return
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        seen: dict[str, int] = {}
        for event in self._events:
            if type(event).__name__ == "MappingEndEvent":
                return
            key = self._node(event, depth + 1)
            if not isinstance(key, ScalarNode):
                raise FlawError("A key has to be a word.", key.line, key.column)
            if key.text in seen:
                raise FlawError(
                    f"'{key.text}' stands here twice, first in line {seen[key.text]}; keep one.",
                    key.line,
                    key.column,
                )
            seen[key.text] = key.line
            yield key, self._node(next(self._events), depth + 1)
