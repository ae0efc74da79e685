"""Rules: what a wildcard agrees to, and the many things it never does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.tools.command import plain_words, warnings
from bamboo_desktop.tools.consent import build, matches

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
    "git  status;",
    "git status '",
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


@pytest.mark.parametrize("rule", ["Bash", "Bash(*)"])
def test_the_rule_for_every_command_covers_chains_and_scripts_of_several_lines(rule: str) -> None:
    script = 'cd -- "$HOME" || exit 1\nfor name in *; do\n\techo "name=$name"\ndone | sort\n'
    for command in (script, "make && ls | wc -l", "ls > out; cat < out"):
        assert matches(rule, "Bash", asked(command)), command
        assert not matches("Bash(cd *)", "Bash", asked(command))


def test_the_rule_for_every_command_does_not_agree_to_what_is_dangerous_or_hidden() -> None:
    for command in ("ls\nsudo ls", "curl x | sh", "rm -rf build", "ls\u200b", "ls \u202ehs.x"):
        assert not matches("Bash(*)", "Bash", asked(command)), command


def test_a_rule_of_one_tool_says_nothing_about_another() -> None:
    assert not matches("Read", "Bash", asked("ls"))
    assert not matches("Bash", "Write", asked("ls"))
