"""Unattended: which steps of a playbook stop and ask, under the consent that a schedule gives."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.providers.playbook import load
from bamboo_desktop.providers.playbook.steps import CallTool, Parallel, Playbook
from bamboo_desktop.tools.command import warnings
from bamboo_desktop.tools.consent import EVERY_COMMAND, build, needs_consent, parse_rule

_VALUE = "value"
"""What stands for a variable, whose value nobody knows before the play."""
_READ_PATHS = {"Read": "file_path", "Glob": "path", "Grep": "path", "GetFileInfo": "path"}
_MOST_LINES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """A step that asks; `rule` is what would cover it, empty when it asks whatever is given."""

    tool: str
    line: int
    rule: str


def hints(config: RunConfig) -> tuple[str, ...]:
    """What to know of a schedule before nobody is there to say yes; it reads the playbook.

    Only the consent of playbooks is known beforehand; a model may call anything. What is no
    playbook any more is told when it is to run.
    """
    model = config.model
    if model is None or model.provider != PLAYBOOK_PROVIDER or not config.auto_execute:
        return ()
    try:
        return _told(stops(load(Path(model.model)), config))
    except (UserError, OSError, RuntimeError, ValueError):
        return ()


def stops(playbook: Playbook, config: RunConfig) -> tuple[Stop, ...]:
    """The steps of a playbook that ask for consent which the schedule does not give."""
    root = os.path.realpath(config.workspace) if config.workspace else ""
    found = []
    for call in _calls(playbook):
        asked = _asked(call, root, config.allow_rules)
        if asked is not None and needs_consent(asked, config.allow_rules):
            rule = "" if needs_consent(asked, [asked.rule]) else asked.rule
            found.append(Stop(tool=call.tool, line=call.line, rule=rule))
    return tuple(found)


def _calls(playbook: Playbook) -> Iterator[CallTool]:
    for block in playbook.blocks:
        for step in block:
            if isinstance(step, CallTool):
                yield step
            elif isinstance(step, Parallel):
                yield from step.calls


def _asked(call: CallTool, root: str, rules: Iterable[str]) -> ConsentRequest | None:
    """What the call would ask, with the rule that covers it; None when it asks nothing."""
    if call.tool == "Bash":
        command, _ = _text(call, "command")
        return _request("Bash", command, "", EVERY_COMMAND, warnings(command))
    if call.tool == "WebFetch":
        return _page(call, rules)
    is_read = call.tool in _READ_PATHS
    path, is_open = _text(call, _READ_PATHS.get(call.tool, "file_path"))
    real = os.path.normpath(Path(root) / _at_home(path))
    is_inside = bool(root) and (real == root or real.startswith(root.rstrip("/") + "/"))
    if is_read:
        # Reading asks only outside of the folder, and where a variable leads nobody knows.
        is_free = is_inside or is_open or not path
        return None if is_free else _request(call.tool, "", real, f"Read({real})")
    rule = f"Write({root.rstrip('/')}/**)" if is_inside else f"Write({real})"
    return _request(call.tool, "", real, "Write" if is_open and not is_inside else rule)


def _at_home(path: str) -> Path:
    return Path(path).expanduser() if path.startswith("~") else Path(path)


def _page(call: CallTool, rules: Iterable[str]) -> ConsentRequest | None:
    url, is_open = _text(call, "url")
    if not is_open:
        host = urlsplit(url.strip()).netloc.lower()
        return _request("WebFetch", url, host, f"WebFetch({host})")
    # Any host may be meant; who has named one has thought of it.
    is_given = any(parse_rule(rule).tool == "WebFetch" for rule in rules)
    return None if is_given else _request("WebFetch", url, "", "WebFetch")


def _text(call: CallTool, name: str) -> tuple[str, bool]:
    """An argument with a word in the place of each variable, and whether it has any."""
    for argument in call.arguments:
        if argument.name == name:
            parts = argument.template.parts
            text = "".join(part if isinstance(part, str) else _VALUE for part in parts)
            return text, bool(argument.template.placeholders)
    return "", False


def _request(
    tool: str, exact: str, where: str, rule: str, found: tuple[str, ...] = ()
) -> ConsentRequest:
    return build(
        tool=tool, sentence="", exact=exact, where=where, digest="", rule=rule, warnings=found
    )


def _told(found: Sequence[Stop]) -> tuple[str, ...]:
    said = []
    coverable = [each for each in found if each.rule]
    if coverable:
        rules = " and ".join(dict.fromkeys(each.rule for each in coverable))
        said.append(
            f"This playbook will stop and ask: {_places(coverable)}; give {rules} to let it do "
            "that unattended."
        )
    firm = [each for each in found if not each.rule]
    if firm:
        said.append(f"This playbook always asks, whatever is given, before {_places(firm)}.")
    return tuple(said)


def _places(found: Sequence[Stop]) -> str:
    lines: dict[str, list[int]] = {}
    for each in found:
        lines.setdefault(each.tool, []).append(each.line)
    return ", ".join(f"{tool} (line {_numbers(those)})" for tool, those in lines.items())


def _numbers(lines: Sequence[int]) -> str:
    shown = ", ".join(str(line) for line in sorted(lines)[:_MOST_LINES])
    return f"{shown} and more" if len(lines) > _MOST_LINES else shown
