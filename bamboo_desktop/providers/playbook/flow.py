"""Reading what decides where a play goes: conditions and repetitions."""

from __future__ import annotations

from collections.abc import Mapping

from bamboo_desktop.providers.playbook import fields
from bamboo_desktop.providers.playbook.errors import listed
from bamboo_desktop.providers.playbook.steps import Condition, Operator, Repeat, Test
from bamboo_desktop.providers.playbook.syntax import MapNode, Node, ScalarNode
from bamboo_desktop.providers.playbook.template import Template

OPERATORS = tuple(str(word) for word in Operator)
MAX_TIMES = 1_000
_MAX_GLOB = 200


def read_condition(node: MapNode, entries: Mapping[str, Node]) -> Condition:
    """`when: variable` with at least one comparison."""
    if "when" not in entries:
        raise fields.flaw(node, "A condition needs 'when': the name of a variable.")
    variable = fields.text(entries["when"], "'when'").text
    tests = tuple(_test(Operator(word), entries[word]) for word in OPERATORS if word in entries)
    if not tests:
        raise fields.flaw(
            entries["when"], f"Say what '{variable[:60]}' shall be: one of {listed(OPERATORS)}."
        )
    return Condition(line=node.line, variable=variable, tests=tests)


def _test(operator: Operator, node: Node) -> Test:
    what = f"'{operator}'"
    if operator in (Operator.IS_EMPTY, Operator.SUCCEEDED):
        return Test(operator=operator, wanted=fields.flag(node, what))
    if operator is Operator.ONE_OF:
        found = fields.items(node, what, at_most=1_000)
        return Test(operator=operator, operands=tuple(fields.template(n, what) for n in found))
    operand = fields.template(node, what)
    if operator is Operator.MATCHES and len(fields.text(node, what).text) > _MAX_GLOB:
        raise fields.flaw(node, f"'matches' takes a pattern of at most {_MAX_GLOB} characters.")
    if operator in (Operator.ABOVE, Operator.BELOW):
        _check_number(operand, node, what)
    return Test(operator=operator, operands=(operand,))


def _check_number(operand: Template, node: Node, what: str) -> None:
    if operand.constant is None:
        return
    try:
        float(operand.constant)
    except ValueError as error:
        raise fields.flaw(node, f"{what} takes a number, not {fields.kind_of(node)}.") from error


def read_repeat(node: MapNode, how: Node, block: int) -> Repeat:
    """How often: a number, `each` with `in`, or `until` with `at_most`."""
    if isinstance(how, ScalarNode):
        return Repeat(line=node.line, block=block, times=_times(how), bound=MAX_TIMES)
    entries = fields.known_fields(
        fields.mapping(how, "'repeat'"), ("times", "each", "in", "until", "at_most"), "'repeat'"
    )
    ways = [name for name in ("times", "each", "until") if name in entries]
    if len(ways) != 1:
        raise fields.flaw(how, "'repeat' takes one of 'times', 'each' (with 'in') and 'until'.")
    bound = MAX_TIMES
    if "at_most" in entries:
        bound = fields.integer(entries["at_most"], "'at_most'", least=1, most=MAX_TIMES)
    if "in" in entries and ways[0] != "each":
        raise fields.flaw(entries["in"], "'in' belongs to 'each'.")
    if ways[0] == "times":
        return Repeat(line=node.line, block=block, times=_times(entries["times"]), bound=bound)
    if ways[0] == "each":
        return _each(node, entries, block, bound)
    if "at_most" not in entries:
        raise fields.flaw(how, "'until' needs 'at_most', so that it ends in any case.")
    inner = fields.mapping(entries["until"], "'until'")
    tests = fields.known_fields(inner, ("when", *OPERATORS), "'until'")
    return Repeat(line=node.line, block=block, until=read_condition(inner, tests), bound=bound)


def _times(node: Node) -> Template:
    found = fields.template(node, "'times'")
    if found.constant is not None:
        fields.integer(node, "'times'", least=0, most=MAX_TIMES)
    return found


def _each(node: MapNode, entries: Mapping[str, Node], block: int, bound: int) -> Repeat:
    if "in" not in entries:
        raise fields.flaw(node, "'each' needs 'in': a variable (its lines) or a list.")
    source, name = entries["in"], fields.variable_name(entries["each"], "'each'")
    if isinstance(source, ScalarNode):
        word = fields.plain_text(source, "'in'")
        return Repeat(line=node.line, block=block, each=name, lines_of=word, bound=bound)
    found = tuple(
        fields.template(item, "An entry of 'in'")
        for item in fields.items(source, "'in'", at_most=MAX_TIMES)
    )
    return Repeat(line=node.line, block=block, each=name, items=found, bound=bound)
