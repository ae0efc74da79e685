"""Which variables may have a value where: so that a slip of the pen is found before the play."""

from __future__ import annotations

from collections.abc import Iterable

from bamboo_desktop.domain.question import ItemKind
from bamboo_desktop.providers.playbook.errors import FlawError, listed, shown, suggestion
from bamboo_desktop.providers.playbook.fields import RESERVED
from bamboo_desktop.providers.playbook.steps import (
    Ask,
    AskItem,
    Assign,
    Branch,
    CallTool,
    Condition,
    Operator,
    Parallel,
    Playbook,
    Repeat,
    Say,
    ShowTasks,
    Step,
    Stop,
)
from bamboo_desktop.providers.playbook.template import Template

_ANYTHING = None
_WHOLE_VALUE = (Operator.EQUALS, Operator.NOT_EQUALS, Operator.ONE_OF, Operator.INCLUDES)
Values = frozenset[str] | None


def check_variables(playbook: Playbook) -> None:
    """Refuse variables that are never set, or not before they are used.

    Raises:
        FlawError: with the place of the first such use.
    """
    _ScopeCheck(playbook).block(0)


def names_set(step: Step) -> dict[str, Values]:
    """The variables a step sets by itself, with the values they can have where that is known."""
    if isinstance(step, CallTool):
        return _saved_by_call(step)
    if isinstance(step, Parallel):
        return {name: None for call in step.calls for name in _saved_by_call(call)}
    if isinstance(step, Assign):
        return {name: _ANYTHING for name, _ in step.values}
    if isinstance(step, Repeat) and step.each:
        return {step.each: _ANYTHING}
    if isinstance(step, Ask) and step.save:
        return _saved_by_ask(step)
    return {}


def _saved_by_call(call: CallTool) -> dict[str, Values]:
    return {call.save: _ANYTHING, f"{call.save}.outcome": _ANYTHING} if call.save else {}


def _saved_by_ask(step: Ask) -> dict[str, Values]:
    names: dict[str, Values] = {f"{step.save}.note": _ANYTHING}
    for item in step.items:
        name = step.save if step.is_single else f"{step.save}.{item.id}"
        names[name] = _possible(item)
        names[f"{name}.label"] = _ANYTHING
    return names


def _possible(item: AskItem) -> Values:
    if item.kind is ItemKind.CONFIRM:
        return frozenset({"yes", "no"})
    if item.kind is ItemKind.TEXT or item.allow_custom:
        return _ANYTHING
    return frozenset(option.id for option in item.options)


class _ScopeCheck:
    """Walks the steps in the order of the play and keeps what may have been set so far."""

    def __init__(self, playbook: Playbook) -> None:
        self._blocks = playbook.blocks
        self._values: dict[str, Values] = {}
        for step in (step for block in playbook.blocks for step in block):
            for name, values in names_set(step).items():
                known = name in self._values
                self._values[name] = _ANYTHING if known else values
        for entry in playbook.inputs:
            self._values[entry.name] = _ANYTHING
        self._set = set(RESERVED) | {entry.name for entry in playbook.inputs}
        self._anywhere = set(self._values) | self._set

    def block(self, number: int) -> None:
        for step in self._blocks[number]:
            self._step(step)
            self._set.update(names_set(step))

    def _step(self, step: Step) -> None:
        if isinstance(step, Branch):
            for case in step.cases:
                self._condition(case.condition)
            for case in step.cases:
                self.block(case.block)
            if step.otherwise is not None:
                self.block(step.otherwise)
        elif isinstance(step, Repeat):
            self._repeat(step)
        elif isinstance(step, Assign):
            for name, value in step.values:
                self._template(value)
                self._set.add(name)
        else:
            for template in _templates(step):
                self._template(template)

    def _repeat(self, step: Repeat) -> None:
        if step.times is not None:
            self._template(step.times)
        for item in step.items:
            self._template(item)
        if step.lines_of:
            self._name(step.lines_of, step.line, 1)
        self._set.update(names_set(step))
        self._set.update(self._set_within(step.block))
        self.block(step.block)
        if step.until is not None:
            self._condition(step.until)

    def _set_within(self, number: int) -> set[str]:
        names: set[str] = set()
        for step in self._blocks[number]:
            names.update(names_set(step))
            inner = [step.block] if isinstance(step, Repeat) else []
            if isinstance(step, Branch):
                inner = [case.block for case in step.cases]
                inner += [step.otherwise] if step.otherwise is not None else []
            for block in inner:
                names.update(self._set_within(block))
        return names

    def _condition(self, condition: Condition) -> None:
        self._name(condition.variable, condition.line, 1)
        for test in condition.tests:
            if test.operator is Operator.SUCCEEDED:
                self._result(condition)
            for operand in test.operands:
                self._template(operand)
                if test.operator in _WHOLE_VALUE:
                    self._answer(condition.variable, operand)

    def _result(self, condition: Condition) -> None:
        if f"{condition.variable}.outcome" not in self._anywhere:
            raise FlawError(
                f"'{condition.variable}' is not the result of a tool, so it cannot have succeeded; "
                "name what a tool step saves.",
                condition.line,
                1,
            )

    def _answer(self, variable: str, operand: Template) -> None:
        values, wanted = self._values.get(variable), operand.constant
        if values is None or wanted is None or wanted.strip() in values:
            return
        raise FlawError(
            f"'{variable}' is never '{shown(wanted)}'.{suggestion(wanted, values)} "
            f"Its answers are: {listed(sorted(values))}.",
            operand.line,
            operand.column,
        )

    def _template(self, template: Template) -> None:
        for placeholder in template.placeholders:
            self._name(placeholder.name, template.line, template.column)

    def _name(self, name: str, line: int, column: int) -> None:
        if name in self._set:
            return
        if name in self._anywhere:
            raise FlawError(f"'{name}' is used before it is set; set it first.", line, column)
        raise FlawError(
            f"There is no variable '{name}'.{suggestion(name, self._anywhere)} Variables come from "
            "'inputs', 'save', 'set' and 'each'; 'message', 'workspace' and 'loop' always exist.",
            line,
            column,
        )


def _templates(step: Step) -> Iterable[Template]:
    if isinstance(step, Say):
        yield step.text
    elif isinstance(step, CallTool):
        yield from (argument.template for argument in step.arguments)
    elif isinstance(step, Parallel):
        yield from (argument.template for call in step.calls for argument in call.arguments)
    elif isinstance(step, ShowTasks):
        yield from (task.content for task in step.tasks)
    elif isinstance(step, Stop) and step.message is not None:
        yield step.message
    elif isinstance(step, Ask):
        yield from _asked(step)


def _asked(step: Ask) -> Iterable[Template]:
    if step.title is not None:
        yield step.title
    for item in step.items:
        yield item.prompt
        for option in item.options:
            yield option.label
            if option.description is not None:
                yield option.description
