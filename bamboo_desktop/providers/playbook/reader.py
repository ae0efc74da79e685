"""From nodes to steps: every step is read, and what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bamboo_desktop.providers.playbook import fields
from bamboo_desktop.providers.playbook.errors import listed, suggestion
from bamboo_desktop.providers.playbook.flow import OPERATORS, read_condition, read_repeat
from bamboo_desktop.providers.playbook.questions import read_ask
from bamboo_desktop.providers.playbook.steps import Assign, Branch, Case, Say, Step, Stop
from bamboo_desktop.providers.playbook.syntax import MapNode, Node, ScalarNode
from bamboo_desktop.providers.playbook.toolcalls import read_call, read_parallel, read_tasks

MAX_STEPS = 10_000
_NOT_YET = ("spawn", "wait")


class StepReader:
    """Reads lists of steps into numbered blocks; the outermost one has number 0."""

    def __init__(self) -> None:
        self._blocks: list[tuple[Step, ...]] = []
        self._count = 0
        self._kinds: Mapping[str, Callable[[MapNode], Step]] = {
            "say": self._say,
            "think": self._say,
            "tool": read_call,
            "ask": read_ask,
            "branch": self._branch,
            "when": self._when,
            "repeat": self._repeat,
            "set": self._assign,
            "tasks": read_tasks,
            "parallel": read_parallel,
            "stop": self._stop,
            "fail": self._stop,
        }

    def read(self, node: Node) -> tuple[tuple[Step, ...], ...]:
        """All blocks of a playbook."""
        self._block(node, "'steps'")
        return tuple(self._blocks)

    def _block(self, node: Node, what: str) -> int:
        number = len(self._blocks)
        self._blocks.append(())
        found = fields.items(node, what, at_most=MAX_STEPS)
        self._blocks[number] = tuple(self._step(item) for item in found)
        return number

    def _step(self, node: Node) -> Step:
        self._count += 1
        if self._count > MAX_STEPS:
            raise fields.flaw(
                node, f"A playbook has at most {MAX_STEPS} steps; split it or use 'repeat'."
            )
        step = fields.mapping(node, "A step")
        kinds = [key for key, _ in step.entries if key.text in self._kinds]
        if not kinds:
            raise self._no_kind(step)
        if len(kinds) > 1:
            raise fields.flaw(
                kinds[1],
                f"A step does one thing, but this one has '{kinds[0].text}' and '{kinds[1].text}'; "
                "put a '- ' before the second.",
            )
        return self._kinds[kinds[0].text](step)

    def _no_kind(self, node: MapNode) -> Exception:
        for key, _ in node.entries:
            if key.text in _NOT_YET:
                return fields.flaw(
                    key, f"'{key.text}' steps do not exist yet; use 'tool' steps in this playbook."
                )
        for key, _ in node.entries:
            if close := suggestion(key.text, self._kinds):
                return fields.flaw(key, f"There is no step '{key.text[:60]}'.{close}")
        return fields.flaw(node, f"A step has one of these keys: {listed(self._kinds)}.")

    def _say(self, node: MapNode) -> Step:
        kind = "think" if any(key.text == "think" for key, _ in node.entries) else "say"
        entries = fields.known_fields(node, (kind,), f"A '{kind}' step")
        said = fields.template(entries[kind], f"'{kind}'")
        return Say(line=node.line, text=said, is_thought=kind == "think")

    def _stop(self, node: MapNode) -> Step:
        kind = "fail" if any(key.text == "fail" for key, _ in node.entries) else "stop"
        message = fields.known_fields(node, (kind,), f"A '{kind}' step")[kind]
        silent = kind == "stop" and isinstance(message, ScalarNode) and message.is_null
        said = None if silent else fields.template(message, f"'{kind}'")
        return Stop(line=node.line, message=said, is_failure=kind == "fail")

    def _assign(self, node: MapNode) -> Step:
        entries = fields.known_fields(node, ("set",), "A 'set' step")
        values = tuple(
            (
                fields.variable_name(key, "The name"),
                fields.template(value, f"The value of '{key.text[:60]}'", may_be_empty=True),
            )
            for key, value in fields.mapping(entries["set"], "'set'").entries
        )
        return Assign(line=node.line, values=values)

    def _branch(self, node: MapNode) -> Step:
        entries = fields.known_fields(node, ("branch", "else"), "A 'branch' step")
        cases = []
        for item in fields.items(entries["branch"], "'branch'", at_most=1_000):
            inner = fields.mapping(item, "A case of 'branch'")
            if not any(key.text == "when" for key, _ in inner.entries):
                raise fields.flaw(inner, "A case of 'branch' begins with 'when: variable'.")
            cases.append(self._case(inner, ()))
        return Branch(line=node.line, cases=tuple(cases), otherwise=self._else(entries))

    def _when(self, node: MapNode) -> Step:
        case = self._case(node, ("else",))
        entries = {key.text: value for key, value in node.entries}
        return Branch(line=node.line, cases=(case,), otherwise=self._else(entries))

    def _else(self, entries: Mapping[str, Node]) -> int | None:
        return self._block(entries["else"], "'else'") if "else" in entries else None

    def _case(self, node: MapNode, more: tuple[str, ...]) -> Case:
        known = ("when", *OPERATORS, "then", *more)
        entries = fields.known_fields(node, known, "A condition")
        if "then" not in entries:
            raise fields.flaw(node, "A condition needs 'then': the steps to do when it holds.")
        return Case(
            condition=read_condition(node, entries), block=self._block(entries["then"], "'then'")
        )

    def _repeat(self, node: MapNode) -> Step:
        entries = fields.known_fields(node, ("repeat", "steps"), "A 'repeat' step")
        if "steps" not in entries:
            raise fields.flaw(node, "A 'repeat' step needs 'steps': what is to be repeated.")
        return read_repeat(node, entries["repeat"], self._block(entries["steps"], "'steps'"))
