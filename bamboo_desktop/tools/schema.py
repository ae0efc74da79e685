"""Checking arguments against the part of JSON Schema that the tools use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bamboo_desktop.tools.port import ToolArgumentError

_LONGEST_ARGUMENTS = 16 * 1024 * 1024
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN_PROBLEMS = 3
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


def parse_arguments(tool: str, raw: str) -> dict[str, Any]:
    """The arguments a model sent, as an object; broken ones are never guessed at.

    Raises:
        ToolArgumentError: they are no JSON object; the sentence says where they break.
    """
    if len(raw) > _LONGEST_ARGUMENTS:
        raise ToolArgumentError(f"The arguments of {tool} are longer than 16 MiB; send less.")
    try:
        value = json.loads(raw, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        near = raw[max(0, error.pos - 20) : error.pos + 20]
        raise ToolArgumentError(
            f"The arguments of {tool} are not valid JSON ({error.msg} at character {error.pos}, "
            f"near {near!r}). Nothing was run. Send the call again with valid JSON."
        ) from error
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "they are nested too deeply"
        raise ToolArgumentError(
            f"The arguments of {tool} cannot be used: {reason}. Nothing was run."
        ) from error
    if not isinstance(value, dict):
        raise ToolArgumentError(f"The arguments of {tool} must be a JSON object. Nothing was run.")
    return value


def check(tool: str, schema: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    """Check arguments.

    Raises:
        ToolArgumentError: with a sentence that names each wrong argument and what it takes.
    """
    problems = list(_problems(schema, value, ""))
    if not problems:
        return
    shown = "; ".join(problems[:_SHOWN_PROBLEMS])
    more = len(problems) - _SHOWN_PROBLEMS
    rest = f"; and {more} more" if more > 0 else ""
    raise ToolArgumentError(
        f"The arguments of {tool} do not fit: {shown}{rest}. Nothing was run; send the call again."
    )


def _problems(schema: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    name = f"`{path}`" if path else "the whole"
    kind = schema.get("type")
    if kind is not None and not _is_a(value, kind):
        yield f"{name} must be {_article(kind)}, not {_named(value)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{name} must be one of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, str):
        yield from _string_problems(schema, value, name)
    elif isinstance(value, dict):
        yield from _object_problems(schema, value, path)
    elif isinstance(value, list):
        yield from _array_problems(schema, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_problems(schema, value, name)


def _string_problems(schema: Mapping[str, Any], value: str, name: str) -> Iterator[str]:
    if _SURROGATE.search(value):
        yield f"{name} holds half a character (a lone surrogate)"
    if len(value) < schema.get("minLength", 0):
        yield f"{name} must not be empty"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{name} may have at most {schema['maxLength']} characters"


def _object_problems(
    schema: Mapping[str, Any], value: Mapping[str, Any], path: str
) -> Iterator[str]:
    known: Mapping[str, Any] = schema.get("properties", {})
    for key in schema.get("required", ()):
        if key not in value:
            yield f"`{_joined(path, key)}` is missing"
    for key, item in value.items():
        if key in known:
            yield from _problems(known[key], item, _joined(path, key))
        elif schema.get("additionalProperties") is False:
            yield f"`{_joined(path, key)}` is unknown (known are {', '.join(known)})"


def _array_problems(schema: Mapping[str, Any], value: Sequence[Any], path: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"`{path}` needs at least {schema['minItems']} items"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"`{path}` may have at most {schema['maxItems']} items"
    for index, item in enumerate(value):
        yield from _problems(schema.get("items", {}), item, f"{path}[{index}]")


def _number_problems(schema: Mapping[str, Any], value: float, name: str) -> Iterator[str]:
    if value < schema.get("minimum", value):
        yield f"{name} must be at least {schema['minimum']}"
    if value > schema.get("maximum", value):
        yield f"{name} may be at most {schema['maximum']}"


def _is_a(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])


def _named(value: Any) -> str:
    kinds = (kind for kind in _TYPES if _is_a(value, kind))
    return _article(next(kinds, type(value).__name__))


def _article(kind: str) -> str:
    if kind == "null":
        return kind
    return f"an {kind}" if kind[0] in "aio" else f"a {kind}"


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"'{twice}' is given twice")
    return value


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a JSON number")
