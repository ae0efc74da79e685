"""Reading an `ask` step: one question in its short form, or several items at once."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bamboo_desktop.domain.question import ItemKind
from bamboo_desktop.providers.playbook import fields
from bamboo_desktop.providers.playbook.errors import shown
from bamboo_desktop.providers.playbook.steps import Ask, AskItem, Choice
from bamboo_desktop.providers.playbook.syntax import ListNode, MapNode, Node, ScalarNode
from bamboo_desktop.providers.playbook.template import read_template

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHAPE = ("kind", "options", "allow_custom", "min", "max", "default")
_SHORT = ("ask", "title", "save", *_SHAPE)
MAX_ITEMS = 20
MAX_OPTIONS = 50


def read_ask(node: MapNode) -> Ask:
    """An ask step whose items and options have ids of their own."""
    several = any(key.text == "ask" and isinstance(value, ListNode) for key, value in node.entries)
    known = ("ask", "title", "save") if several else _SHORT
    entries = fields.known_fields(node, known, "An 'ask' step")
    items = _several(entries["ask"]) if several else (_item(entries, node, "ask", "answer"),)
    title, save = entries.get("title"), entries.get("save")
    return Ask(
        line=node.line,
        title=fields.template(title, "'title'") if title else None,
        items=items,
        is_single=not several,
        save=fields.variable_name(save, "'save'") if save else "",
    )


def _several(node: Node) -> tuple[AskItem, ...]:
    read: list[AskItem] = []
    for item in fields.items(node, "'ask'", at_most=MAX_ITEMS):
        inner = fields.mapping(item, "An item of 'ask'")
        entries = fields.known_fields(inner, ("id", "prompt", *_SHAPE), "An item of 'ask'")
        for needed in ("id", "prompt"):
            if needed not in entries:
                raise fields.flaw(inner, f"An item of 'ask' needs '{needed}'.")
        name = _id(entries["id"], "'id'")
        if name == "note" or any(name == other.id for other in read):
            taken = "reserved for the note" if name == "note" else "given to two items"
            raise fields.flaw(entries["id"], f"The id '{name}' is {taken}; choose another.")
        read.append(_item(entries, inner, "prompt", name))
    return tuple(read)


def _item(entries: Mapping[str, Node], at: MapNode, prompt: str, name: str) -> AskItem:
    options = _options(entries["options"]) if "options" in entries else ()
    kind = ItemKind.SINGLE if options else ItemKind.TEXT
    if "kind" in entries:
        kind = ItemKind(fields.one_of(entries["kind"], "'kind'", [str(word) for word in ItemKind]))
    _check_shape(entries, at, kind, options)
    custom = entries.get("allow_custom")
    return AskItem(
        id=name,
        kind=kind,
        prompt=fields.template(entries[prompt], f"'{prompt}'"),
        options=options,
        allow_custom=custom is not None and fields.flag(custom, "'allow_custom'"),
        least=_bound(entries, "min", 0, len(options)),
        most=_bound(entries, "max", 1, len(options)),
        default=_default(entries["default"], kind, options) if "default" in entries else (),
    )


def _default(node: Node, kind: ItemKind, options: tuple[Choice, ...]) -> tuple[str, ...]:
    """The ids that are taken when nobody answers within the time limit a person has set."""
    known = ("yes", "no") if kind is ItemKind.CONFIRM else tuple(one.id for one in options)
    if not known:
        raise fields.flaw(node, f"A '{kind}' question takes no 'default'.")
    given = fields.items(node, "'default'") if isinstance(node, ListNode) else (node,)
    if not given or (len(given) > 1 and kind is not ItemKind.MULTI):
        raise fields.flaw(node, f"The 'default' of a '{kind}' question is one option id.")
    return tuple(fields.one_of(one, "'default'", known) for one in given)


def _bound(entries: Mapping[str, Node], name: str, least: int, most: int) -> int | None:
    if name not in entries:
        return None
    number = fields.integer(entries[name], f"'{name}'", least=least, most=most)
    if name == "max" and "min" in entries:
        low = fields.integer(entries["min"], "'min'", least=0, most=most)
        if low > number:
            raise fields.flaw(entries[name], f"'max' ({number}) is less than 'min' ({low}).")
    return number


def _check_shape(
    entries: Mapping[str, Node], at: MapNode, kind: ItemKind, options: tuple[Choice, ...]
) -> None:
    chooses = kind in (ItemKind.SINGLE, ItemKind.MULTI)
    if chooses and not options:
        raise fields.flaw(at, f"A '{kind}' question needs 'options' to choose from.")
    custom = entries.get("allow_custom")
    if chooses and len(options) < 2 and not (custom and fields.flag(custom, "'allow_custom'")):
        raise fields.flaw(
            entries["options"],
            "There is only one option; add another, or write 'allow_custom: true' or "
            "'kind: confirm'.",
        )
    if not chooses:
        for name in ("options", "allow_custom"):
            if name in entries:
                raise fields.flaw(entries[name], f"A '{kind}' question takes no '{name}'.")
    if kind is not ItemKind.MULTI:
        for name in ("min", "max"):
            if name in entries:
                raise fields.flaw(entries[name], f"Only a 'multi' question takes '{name}'.")


def _options(node: Node) -> tuple[Choice, ...]:
    read: list[Choice] = []
    for item in fields.items(node, "'options'", at_most=MAX_OPTIONS):
        option = _option(item)
        if any(option.id == other.id for other in read):
            raise fields.flaw(item, f"The id '{option.id}' is given to two options; change one.")
        read.append(option)
    return tuple(read)


def _option(node: Node) -> Choice:
    if isinstance(node, ScalarNode):
        word = _id(node, "An option without a label")
        return Choice(id=word, label=read_template(node), description=None)
    inner = fields.mapping(node, "An option")
    entries = fields.known_fields(inner, ("id", "label", "description"), "An option")
    if "id" not in entries:
        raise fields.flaw(inner, "An option needs an 'id': one word that never changes.")
    description = entries.get("description")
    return Choice(
        id=_id(entries["id"], "'id'"),
        label=fields.template(entries.get("label", entries["id"]), "'label'"),
        description=fields.template(description, "'description'") if description else None,
    )


def _id(node: Node, what: str) -> str:
    word = fields.text(node, what).text
    if not _ID.fullmatch(word):
        raise fields.flaw(
            node,
            f"{what} '{shown(word)}' has to be one word of letters, digits, '_' and '-'; "
            "write '{id: word, label: any text}'.",
        )
    return word
