"""Rules for paths and hosts, rules that cannot be read, and the rules the program proposes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.tools.consent import build, matches, needs_consent, parse_rule
from bamboo_desktop.tools.rules import command_rule, path_rule
from tests.tools.test_rules import asked


def place(tool: str, path: str) -> ConsentRequest:
    return build(tool=tool, sentence="", exact="", where=path, digest="", rule="")


@pytest.mark.parametrize(
    ("rule", "tool", "path", "agrees"),
    [
        ("Write(/a/project/**)", "Write", "/a/project/x.py", True),
        ("Write(/a/project/**)", "Write", "/a/project/deep/er/x.py", True),
        ("Write(/a/project/**)", "Write", "/a/project", True),
        ("Write(/a/project/**)", "Write", "/a/project-evil/x.py", False),
        ("Write(/a/project/**)", "Write", "/a/x.py", False),
        ("Write(/a/project/**)", "Write", "/A/project/x.py", False),
        ("Write(/a/project/*)", "Write", "/a/project/x.py", True),
        ("Write(/a/project/*)", "Write", "/a/project/deep/x.py", False),
        ("Write(/a/**/*.py)", "Write", "/a/b/c/x.py", True),
        ("Write(/a/**/*.py)", "Write", "/a/x.py", True),
        ("Write(/a/**/*.py)", "Write", "/a/x.txt", False),
        ("Write(/a/x.py)", "Write", "/a/x.py", True),
        ("Write(/a/x.py)", "Write", "/a/xzpy", False),
        ("Write(/a/**)", "Edit", "/a/x.py", True),
        ("Edit(/a/**)", "Write", "/a/x.py", False),
        ("Write(/a/**)", "Read", "/a/x.py", False),
        ("Read(/a/**)", "Grep", "/a/x.py", True),
        ("Read(/a/**)", "Glob", "/a", True),
        ("Read(/a/**)", "Write", "/a/x.py", False),
        ("Write(/a/**)", "Write", "/a/.git/hooks/pre-commit", False),
        ("Write(/a/**)", "Write", "/a/sub/.GIT/config", False),
        ("Write", "Write", "/a/.git/config", False),
        ("Write(/a/.git/**)", "Write", "/a/.git/config", True),
        ("Write(/a/.git/config)", "Write", "/a/.git/config", True),
        ("Write(/a/**)", "Write", "/a/x\u202ey", True),
        ("Write(/a/x)", "Write", "/a/x\u200b", False),
    ],
)
def test_path_rules(rule: str, tool: str, path: str, agrees: bool) -> None:
    assert matches(rule, tool, place(tool, path)) is agrees


@pytest.mark.parametrize(
    ("rule", "host", "local", "agrees"),
    [
        ("WebFetch(example.org)", "example.org", False, True),
        ("WebFetch(example.org)", "evil-example.org", False, False),
        ("WebFetch(example.org)", "example.org.evil.net", False, False),
        ("WebFetch(*.example.org)", "www.example.org", False, True),
        ("WebFetch(*.example.org)", "evilexample.org", False, False),
        ("WebFetch", "example.org", False, True),
        ("WebFetch", "127.0.0.1", True, False),
        ("WebFetch(*.lan)", "router.lan", True, False),
        ("WebFetch(rebound.example)", "rebound.example", True, False),
        ("WebFetch(router.lan:8000)", "router.lan:8000", True, False),
        ("WebFetch(localhost:8000)", "localhost:8000", True, True),
        ("WebFetch([::1]:8000)", "[::1]:8000", True, True),
        ("WebFetch(127.0.0.1:8000)", "127.0.0.1:8000", True, True),
        ("WebFetch(127.0.0.1)", "127.0.0.1:8000", True, False),
    ],
)
def test_host_rules(rule: str, host: str, local: bool, agrees: bool) -> None:
    request = build(
        tool="WebFetch",
        sentence="",
        exact="",
        where=host,
        digest="",
        rule="",
        warnings=("local",) if local else (),
    )
    assert matches(rule, "WebFetch", request) is agrees


@pytest.mark.parametrize(
    "text",
    ["", "Bash(", "Bash()", "rm -rf", "Write(relative/**)", "Write(/a/../b)", "Nothing(x)",
     "WebFetch(http://x/y)", "Bash(g* status)", "Ask", "(x)"],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_rule(text)
    assert len(refusal.value.sentence) > 20
    assert not matches(text, "Bash", asked("rm -rf"))


def test_broad_rules_are_marked_and_never_proposed() -> None:
    assert all(parse_rule(text).is_broad for text in ("Bash", "Bash(*)", "Write", "Write(/**)"))
    assert parse_rule("Bash(python *)").is_broad
    assert not parse_rule("Bash(git *)").is_broad
    assert command_rule("ls *") == command_rule("ls \u202e") == ""
    assert command_rule("git status; ls") == "Bash(git status; ls)"
    assert path_rule("Write", "/a/st*r", everything_in=True) == ""


@settings(deadline=None)
@given(command=st.text(min_size=1, max_size=60))
def test_the_proposed_rule_agrees_to_exactly_the_command_it_was_made_from(command: str) -> None:
    rule = command_rule(command)
    if rule:
        assert parse_rule(rule).text == rule
        assert matches(rule, "Bash", asked(command))
        assert not matches(rule, "Bash", asked(command + " "))
        assert not matches(rule, "Bash", asked(command + ";x"))


def test_everything_without_a_rule_is_asked() -> None:
    assert needs_consent(asked("ls"), ())
    assert needs_consent(asked("ls"), ("Bash(git *)", "nonsense("))
    assert not needs_consent(asked("ls"), ("Bash(git *)", "Bash(ls)"))
    assert not needs_consent(None, ())
