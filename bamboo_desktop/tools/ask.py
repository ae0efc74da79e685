"""Ask: a question to the person, which the run stops for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from bamboo_desktop.domain.ids import ItemId, OptionId
from bamboo_desktop.domain.question import (
    CONFIRM_NO,
    CONFIRM_YES,
    ConsentRequest,
    ItemKind,
    Option,
    QuestionItem,
)
from bamboo_desktop.domain.tool import AskRequest, ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolArgumentError, ToolContext
from bamboo_desktop.tools.visible import one_line

_YES_NO = (Option(id=CONFIRM_YES, label="Yes"), Option(id=CONFIRM_NO, label="No"))

SPEC = ToolSpec(
    name="Ask",
    description=(
        "Ask the person and wait for the answer, however long it takes. Ask when a decision is "
        "theirs and the answer changes what you do: a choice between real alternatives, something "
        "costly or final, a fact only they know. Do not ask what you can find out with a tool, "
        "what has an obvious answer, or for permission to use a tool (that is asked by itself). "
        "Put everything you need to know into one call, each thing as an item of its own; the "
        "person answers all items at once. Kinds: `single` (one option), `multi` (several options, "
        "bounded by `min_choices` and `max_choices`), `confirm` (yes or no), `text` (free text). "
        "Give each option a short stable id, a clear label, and a description of what it leads to. "
        "Put the option you recommend first. With `allow_custom` the person may write an answer "
        "of their own instead. The answer names the chosen option ids."
    ),
    parameters={
        "type": "object",
        "properties": {
            "title": {
                "type": "string",
                "maxLength": 200,
                "description": "A few words on what it is about.",
            },
            "items": {
                "type": "array",
                "minItems": 1,
                "maxItems": 20,
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string", "minLength": 1, "maxLength": 100},
                        "kind": {"type": "string", "enum": [kind.value for kind in ItemKind]},
                        "prompt": {"type": "string", "minLength": 1, "maxLength": 10_000},
                        "options": {
                            "type": "array",
                            "maxItems": 50,
                            "items": {
                                "type": "object",
                                "properties": {
                                    "id": {"type": "string", "minLength": 1, "maxLength": 100},
                                    "label": {"type": "string", "minLength": 1, "maxLength": 500},
                                    "description": {"type": "string", "maxLength": 2000},
                                },
                                "required": ["id", "label"],
                                "additionalProperties": False,
                            },
                        },
                        "allow_custom": {"type": "boolean"},
                        "min_choices": {"type": "integer", "minimum": 0},
                        "max_choices": {"type": "integer", "minimum": 1},
                        "default": {
                            "type": "array",
                            "maxItems": 50,
                            "items": {"type": "string"},
                            "description": "Option ids to take if the person set a time limit.",
                        },
                    },
                    "required": ["id", "kind", "prompt"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["items"],
        "additionalProperties": False,
    },
)


class Ask(PlainKind):
    """Turns a call into a request that the engine puts to the person."""

    def __init__(self) -> None:
        super().__init__(SPEC, ToolClass.READ, headline="title")

    @override
    def headline(self, arguments: Arguments) -> str:
        """The title, else the first prompt."""
        items = arguments.get("items") or [{}]
        return one_line(str(arguments.get("title") or items[0].get("prompt", "")))

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Asking needs no consent; what cannot be asked is refused here already."""
        request_of(arguments)
        return None

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """The request."""
        return request_of(arguments)


def request_of(arguments: Arguments) -> AskRequest:
    """The question a call describes.

    Raises:
        ToolArgumentError: ids are used twice, options are missing, bounds cannot be met.
    """
    items = tuple(_item(item) for item in arguments["items"])
    _require_unique([item.id for item in items], "items")
    title = str(arguments.get("title") or "").strip()
    return AskRequest(title=title or one_line(items[0].prompt, limit=80), items=items)


def _item(item: Mapping[str, Any]) -> QuestionItem:
    kind = ItemKind(item["kind"])
    if not item["id"].strip() or not item["prompt"].strip():
        raise ToolArgumentError("Each item needs an id and a prompt that are not blank.")
    options = _options(item, kind)
    low, high = _bounds(item, kind, len(options))
    return QuestionItem(
        default=_default(item, options, low, high if kind is ItemKind.MULTI else 1),
        id=ItemId(item["id"]),
        kind=kind,
        prompt=item["prompt"],
        options=options,
        allow_custom=bool(item.get("allow_custom", False)) and kind is not ItemKind.TEXT,
        min_choices=low,
        max_choices=high,
    )


def _options(item: Mapping[str, Any], kind: ItemKind) -> tuple[Option, ...]:
    given = item.get("options") or []
    if kind is ItemKind.TEXT and given:
        raise ToolArgumentError(f"Item '{item['id']}' is a text and takes no options.")
    if kind is ItemKind.CONFIRM:
        return _confirm_options(item, given)
    if kind is not ItemKind.TEXT and len(given) < 2 and not (given and item.get("allow_custom")):
        raise ToolArgumentError(
            f"Item '{item['id']}' needs at least two options; for yes or no use kind confirm, for "
            "an open question kind text."
        )
    options = tuple(
        Option(
            id=OptionId(one["id"]),
            label=one["label"],
            description=one.get("description", ""),
        )
        for one in given
    )
    _require_unique([option.id for option in options], f"options of item '{item['id']}'")
    return options


def _confirm_options(item: Mapping[str, Any], given: list[Mapping[str, Any]]) -> tuple[Option, ...]:
    if not given:
        return _YES_NO
    by_id = {one["id"]: one for one in given}
    if len(given) != 2 or set(by_id) != {CONFIRM_YES, CONFIRM_NO}:
        raise ToolArgumentError(
            f"Item '{item['id']}' is a confirm: leave its options out, or give exactly the ids "
            f"'{CONFIRM_YES}' and '{CONFIRM_NO}' with labels of your own."
        )
    return tuple(
        Option(
            id=option.id,
            label=by_id[option.id]["label"],
            description=by_id[option.id].get("description", ""),
        )
        for option in _YES_NO
    )


def _bounds(item: Mapping[str, Any], kind: ItemKind, count: int) -> tuple[int, int | None]:
    if kind is not ItemKind.MULTI:
        return 1, None
    low = int(item.get("min_choices", 1))
    high = int(item["max_choices"]) if "max_choices" in item else None
    if low > count or (high is not None and high < low):
        raise ToolArgumentError(
            f"Item '{item['id']}' has {count} options, which {low} to {high or count} choices do "
            "not fit."
        )
    return low, high


def _default(
    item: Mapping[str, Any], options: tuple[Option, ...], low: int, high: int | None
) -> tuple[OptionId, ...]:
    chosen = tuple(OptionId(one) for one in item.get("default") or ())
    if not chosen:
        return ()
    _require_unique(list(chosen), f"default of item '{item['id']}'")
    known = {option.id for option in options}
    fits = low <= len(chosen) <= (high if high is not None else len(chosen))
    if not known.issuperset(chosen) or not fits:
        raise ToolArgumentError(
            f"The default of item '{item['id']}' has to be an answer the item would take, by the "
            "ids of its options."
        )
    return chosen


def _require_unique(ids: list[Any], where: str) -> None:
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise ToolArgumentError(f"The id '{twice}' is used twice in the {where}; make ids unique.")
