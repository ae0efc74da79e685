"""Does a condition hold? Plain comparisons and globs: nothing that could run for long."""

from __future__ import annotations

import math
import re

from bamboo_desktop.providers.playbook.errors import PlayError, shown
from bamboo_desktop.providers.playbook.steps import Condition, Operator, Test
from bamboo_desktop.providers.playbook.variables import Variables

_ASTERISKS = re.compile(r"\*+")


def holds(condition: Condition, variables: Variables) -> bool:
    """True when all tests of the condition hold.

    Raises:
        PlayError: a number is wanted and there is none.
    """
    return all(_passes(test, condition, variables) for test in condition.tests)


def _passes(test: Test, condition: Condition, variables: Variables) -> bool:
    value = variables.get(condition.variable).strip()
    if test.operator is Operator.IS_EMPTY:
        return (value == "") is test.wanted
    if test.operator is Operator.SUCCEEDED:
        outcome = variables.get(f"{condition.variable}.outcome")
        return (outcome == "ok") is test.wanted
    operands = [operand.render(variables.get).strip() for operand in test.operands]
    if test.operator in (Operator.ABOVE, Operator.BELOW):
        left, right = (_number(text, condition) for text in (value, operands[0]))
        return left > right if test.operator is Operator.ABOVE else left < right
    return _compares(test.operator, value, operands)


def _compares(operator: Operator, value: str, operands: list[str]) -> bool:
    first = operands[0]
    if operator is Operator.CONTAINS:
        return first in value
    if operator is Operator.INCLUDES:
        return first in (line.strip() for line in value.splitlines())
    if operator is Operator.MATCHES:
        return matches_glob(first, value)
    if operator is Operator.NOT_EQUALS:
        return value != first
    return value in operands


def _number(text: str, condition: Condition) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise PlayError(
            f"'{condition.variable}' is compared as a number, but '{shown(text)}' is none; test "
            "it with 'is_empty' or 'succeeded' first.",
            condition.line,
        )
    return number


def matches_glob(pattern: str, text: str) -> bool:
    """Does the whole text match, where `*` stands for anything and `?` for one character?

    Piece by piece from the left, so the time grows with the length and never explodes.
    """
    first, *rest = _ASTERISKS.split(pattern)
    pieces = [re.compile(_one_by_one(piece), re.DOTALL) for piece in (first, *rest)]
    if not rest:
        return pieces[0].fullmatch(text) is not None
    if pieces[0].match(text) is None or len(text) < len(first) + len(rest[-1]):
        return False
    position, end = len(first), len(text) - len(rest[-1])
    for piece in pieces[1:-1]:
        found = piece.search(text, position, end)
        if found is None:
            return False
        position = found.end()
    return position <= end and pieces[-1].match(text, end) is not None


def _one_by_one(piece: str) -> str:
    return "".join("." if letter == "?" else re.escape(letter) for letter in piece)
