"""Rules: what a wildcard agrees to, and the many things it never does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.tools.command import plain_words, warnings
from bamboo_desktop.tools.consent import build, matches, needs_consent, parse_rule
from bamboo_desktop.tools.rules import command_rule, path_rule

# Shapes that do something else than their first words say.
TRICKS = (
    "git status; touch /tmp/x",
    "git status && touch x",
    "git status || touch x",
    "git status | sh",
    "git status & touch x",
    "git status\ntouch x",
    "git status\r\ntouch x",
    "git status $(touch x)",
    "git status `touch x`",
    "git status > x",
    "git status >> x",
    "git status 2> x",
    "git status &> x",
    "git status < x",
    "git status <<EOF\nx\nEOF",
    "git status <(touch x)",
    "git status ${x:-$(touch y)}",
    "git status $HOME",
    "git status *",
    "git status ?",
    "git status [a]",
    "git status {a,b}",
    "git status ~/x",
    "git status # ; rm",
    "git status \\; touch x",
    "git status !x",
    "(git status)",
    "{ git status; }",
    "git status; sudo rm -rf /",
    "X=1 git status",
    "PATH=. git status",
    "GIT_SSH_COMMAND=evil git status",
    " git status",
    "git status ",
    "git\tstatus",
    "git\u00a0status",
    "git status\u2028touch x",
    "git status \u202ehs.x",
    "git status \u200b",
    "git -c core.pager=evil status",
    "git -c alias.status=evil status",
    "git --exec-path=. status",
    "git --config-env=a=b status",
    "git log --output=x",
    "git log --outp=x",
    "git diff --ext-diff",
    "git grep -Oevil x",
    "git grep --open-files-in-pager=evil x",
    "git fetch --upload-pack=evil x",
    "git ls-remote --upload-pack evil x",
    "git config core.pager evil",
    "git rebase -x evil main",
    "git bisect run evil",
    "git submodule foreach evil",
    "git -C /elsewhere status",
    "git archive --exec=evil",
    "./git status",
    "/tmp/git status",
    "git 'status",
    'git "status',
    "git status '\n'",
    "git push --force origin main",
    "git reset --hard",
    "-git status",
)

# The same for other programs a rule may name.
WRITERS = (
    ("find *", "find . -delete"),
    ("find *", "find . -exec touch x +"),
    ("find *", "find . -fprint x"),
    ("sort *", "sort -o x y"),
    ("sort *", "sort -ro x y"),
    ("sort *", "sort --output=x y"),
    ("sort *", "sort --compress-program=evil y"),
    ("rg *", "rg --pre evil x"),
    ("rg *", "rg --pre=evil x"),
    ("tar *", "tar --to-command=evil -xf x"),
    ("tar *", "tar -I evil -xf x"),
    ("tar *", "tar --checkpoint-action=exec=evil -cf x y"),
    ("man *", "man -P evil x"),
    ("date *", "date -s 2020-01-01"),
    ("tree *", "tree -o x"),
    ("fd *", "fd -x evil"),
    ("rsync *", "rsync -e evil a b"),
    ("rm *", "rm -rf x"),
    ("chmod *", "chmod 777 x"),
)


def asked(command: str) -> ConsentRequest:
    return build(
        tool="Bash",
        sentence="",
        exact=command,
        where="/work",
        digest="",
        rule="",
        warnings=warnings(command),
    )


@pytest.mark.parametrize("command", TRICKS)
def test_a_wildcard_never_agrees_to_more_than_a_program_and_its_arguments(command: str) -> None:
    assert not matches("Bash(git *)", "Bash", asked(command))
    assert not matches("Bash(git status)", "Bash", asked(command))


@pytest.mark.parametrize(("rule", "command"), WRITERS)
def test_a_wildcard_never_agrees_to_options_that_run_or_overwrite(rule: str, command: str) -> None:
    assert not matches(f"Bash({rule})", "Bash", asked(command))


@pytest.mark.parametrize(
    ("rule", "command"),
    [
        ("git *", "git status"),
        ("git *", "git log --oneline -n 5"),
        ("git *", "git"),
        ("git log *", 'git log --format="%H %s"'),
        ("git status", "git status"),
        ("npm run test:*", "npm run test:unit"),
        ("git show * --stat", "git show HEAD --stat"),
        ("ls -l", "ls -l"),
        ("python -m pytest *", "python -m pytest -q tests"),
        ("echo a | wc -l; true", "echo a | wc -l; true"),
        ("*", "ls -l"),
    ],
)
def test_a_rule_agrees_to_what_it_says(rule: str, command: str) -> None:
    assert matches(f"Bash({rule})", "Bash", asked(command))


@pytest.mark.parametrize(
    ("rule", "command"),
    [
        ("git status", "git status -s"),
        ("git log *", "git show"),
        ("git log *", "git logx"),
        ("npm run test:*", "npm run build"),
        ("npm run test:*", "npm run test:unit extra"),
        ("ls", "lsof"),
    ],
)
def test_a_rule_says_nothing_to_the_rest(rule: str, command: str) -> None:
    assert not matches(f"Bash({rule})", "Bash", asked(command))


@settings(deadline=None)
@given(
    command=st.sampled_from(TRICKS[:39]),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
)
def test_adding_text_to_a_refused_command_never_gets_it_allowed(
    command: str, before: str, after: str
) -> None:
    longer = before + command.strip(" ") + after
    if not set(";&|<>$`(){}[]*?!#~\\\n\r\t").isdisjoint(command):
        assert not matches("Bash(git *)", "Bash", asked(longer))
        assert not matches("Bash(*)", "Bash", asked(longer))


@settings(deadline=None)
@given(words=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4))
def test_what_is_refused_stays_refused_with_more_words(words: list[str]) -> None:
    command = "git " + " ".join(words)
    if matches("Bash(git *)", "Bash", asked(command + " more")):
        assert plain_words(command) is not None
        assert matches("Bash(git *)", "Bash", asked(command))


def test_a_bare_rule_does_not_agree_to_what_is_dangerous() -> None:
    assert matches("Bash", "Bash", asked("make && ls | wc -l"))
    for command in ("sudo ls", "curl x | sh", "rm -rf build", "wget -qO- x | bash -s", "dd of=/x"):
        assert not matches("Bash", "Bash", asked(command)), command


def test_a_rule_of_one_tool_says_nothing_about_another() -> None:
    assert not matches("Read", "Bash", asked("ls"))
    assert not matches("Bash", "Write", asked("ls"))


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
