"""From a step to the tool calls it makes, and from their results to variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bamboo_desktop.domain.message import ToolOutcome, ToolResultPart
from bamboo_desktop.domain.question import ItemKind
from bamboo_desktop.providers.playbook.errors import PlayError, shown
from bamboo_desktop.providers.playbook.steps import (
    Argument,
    ArgumentKind,
    Ask,
    AskItem,
    CallingStep,
    CallTool,
    Choice,
    Parallel,
    ShowTasks,
)
from bamboo_desktop.providers.playbook.variables import Variables

Prepared = tuple[str, dict[str, Any]]


def prepared(step: CallingStep, variables: Variables) -> tuple[Prepared, ...]:
    """The names and arguments of the calls a step makes.

    Raises:
        PlayError: a value does not fit its argument.
    """
    if isinstance(step, CallTool):
        return (_call(step, variables),)
    if isinstance(step, Parallel):
        return tuple(_call(call, variables) for call in step.calls)
    if isinstance(step, Ask):
        return (("Ask", _question(step, variables)),)
    tasks = [
        {"id": task.id, "content": task.content.render(variables.get), "status": str(task.status)}
        for task in step.tasks
    ]
    return (("Task", {"tasks": tasks}),)


def _call(step: CallTool, variables: Variables) -> Prepared:
    return step.tool, {arg.name: _value(arg, variables, step.line) for arg in step.arguments}


def _value(argument: Argument, variables: Variables, line: int) -> str | int | bool:
    text = argument.template.render(variables.get)
    if argument.kind is ArgumentKind.TEXT:
        return text
    if argument.kind is ArgumentKind.FLAG:
        return text.strip().lower() == "true"
    try:
        return int(text.strip()[:20])
    except ValueError as error:
        raise PlayError(
            f"'{argument.name}' takes a whole number, not '{shown(text)}'.", line
        ) from error


def _question(step: Ask, variables: Variables) -> dict[str, Any]:
    title = step.title.render(variables.get) if step.title else ""
    items = [_item(item, variables) for item in step.items]
    return {"title": _clipped(title or shown(items[0]["prompt"]), 200), "items": items}


def _item(item: AskItem, variables: Variables) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "id": item.id,
        "kind": str(item.kind),
        "prompt": _clipped(item.prompt.render(variables.get), 10_000) or item.id,
    }
    if item.options:
        asked["options"] = [_option(option, variables) for option in item.options]
        asked["allow_custom"] = item.allow_custom
    if item.kind is ItemKind.MULTI:
        asked["min_choices"] = item.least if item.least is not None else 1
        asked["max_choices"] = item.most if item.most is not None else len(item.options)
    if item.default:
        asked["default"] = list(item.default)
    return asked


def _option(option: Choice, variables: Variables) -> dict[str, str]:
    about = option.description.render(variables.get) if option.description else ""
    return {
        "id": option.id,
        "label": _clipped(option.label.render(variables.get), 500) or option.id,
        "description": _clipped(about, 2000),
    }


def _clipped(text: str, most: int) -> str:
    """A text no longer than the ask tool takes."""
    text = text.strip()
    return text if len(text) <= most else text[: most - 3] + "..."


def must_run_again(step: CallingStep, results: tuple[ToolResultPart, ...]) -> bool:
    """True when a call never came to its end because the person stopped the run.

    A question is put again as well when its waiting was cut off: it was never answered.
    """
    cut = {ToolOutcome.CANCELLED}
    if isinstance(step, Ask):
        cut.add(ToolOutcome.INTERRUPTED)
    return any(result.outcome in cut for result in results)


def take_results(
    step: CallingStep, results: tuple[ToolResultPart, ...], variables: Variables
) -> tuple[CallTool, ToolResultPart] | None:
    """Put results into variables; the first failure that shall stop the play is returned.

    Raises:
        PlayError: an answer cannot be read.
    """
    if isinstance(step, ShowTasks):
        return None
    if isinstance(step, Ask):
        _take_answer(step, results[0], variables)
        return None
    calls = step.calls if isinstance(step, Parallel) else (step,)
    failure = None
    for call, result in zip(calls, results, strict=True):
        if call.save:
            variables.set(call.save, result.content)
            variables.set(f"{call.save}.outcome", str(result.outcome))
        if result.outcome is not ToolOutcome.OK and not call.goes_on and failure is None:
            failure = (call, result)
    return failure


def _take_answer(step: Ask, result: ToolResultPart, variables: Variables) -> None:
    if result.outcome is not ToolOutcome.OK:
        raise PlayError(f"The question could not be asked: {shown(result.content)}", step.line)
    try:
        value = json.loads(result.content)
        by_item = {str(entry["item"]): entry for entry in value["answers"]}
        note = str(value.get("note") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PlayError("The answer to the question cannot be read.", step.line) from error
    if not step.save:
        return
    variables.set(f"{step.save}.note", note)
    for item in step.items:
        name = step.save if step.is_single else f"{step.save}.{item.id}"
        value, label = _answer(by_item.get(item.id, {}))
        variables.set(name, value)
        variables.set(f"{name}.label", label)


def _answer(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The value and the wording of an answer: option ids and labels, or the person's own text."""
    text = str(entry.get("text") or "")
    options = [str(word) for word in entry.get("options") or ()]
    labels = [str(word) for word in entry.get("labels") or ()] or options
    if not options:
        return text, text
    own = [text] if text.strip() else []
    return "\n".join([*options, *own]), ", ".join([*labels, *own])
