"""Whatever is wrong with a file is said with its place and with what to write instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.providers.playbook import PlaybookError, describe, find, load
from bamboo_desktop.providers.playbook.loader import read_source
from tests.providers.playbook.stage import HEAD

S = f"{HEAD}steps:\n"


def sentence_of(source: str) -> str:
    with pytest.raises(PlaybookError) as caught:
        read_source(source, Path("/somewhere/p.yaml"))
    assert isinstance(caught.value, UserError)
    return caught.value.sentence


FLAWS = {
    "no version": ("title: x\nsteps: []", 1, "begin the file with 'version: 1'"),
    "version 2": ("version: 2\ntitle: x", 1, "version 1, not '2'"),
    "version as text": ("version: one\n", 1, "version 1, not 'one'"),
    "no title": ("version: 1\nsteps: [{say: x}]", 1, "needs 'title'"),
    "no steps": (HEAD, 1, "needs 'steps'"),
    "empty steps": (f"{HEAD}steps: []", 3, "'steps' is empty"),
    "nothing": ("# only a comment", 1, "mapping"),
    "a list": ("- a\n- b", 1, "has to be a mapping"),
    "unknown key": (f"{HEAD}stepps: []", 3, "Did you mean 'steps'?"),
    "steps no list": (f"{HEAD}steps: hello", 3, "has to be a list"),
    "bare step": (f"{S}  - hello", 4, "has to be a mapping"),
    "unknown step": (f"{S}  - repaet: 2", 4, "Did you mean 'repeat'?"),
    "nothing known": (f"{S}  - qqqq: x", 4, "one of these keys: 'say'"),
    "spawn": (f"{S}  - spawn: x", 4, "do not exist yet"),
    "wait": (f"{S}  - wait: all", 4, "do not exist yet"),
    "two steps in one": (f"{S}  - say: x\n    tool: Read", 5, "A step does one thing"),
    "say a list": (f"{S}  - say: [x]", 4, "has to be a text, not a list"),
    "say nothing": (f"{S}  - say:", 4, "has to be a text, not nothing"),
    "extra key": (f"{S}  - say: x\n    save: y", 5, "has no key 'save'"),
    "unknown tool": (f"{S}  - tool: Reed", 4, "Did you mean 'Read'?"),
    "ask as a tool": (f"{S}  - tool: Ask", 4, "write 'ask:'"),
    "task as a tool": (f"{S}  - tool: Task", 4, "write 'tasks:'"),
    "missing argument": (f"{S}  - tool: Read", 4, "needs the argument 'file_path'"),
    "unknown argument": (
        f"{S}  - tool: Read\n    args: {{file_path: x, lines: 2}}",
        5,
        "has no key 'lines'",
    ),
    "wrong number": (f"{S}  - tool: Read\n    args: {{file_path: x, limit: ten}}", 5, "whole"),
    "wrong flag": (
        f"{S}  - tool: Bash\n    args: {{command: x, run_in_background: 1}}",
        5,
        "true or false",
    ),
    "wrong on_error": (
        f"{S}  - tool: Bash\n    args: {{command: x}}\n    on_error: go_on",
        6,
        "Write 'stop', 'continue'",
    ),
    "bad save": (f"{S}  - ask: x\n    save: My-Name", 5, "cannot be a variable"),
    "reserved save": (f"{S}  - ask: x\n    save: message", 5, "set by the program"),
    "unknown variable": (f"{S}  - set: {{folder: x}}\n  - say: '{{{{foldr}}}}'", 5, "'folder'?"),
    "used too early": (f"{S}  - say: '{{{{x}}}}'\n  - set: {{x: 1}}", 4, "before it is set"),
    "set in else only": (
        f"{S}  - when: y\n    equals: 1\n    then: [{{say: x}}]",
        4,
        "There is no variable 'y'",
    ),
    "unknown filter": (f"{S}  - say: '{{{{message | qoute}}}}'", 4, "Did you mean 'quote'?"),
    "filter argument": (f"{S}  - say: '{{{{message | head}}}}'", 4, "'head(5)'"),
    "filter number": (f"{S}  - say: '{{{{message | head(x)}}}}'", 4, "whole number"),
    "open braces": (f"{S}  - say: 'a {{{{ b'", 4, "never closed"),
    "code in braces": (f"{S}  - say: '{{{{ 1 + 1 }}}}'", 4, "names no variable"),
    "variable in title": ("version: 1\ntitle: '{{message}}'\nsteps: [{say: x}]", 2, "variables"),
    "no test": (f"{S}  - when: message\n    then: [{{say: x}}]", 4, "one of 'equals'"),
    "no then": (f"{S}  - when: message\n    equals: x", 4, "needs 'then'"),
    "case without when": (f"{S}  - branch: [{{equals: x}}]", 4, "begins with 'when"),
    "number to compare": (
        f"{S}  - when: message\n    above: x\n    then: [{{say: x}}]",
        5,
        "takes a number",
    ),
    "succeeded without a tool": (
        f"{S}  - when: message\n    succeeded: true\n    then: [{{say: x}}]",
        4,
        "not the result of a tool",
    ),
    "an answer that is no option": (
        f"{S}  - ask: x\n    options: [red, blue]\n    save: c\n"
        "  - when: c\n    equals: bleu\n    then: [{say: x}]",
        8,
        "Did you mean 'blue'?",
    ),
    "true is not yes": (
        f"{S}  - ask: x\n    kind: confirm\n    save: c\n"
        "  - when: c\n    equals: true\n    then: [{say: x}]",
        8,
        "Its answers are: 'no', 'yes'",
    ),
    "no options": (f"{S}  - ask: x\n    kind: single", 4, "needs 'options'"),
    "options of a text": (f"{S}  - ask: x\n    kind: text\n    options: [a]", 6, "no 'options'"),
    "min of a single": (f"{S}  - ask: x\n    options: [a, b]\n    min: 1", 6, "Only a 'multi'"),
    "max below min": (
        f"{S}  - ask: x\n    kind: multi\n    options: [a, b]\n    min: 2\n    max: 1",
        8,
        "less than 'min'",
    ),
    "max above all": (
        f"{S}  - ask: x\n    kind: multi\n    options: [a, b]\n    max: 3",
        7,
        "between 1 and 2",
    ),
    "same option twice": (f"{S}  - ask: x\n    options: [a, a]", 5, "two options"),
    "option without id": (f"{S}  - ask: x\n    options: [{{label: A}}]", 5, "needs an 'id'"),
    "option id": (f"{S}  - ask: x\n    options: [two words]", 5, "one word of letters"),
    "only one option": (f"{S}  - ask: x\n    options: [a]", 5, "only one option"),
    "unknown kind": (f"{S}  - ask: x\n    kind: mulit", 5, "Did you mean 'multi'?"),
    "same item twice": (
        f"{S}  - ask:\n      - {{id: a, prompt: x}}\n      - {{id: a, prompt: y}}",
        6,
        "two items",
    ),
    "item without prompt": (f"{S}  - ask: [{{id: a}}]", 4, "needs 'prompt'"),
    "repeat without steps": (f"{S}  - repeat: 3", 4, "needs 'steps'"),
    "repeat too often": (f"{S}  - repeat: 1001\n    steps: [{{say: x}}]", 4, "between 0 and 1000"),
    "until without bound": (
        f"{S}  - repeat: {{until: {{when: message, equals: x}}}}\n    steps: [{{say: x}}]",
        4,
        "needs 'at_most'",
    ),
    "each without in": (f"{S}  - repeat: {{each: x}}\n    steps: [{{say: x}}]", 4, "needs 'in'"),
    "two ways to repeat": (
        f"{S}  - repeat: {{times: 1, each: x}}\n    steps: [{{say: x}}]",
        4,
        "takes one of",
    ),
    "unknown status": (f"{S}  - tasks: [{{content: x, status: done}}]", 4, "'completed'"),
    "same task twice": (
        f"{S}  - tasks: [{{content: x, id: a}}, {{content: y, id: a}}]",
        4,
        "two tasks",
    ),
    "writing in parallel": (
        f"{S}  - parallel:\n      - {{tool: Bash, args: {{command: ls}}}}",
        5,
        "may change something",
    ),
    "saying in parallel": (f"{S}  - parallel: [{{say: x}}]", 4, "tool steps only"),
    "bad input name": (f"{HEAD}inputs: {{A: 1}}\nsteps: [{{say: x}}]", 3, "cannot be a variable"),
    "broken yaml": (f"{S}  - say: 'x", 4, "not valid YAML"),
    "colon in a text": (f"{S}  - say: a: b", 4, "put a text with a colon"),
    "tab": (f"{S}\t- say: x", 4, "indented with a tab"),
    "same key twice": (f"{S}  - say: x\n    say: y", 5, "stands here twice, first in line 4"),
    "version twice": ("version: 1\nversion: 1", 2, "twice"),
    "cycle": (f"{S}  - &a {{repeat: 2, steps: [*a]}}", 4, "a cycle"),
    "unknown alias": (f"{S}  - *a", 4, "anchor that is not there"),
    "tag": (f"{S}  - say: !!python/object x", 4, "Tags"),
    "two documents": (f"{S}  - say: x\n---\nversion: 1", 5, "one playbook"),
    "key is a list": (f"{S}  - ? [a]\n    : b", 4, "A key has to be a word"),
    "control character": (f"{S}  - say: \x01", 4, "U+0001"),
    "too deep": (S + "  - say: " + "[" * 5000, 4, "deep"),
}


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_is_told_with_its_line(name: str) -> None:
    source, line, words = FLAWS[name]
    sentence = sentence_of(source)
    assert sentence.startswith(f"p.yaml, line {line}, column "), sentence
    assert words in sentence


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("ls {{message}}", "{{message | quote}}"),
        ("ls {{message | quote | trim}}", "{{message | quote}}"),
        ("ls '{{message | quote}}'", "inside quotes"),
        ('ls "{{message | quote}}"', "inside quotes"),
        ('echo "$(ls {{message | quote}})"', "inside quotes"),
        ("ls # {{message | quote}}", "inside a comment"),
        ("ls `cat {{message | quote}}`", "inside backticks"),
        ("echo $(( {{message | quote}} ))", "((...))"),
        ("echo ${x:-{{message | quote}}}", "${...}"),
        ("ls \\{{message | quote}}", "names no"),
        ("ls ${{message | quote}}", "$'"),
        ("ls $'a\\'{{message | quote}}'", "inside quotes"),
        ("cat <<E\n{{message | quote}}\nE", "here-document"),
    ],
)
def test_a_variable_that_could_break_out_of_a_command_is_refused(command: str, words: str) -> None:
    body = "\n".join(f"        {line}" for line in command.splitlines())
    source = f"{S}  - tool: Bash\n    args:\n      command: |\n{body}\n"
    if command.startswith("ls \\{{"):
        assert read_source(source, Path("p.yaml")).blocks  # an escaped brace is no variable
        return
    sentence = sentence_of(source)
    assert sentence.startswith("p.yaml, line 6, column ")
    assert words in sentence


@pytest.mark.parametrize(
    "command",
    [
        "ls -- {{message | quote}}",
        "x={{message | quote}}; ls \"$x\" 'it''s' # don't",
        "a=$(cat -- {{message | quote}} | wc -l)",
        "# don't\nls {{message | quote}}",
        "echo ${x#y} {{message | quote}} $((1 + 2)) {{message | quote}}",
        "grep 'a\"b' {{message | name | quote}} <<< x",
    ],
)
def test_a_quoted_variable_in_the_open_is_fine(command: str) -> None:
    body = "\n".join(f"        {line}" for line in command.splitlines())
    read_source(f"{S}  - tool: Bash\n    args:\n      command: |\n{body}\n", Path("p.yaml"))


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "blow it up" in sentence_of("version: 1\n" + "\n".join(lines))


def test_an_alias_may_repeat_a_step() -> None:
    source = f"{S}  - &hello {{say: hello}}\n  - *hello\n"
    assert len(read_source(source, Path("p.yaml")).blocks[0]) == 2


def test_ten_thousand_steps_are_read_and_one_more_is_refused() -> None:
    source = S + "  - say: x\n" * 10_000
    assert len(read_source(source, Path("p.yaml")).blocks[0]) == 10_000
    assert "10000" in sentence_of(source + "  - say: x\n")


def test_steps_in_blocks_count_as_well() -> None:
    block = "      - say: x\n" * 5_000
    source = f"{S}  - repeat: 2\n    steps:\n{block}  - repeat: 2\n    steps:\n{block}"
    assert "at most 10000 steps" in sentence_of(source)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"version: 1\ntitle: \xff\n", "line 2: The file is not UTF-8"),
        ("version: 1".encode("utf-16"), "not UTF-8"),
        (b"#" * (1024 * 1024 + 1), "larger than 1 MiB"),
    ],
)
def test_a_file_that_is_no_text_is_told(tmp_path: Path, raw: bytes, words: str) -> None:
    file = tmp_path / "p.yaml"
    file.write_bytes(raw)
    for read in (load, describe):
        with pytest.raises(PlaybookError, match=r"p\.yaml") as caught:
            read(file)
        assert words in caught.value.sentence


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    for name, words in {
        "": "This is a folder",
        "missing.yaml": "is not there",
        "pipe.yaml": "not a regular file",
        "loop.yaml": "cannot be read",
        "x\x00.yaml": "cannot be read",
        "n" * 300: "cannot be read",
    }.items():
        with pytest.raises(PlaybookError) as caught:
            load(tmp_path / name)
        assert words in caught.value.sentence


def test_a_byte_order_mark_is_no_flaw(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + f"{S}  - say: x\n".encode())
    assert load(file).title == "Test"


def test_title_and_description_are_read_without_the_steps(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("version: 1\ntitle: T\ndescription: D\nsteps:\n  - broken", encoding="utf-8")
    info = describe(file)
    assert (info.path, info.title, info.description) == (file, "T", "D")
    file.write_text("version: 1\nsteps:\n  - say: x\ntitle: behind\n", encoding="utf-8")
    assert describe(file).title == "behind"


def test_playbooks_are_found_by_path_and_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    for folder in (first, second):
        folder.mkdir()
        (folder / "report.yaml").touch()
    (second / "other.yml").touch()
    folders = (first, second, tmp_path / "missing")
    assert find("report", folders) == first / "report.yaml"
    assert find("other.yml", folders) == second / "other.yml"
    assert find(str(second / "report.yaml"), ()) == second / "report.yaml"
    monkeypatch.chdir(second)
    assert find("./other.yml", ()) == second / "other.yml"
    for name in ("reprot", "../one/secret", "", "x\x00"):
        with pytest.raises(PlaybookError) as caught:
            find(name, folders)
        if name == "reprot":
            assert "Did you mean 'report'?" in caught.value.sentence


# fmt: off
FRAGMENTS = [
    "version: 1", "title: x", "steps:", "  - say: ", "  - tool: Bash", "    args: ",
    "{command: ", "}", "[", "]", "- ", ": ", "'", '"', "{{", "}}", "message", " | quote",
    "  - ask: ", "    options: ", "  - when: ", "    equals: ", "    then: ", "  - repeat: ",
    "&a ", "*a", "!!x ", "<<: ", "? ", "\t", "\n", "\n", "  ", "--- ", "...", "%YAML 1.1",
    "\x00", "\ud800", "\u2028", "#", ">\n", "1e999", "0x1F", "    steps: ", "  - set: ",
    "  - tasks: ", "  - parallel: ", "  - fail: x", "\xe9", "", " ", "",
]
KEYS = [
    "say", "think", "tool", "args", "save", "on_error", "ask", "id", "prompt", "kind",
    "options", "label", "allow_custom", "min", "max", "branch", "when", "equals", "one_of",
    "above", "is_empty", "succeeded", "then", "else", "repeat", "times", "each", "in", "until",
    "at_most", "steps", "set", "tasks", "content", "status", "parallel", "stop", "fail",
    "command", "file_path",
]
# fmt: on
WORDS = st.sampled_from(FRAGMENTS)


def read_or_refuse(source: str) -> None:
    refusal = ""
    try:
        read_source(source, Path("p.yaml"))
    except PlaybookError as error:
        refusal = error.sentence
    assert not refusal or (refusal.startswith("p.yaml") and refusal.endswith((".", "?")))


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=30).map("".join))
def test_no_text_breaks_the_reader(source: str) -> None:
    read_or_refuse(source)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=12).map(lambda words: S + "  - " + "".join(words)))
def test_no_steps_break_the_reader(source: str) -> None:
    read_or_refuse(source)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["{{message}}", "yes", "Read", "confirm", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_no_shape_of_values_breaks_the_reader(value: object) -> None:
    import json

    read_or_refuse(json.dumps({"version": 1, "title": "x", "steps": value}))
    read_or_refuse(json.dumps({"version": 1, "title": "x", "steps": [value]}))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_break_the_loader(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.mktemp("fuzz") / "p.yaml"
    file.write_bytes(raw)
    with pytest.raises(PlaybookError):
        load(file)
