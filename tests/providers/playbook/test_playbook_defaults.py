"""A question may say what to take when the time a person has set is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from bamboo_desktop.providers.playbook import PlaybookError
from bamboo_desktop.providers.playbook.loader import read_source
from bamboo_desktop.providers.playbook.steps import Ask

HEAD = "version: 1\ntitle: T\ndescription: D\nsteps:\n"


def default_of(ask: str) -> tuple[str, ...]:
    play = read_source(HEAD + ask, Path("p.yaml"))
    (step,) = play.blocks[0]
    assert isinstance(step, Ask)
    return step.items[0].default


@pytest.mark.parametrize(
    ("ask", "default"),
    [
        ("  - {ask: Which?, options: [a, b], default: b}\n", ("b",)),
        ("  - {ask: Which?, kind: multi, options: [a, b, c], default: [a, c]}\n", ("a", "c")),
        ("  - {ask: Sure?, kind: confirm, default: 'no'}\n", ("no",)),
        ("  - {ask: Which?, options: [a, b]}\n", ()),
    ],
)
def test_a_default_names_options(ask: str, default: tuple[str, ...]) -> None:
    assert default_of(ask) == default


@pytest.mark.parametrize(
    "ask",
    [
        "  - {ask: Which?, options: [a, b], default: c}\n",
        "  - {ask: Which?, options: [a, b], default: [a, b]}\n",
        "  - {ask: Why?, kind: text, default: because}\n",
        "  - {ask: Which?, options: [a, b], default: []}\n",
    ],
)
def test_a_default_that_is_no_answer_is_refused_with_its_line(ask: str) -> None:
    with pytest.raises(PlaybookError, match="line 5"):
        default_of(ask)
