"""Preparation of a call: what has to be true before it may run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from bamboo_desktop.domain.message import ToolCallPart, ToolOutcome
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import CallRecord, ToolClass, ToolResult
from bamboo_desktop.engine.runs.racing import unless_stopped
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.tools.port import Arguments, Tool, ToolArgumentError, ToolCallError, ToolContext
from bamboo_desktop.tools.toolbox import ToolBox


@dataclass(frozen=True, slots=True)
class Refused:
    """The call cannot run; the result tells the model why."""

    result: ToolResult


@dataclass(frozen=True, slots=True)
class Prepared:
    """The call is sound; `consent` is what the person has to agree to first, if anything."""

    call: CallRecord
    tool: Tool
    arguments: Arguments
    context: ToolContext
    consent: ConsentRequest | None


def call_digest(tool: str, arguments: str) -> str:
    """SHA-256 over tool and arguments, with JSON that differs in spacing only made equal."""
    try:
        canonical = json.dumps(json.loads(arguments), sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        canonical = arguments
    raw = f"{tool}\0{canonical}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()


async def prepare(
    services: RunServices, call: CallRecord, context: ToolContext, disabled: frozenset[str]
) -> Prepared | Refused:
    """Check tool and arguments, and find out what consent the call needs.

    Raises:
        RunCancelledError: the run was asked to stop.
    """
    toolbox = services.toolbox
    tool = toolbox.get(call.tool)
    if tool is None:
        return _refused(_unknown(toolbox, call.tool))
    if call.tool in disabled:
        return _refused(f"The tool {call.tool} is switched off in this session.")
    try:
        arguments = toolbox.check(tool, call.arguments).arguments
        request = await unless_stopped(
            tool.consent(arguments, context),
            context.cancel,
            services.tasks,
            name=f"consent of {call.tool}",
        )
    except ToolCallError as error:
        return _refused(str(error))
    return Prepared(call, tool, arguments, context, request)


def class_of(toolbox: ToolBox, part: ToolCallPart) -> tuple[ToolClass, str]:
    """Class and headline of a call as the model wrote it; what cannot be read is an effect."""
    tool = toolbox.get(part.tool)
    if tool is None:
        return ToolClass.EFFECT, ""
    try:
        arguments = toolbox.check(tool, part.arguments).arguments
    except ToolArgumentError:
        return ToolClass.EFFECT, ""
    return tool.classify(arguments), tool.headline(arguments)


def _refused(sentence: str) -> Refused:
    return Refused(ToolResult(outcome=ToolOutcome.ERROR, content=sentence))


def _unknown(toolbox: ToolBox, name: str) -> str:
    near = toolbox.suggest(name)
    hint = f" Did you mean {near}?" if near else ""
    known = ", ".join(spec.name for spec in toolbox.specs(frozenset()))
    return f"There is no tool named {name!r}.{hint} The tools are: {known}."
