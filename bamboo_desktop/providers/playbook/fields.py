"""Reading nodes with sentences that say what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bamboo_desktop.providers.playbook.errors import FlawError, listed, shown, suggestion
from bamboo_desktop.providers.playbook.syntax import ListNode, MapNode, Node, ScalarNode
from bamboo_desktop.providers.playbook.template import NAME, Template, read_template

RESERVED = frozenset({"message", "workspace", "loop"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,9}")
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def flaw(node: Node, sentence: str) -> FlawError:
    """A flaw at the place of a node."""
    return FlawError(sentence, node.line, node.column)


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MapNode):
        return "a mapping"
    return "nothing" if node.is_null else f"'{shown(node.text)}'"


def mapping(node: Node, what: str) -> MapNode:
    """The node as a mapping."""
    if not isinstance(node, MapNode):
        raise flaw(node, f"{what} has to be a mapping ('key: value'), not {kind_of(node)}.")
    return node


def items(node: Node, what: str, *, at_most: int = 10_000) -> tuple[Node, ...]:
    """The node as a list with something in it."""
    if not isinstance(node, ListNode):
        raise flaw(node, f"{what} has to be a list (lines with '- '), not {kind_of(node)}.")
    if not node.items:
        raise flaw(node, f"{what} is empty; put something in it or leave it out.")
    if len(node.items) > at_most:
        raise flaw(node, f"{what} has {len(node.items)} entries; {at_most} are the most.")
    return node.items


def known_fields(node: MapNode, known: Iterable[str], what: str) -> Mapping[str, Node]:
    """The entries of a mapping whose keys are all known."""
    allowed = tuple(known)
    for key, _ in node.entries:
        if key.text not in allowed:
            raise flaw(
                key,
                f"{what} has no key '{shown(key.text)}'.{suggestion(key.text, allowed)} "
                f"Its keys are: {listed(allowed)}.",
            )
    return {key.text: value for key, value in node.entries}


def text(node: Node, what: str, *, may_be_empty: bool = False) -> ScalarNode:
    """The node as a text; numbers and flags are taken as they are written."""
    if not isinstance(node, ScalarNode) or node.is_null:
        if may_be_empty and isinstance(node, ScalarNode):
            return ScalarNode("", False, node.line, node.column)  # noqa: FBT003 - a value class
        raise flaw(node, f"{what} has to be a text, not {kind_of(node)}.")
    if not node.text.strip() and not may_be_empty:
        raise flaw(node, f"{what} is empty; write a text.")
    return node


def template(node: Node, what: str, *, may_be_empty: bool = False) -> Template:
    """The node as a text with variables."""
    return read_template(text(node, what, may_be_empty=may_be_empty))


def plain_text(node: Node, what: str) -> str:
    """The node as a text in which variables have no place."""
    found = template(node, what)
    if found.constant is None:
        raise flaw(node, f"{what} cannot hold variables; write the text out.")
    return found.constant


def integer(node: Node, what: str, *, least: int, most: int) -> int:
    """The node as a whole number within bounds."""
    if not isinstance(node, ScalarNode) or not _INTEGER.fullmatch(node.text):
        raise flaw(node, f"{what} has to be a whole number, not {kind_of(node)}.")
    number = int(node.text)
    if not least <= number <= most:
        raise flaw(node, f"{what} has to lie between {least} and {most}, not at {number}.")
    return number


def flag(node: Node, what: str) -> bool:
    """The node as true or false."""
    found = _FLAGS.get(node.text) if isinstance(node, ScalarNode) else None
    if found is None:
        raise flaw(node, f"{what} has to be true or false, not {kind_of(node)}.")
    return found


def one_of(node: Node, what: str, words: Iterable[str]) -> str:
    """The node as one word out of a list."""
    known = tuple(words)
    word = text(node, what).text
    if word not in known:
        raise flaw(
            node,
            f"{what} cannot be '{shown(word)}'.{suggestion(word, known)} Write {listed(known)}.",
        )
    return word


def variable_name(node: Node, what: str) -> str:
    """The node as the name of a variable that a playbook may set."""
    name = text(node, what).text
    if not NAME.fullmatch(name):
        raise flaw(
            node,
            f"{what} '{shown(name)}' cannot be a variable; use lower-case letters, digits and "
            "'_', at most 64, and a letter first.",
        )
    if name in RESERVED:
        raise flaw(node, f"'{name}' is set by the program; choose another name.")
    return name
