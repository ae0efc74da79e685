"""Texts with `{{variables}}`: parsed and checked once, rendered without running any code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bamboo_desktop.providers.playbook.errors import FlawError, PlayError, listed, shown, suggestion
from bamboo_desktop.providers.playbook.filters import FILTERS, Filter
from bamboo_desktop.providers.playbook.syntax import ScalarNode

MAX_RENDERED = 1_000_000
NAME = re.compile(r"[a-z_][a-z0-9_]{0,63}")
_DOTTED = re.compile(r"[a-z_][a-z0-9_]*(\.[A-Za-z0-9_-]+){0,3}")
_PLACEHOLDER = re.compile(r"\\\{\{|\{\{(.*?)\}\}|\{\{", re.DOTALL)
_FILTER = re.compile(r"([a-z_]+)(?:\((.*)\))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FilterUse:
    """One filter behind a variable, with its argument."""

    name: str
    argument: str
    apply: Filter


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A variable in a text, and what is done to its value."""

    name: str
    filters: tuple[FilterUse, ...]

    @property
    def is_quoted(self) -> bool:
        """True when the value ends as one word of a shell command."""
        return bool(self.filters) and self.filters[-1].name == "quote"


@dataclass(frozen=True, slots=True)
class Template:
    """A text with placeholders, and the place where it stands."""

    parts: tuple[str | Placeholder, ...]
    line: int
    column: int

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """The variables it uses, in order."""
        return tuple(part for part in self.parts if isinstance(part, Placeholder))

    @property
    def constant(self) -> str | None:
        """The text, when it uses no variable at all."""
        if self.placeholders:
            return None
        return "".join(part for part in self.parts if isinstance(part, str))

    def render(self, value: Callable[[str], str]) -> str:
        """The text with the values in place.

        Raises:
            PlayError: it grows too long, or a filter cannot work on the value.
        """
        pieces: list[str] = []
        size = 0
        for part in self.parts:
            piece = part if isinstance(part, str) else self._filled(part, value(part.name))
            size += len(piece)
            if size > MAX_RENDERED:
                raise PlayError("The text grows beyond a million characters.", self.line)
            pieces.append(piece)
        return "".join(pieces)

    def _filled(self, part: Placeholder, text: str) -> str:
        for use in part.filters:
            try:
                text = use.apply(text, use.argument)
            except ValueError as error:
                raise PlayError(
                    f"'{{{{{part.name} | {use.name}}}}}' cannot work: {error}", self.line
                ) from error
        return text


def read_template(node: ScalarNode) -> Template:
    r"""The template that stands in a node; `\{{` is a literal `{{`.

    Raises:
        FlawError: a placeholder is not closed, or names no variable or no filter.
    """
    text = node.text
    if "{{" not in text:
        return Template((text,) if text else (), node.line, node.column)
    parts: list[str | Placeholder] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        end = match.end()
        if match.group().startswith("\\"):
            parts.append("{{")
        elif match.group(1) is None:
            raise FlawError("'{{' is never closed; write '{{name}}'.", *_spot(node, match.start()))
        else:
            parts.append(_placeholder(match.group(1), *_spot(node, match.start())))
    if end < len(text):
        parts.append(text[end:])
    return Template(tuple(parts), node.line, node.column)


def _spot(node: ScalarNode, offset: int) -> tuple[int, int]:
    """Where an offset lies in the file: exact in one-line plain texts, else where the text begins.

    A block text keeps its lines, so its line can be told as well.
    """
    if node.is_plain and "\n" not in node.text:
        return node.line, node.column + offset
    return node.line, node.column


def _placeholder(inside: str, line: int, column: int) -> Placeholder:
    name, *uses = (word.strip() for word in _split(inside))
    if not _DOTTED.fullmatch(name):
        raise FlawError(
            f"'{{{{{shown(inside)}}}}}' names no variable; names are lower-case letters, digits "
            "and '_'. For a literal '{{' write '\\{{'.",
            line,
            column,
        )
    return Placeholder(name, tuple(_filter(use, line, column) for use in uses))


def _split(inside: str) -> list[str]:
    """The words between bars; a bar inside of brackets belongs to the argument."""
    words, depth = [""], 0
    for letter in inside:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and depth <= 0:
            words.append("")
        else:
            words[-1] += letter
    return words


def _filter(text: str, line: int, column: int) -> FilterUse:
    match = _FILTER.fullmatch(text)
    name = match.group(1) if match else shown(text)
    known = FILTERS.get(name)
    if match is None or known is None:
        raise FlawError(
            f"There is no filter '{name}'.{suggestion(name, FILTERS)} "
            f"The filters are: {listed(FILTERS)}.",
            line,
            column,
        )
    argument = match.group(2)
    if known.takes_argument != (argument is not None):
        wanted = f"'{name}({known.example})'" if known.takes_argument else f"'{name}'"
        raise FlawError(f"Write the filter as {wanted}.", line, column)
    if known.takes_number and not re.fullmatch(r"-?\d{1,6}", argument or ""):
        raise FlawError(f"'{name}' takes a whole number: '{name}(5)'.", line, column)
    return FilterUse(name, argument or "", known.apply)
