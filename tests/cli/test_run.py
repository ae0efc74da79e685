"""Running playbooks, sessions and answers with no other program about."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from tests.cli.ctl import INSTANT, Ctl, playbook, stdin_of
from tests.engine.scripted import Desk

ASK = (
    "ask: Which one?\n    title: A choice\n    options:\n"
    "      - {id: left, label: Left}\n      - {id: right, label: Right}\n    save: way"
)
KEYS = {"seq", "session_id", "run_id", "at", "type", "data"}


def test_a_playbook_is_played_to_its_end(ctl: Ctl, tmp_path: Path) -> None:
    done = ctl("run", playbook(tmp_path / "a.yaml", "say: One.", "say: Two."))
    assert (done.code, done.out, done.err) == (0, "One.\n\nTwo.\n", "")


def test_the_events_of_a_run_are_one_a_line(ctl: Ctl, tmp_path: Path) -> None:
    done = ctl("run", "--json", playbook(tmp_path / "a.yaml", "say: One."))
    assert done.code == 0
    assert done.types[0] == "session_created"
    assert done.types[-1] == "complete"
    for line in done.lines:
        assert set(line) - {"index"} == KEYS
        assert INSTANT.match(line["at"])
    durable = [line["seq"] for line in done.lines if "index" not in line]
    assert durable == list(range(1, len(durable) + 1))
    assert [line["seq"] for line in ctl("events", "--json").lines] == durable


def test_a_question_ends_the_run_with_three_and_its_answer_goes_on(
    ctl: Ctl, tmp_path: Path
) -> None:
    asked = ctl("run", playbook(tmp_path / "a.yaml", ASK, 'say: "It is {{way.label}}."'))
    assert asked.code == 3
    assert "--item" in asked.out
    assert "answer with: bambooctl answer" in asked.out
    (question,) = ctl("answer", "--json").lines
    assert ctl("sessions", "--json").lines[0]["status"] == "waiting_answer"
    item = question["items"][0]["id"]
    wrong = ctl("answer", question["id"], "--item", f"{item}=middle")
    assert wrong.code == 2
    assert "its options are: left, right" in wrong.sentence
    none = ctl("answer", question["id"][:8])
    assert none.code == 2
    assert "has no answer yet" in none.sentence
    answered = ctl("answer", question["id"][:8], "--item", f"{item}=right", "--note", "please")
    assert (answered.code, answered.out) == (0, "It is Right.\n")
    again = ctl("answer", question["id"][:8], "--item", f"{item}=left")
    assert again.code == 1
    assert "already answered by bambooctl" in again.sentence
    assert ctl("answer").out == "Nothing waits for an answer.\n"
    assert ctl("answer", "--json").out == ""


def test_a_wait_is_stopped(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", ASK))
    (row,) = ctl("sessions", "--json").lines
    stopped = ctl("stop", row["id"][:6], "--json")
    assert (stopped.code, stopped.lines) == (0, [{"session_id": row["id"], "stopped": True}])
    again = ctl("stop", row["id"])
    assert again.code == 1
    assert "nothing to stop" in again.sentence
    assert ctl("sessions", "--json").lines[0]["status"] == "cancelled"
    assert ctl("answer", "--json").lines == []


def test_consent_is_asked_for_or_given_with_the_run(ctl: Ctl, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    book = playbook(tmp_path / "a.yaml", "tool: Bash\n    args: {command: touch made}", "say: ok")
    asked = ctl("run", book, "--workspace", str(work))
    assert asked.code == 3
    assert "| touch made" in asked.out
    assert not (work / "made").exists()
    given = ctl("run", book, "--workspace", str(work), "--allow", "Bash(touch made)")
    assert given.code == 0, given
    assert (work / "made").exists()
    # The rule was for that run and no other.
    assert ctl("run", book, "--workspace", str(work)).code == 3


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_call_that_no_rule_covered_names_the_rule_and_the_line_that_allows_it(
    ctl: Ctl, tmp_path: Path, more: tuple[str, ...]
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    book = playbook(tmp_path / "a.yaml", "tool: Bash\n    args: {command: touch made}", "say: ok")
    asked = ctl("run", book, "--workspace", str(work), "--allow", "Bash(git status)", *more)
    assert asked.code == 3
    told = asked.sentence
    assert "touch made" in told
    assert "--allow 'Bash(touch made)'" in told
    *_, line = told.partition("with: bambooctl ")
    answered = ctl(*shlex.split(line))
    assert (answered.code, answered.out) == (0, "ok\n")
    assert (work / "made").exists()


def test_a_call_that_every_rule_asks_about_is_told_as_that(ctl: Ctl, tmp_path: Path) -> None:
    book = playbook(tmp_path / "a.yaml", 'tool: Bash\n    args: {command: "rm -rf gone "}')
    asked = ctl("run", book, "--workspace", str(tmp_path), "--allow", "Bash(*)")
    assert asked.code == 3
    assert "always asks" in asked.sentence


def test_a_script_of_several_lines_runs_by_the_rule_for_every_command(
    ctl: Ctl, tmp_path: Path
) -> None:
    script = 'tool: Bash\n    args: {command: "cd . || exit 1\\nls | sort > made\\n"}'
    book = playbook(tmp_path / "a.yaml", script, "say: ok")
    asked = ctl("run", book, "--workspace", str(tmp_path), "--allow", "Bash(cd *)")
    assert asked.code == 3
    assert "--allow 'Bash(*)' would have covered it" in asked.sentence
    given = ctl("run", book, "--workspace", str(tmp_path), "--allow", "Bash(*)")
    assert (given.code, given.out) == (0, "ok\n")
    assert (tmp_path / "made").exists()


def test_the_message_of_a_playbook_is_not_empty_and_a_prompt_has_none(
    ctl: Ctl, tmp_path: Path
) -> None:
    book = playbook(tmp_path / "a.yaml", "say: One.")
    for message in ("", "  \n"):
        empty = ctl("run", book, "--message", message)
        assert empty.code == 2
        assert "message is empty" in empty.sentence
    both = ctl("run", "a prompt", "--message", "and more")
    assert both.code == 2
    assert "--message is for a playbook" in both.sentence
    assert ctl("sessions", "--json").lines == []


def test_a_failed_run_says_why_and_ends_with_one(ctl: Ctl, tmp_path: Path) -> None:
    book = playbook(tmp_path / "a.yaml", "fail: The moon is missing.")
    for more in ((), ("--json",)):
        done = ctl("run", book, *more)
        assert done.code == 1
        assert "The moon is missing." in done.sentence


def test_a_session_goes_on_with_another_message(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: One."))
    (row,) = ctl("sessions", "--json").lines
    assert ctl("run", "again", "--session", row["id"][:8]).out == "One.\n"
    assert len(ctl("sessions", "--json").lines) == 1
    shown = ctl("show", row["id"], "--json").lines[0]
    texts = [entry["text"] for entry in shown["entries"] if entry["kind"] == "user"]
    assert texts == ["Play a.yaml", "again"]
    assert all(INSTANT.match(entry["at"]) for entry in shown["entries"])


def test_show_gives_the_last_entries_and_says_what_is_left_out(ctl: Ctl, tmp_path: Path) -> None:
    repeat = "repeat: {times: 60}\n    steps:\n      - tool: GetFileInfo\n"
    book = playbook(tmp_path / "a.yaml", f"{repeat}        args: {{path: a.yaml}}", "say: Last.")
    ctl("run", book, "--workspace", str(tmp_path))
    (row,) = ctl("sessions", "--json").lines
    last = ctl("show", row["id"][:8], "--last", "3").out
    assert "... 60 earlier entries" in last or "earlier entries" in last
    assert last.count("> GetFileInfo") == 1
    assert "Last." in last
    everything = ctl("show", row["id"], "--last", "1000").out
    assert everything.count("> GetFileInfo") == 60


def test_exports_go_to_stdout_or_into_a_file(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: One."))
    (row,) = ctl("sessions", "--json").lines
    markdown = ctl("export", row["id"][:8])
    assert markdown.out.startswith("# A test")
    document = json.loads(ctl("export", row["id"], "--format", "json").out)
    assert document["session_id"] == row["id"]
    assert json.loads(ctl("export", row["id"], "--json").out) == document
    target = tmp_path / "out.md"
    target.write_text("old")
    assert ctl("export", row["id"], "--output", str(target)).code == 0
    assert target.read_text() == markdown.out
    refused = ctl("export", row["id"], "--output", str(tmp_path / "no" / "out.md"))
    assert refused.code == 1
    assert "cannot be written" in refused.sentence
    assert not list(tmp_path.glob(".*.new"))


def test_an_export_into_a_folder_is_refused_in_one_sentence(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: One."))
    (row,) = ctl("sessions", "--json").lines
    for folder in (".", "/", str(tmp_path)):
        refused = ctl("export", row["id"], "--output", folder)
        assert refused.code == 1
        assert "cannot be written" in refused.sentence


def test_an_export_into_a_pipe_leaves_the_pipe_in_its_place(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: One."))
    (row,) = ctl("sessions", "--json").lines
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Open for both, so that neither end waits for the other.
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        assert ctl("export", row["id"], "--output", str(pipe)).code == 0
        assert os.read(reader, 65_536).startswith(b"# A test")
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_sessions_are_listed_by_title_and_scope(ctl: Ctl, tmp_path: Path) -> None:
    assert "No sessions yet" in ctl("sessions").out
    assert ctl("sessions", "--json").out == ""
    ctl("run", playbook(tmp_path / "a.yaml", "say: One.", title="Apples"))
    ctl("run", playbook(tmp_path / "b.yaml", "say: Two.", title="Pears"))
    assert [row["title"] for row in ctl("sessions", "--json").lines] == ["Pears", "Apples"]
    assert [row["title"] for row in ctl("sessions", "--json", "--title", "ppl").lines] == ["Apples"]
    assert len(ctl("sessions", "--limit", "1").out.splitlines()) == 1
    assert ctl("sessions", "--scope", "bin", "--json").lines == []


def test_events_begin_after_a_number(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: One."))
    everything = ctl("events", "--json").lines
    assert ctl("events", "--json", "--since", "3").lines == everything[3:]
    (row,) = ctl("sessions", "--json").lines
    assert ctl("events", "--json", "--session", row["id"][:8]).lines == everything
    assert len(ctl("events").out.splitlines()) == len(everything)
    late = ctl("events", "--since", "999")
    assert late.code == 2
    assert "no event 999" in late.sentence


def test_a_prompt_is_read_from_standard_input(
    ctl: Ctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: One."))
    (row,) = ctl("sessions", "--json").lines
    monkeypatch.setattr(sys, "stdin", stdin_of("größe \ud83d".encode("utf-8", "surrogatepass")))
    assert ctl("run", "-", "--session", row["id"]).code == 0
    shown = ctl("show", row["id"], "--json").lines[0]
    assert any(entry["text"].startswith("größe \ufffd") for entry in shown["entries"])


def test_reading_leaves_the_folder_as_it_was(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", ASK))
    before = ctl("events", "--json").lines
    (row,) = ctl("sessions", "--json").lines
    for command in (
        ["sessions"],
        ["show", row["id"]],
        ["answer"],
        ["export", row["id"]],
        ["doctor"],
    ):
        assert ctl(*command).code == 0
    assert ctl("events", "--json").lines == before
    assert ctl("sessions", "--json").lines == [row]
    left = {path.name for path in ctl.data_dir.iterdir()}
    assert not left & {"control.sock", "control.json", "control.new"}


def test_the_doctor_finds_a_new_folder_in_order(ctl: Ctl) -> None:
    done = ctl("doctor", "--json")
    assert done.code == 0
    found = {line["what"]: line["level"] for line in done.lines}
    assert found["database"] == "ok"
    assert found["running program"] == "ok"


def test_a_new_account_has_no_folders_yet(
    ctl: Ctl, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from bamboo_desktop.cli import main

    assert main(["sessions", "--json"]) == 0
    assert capfd.readouterr() == ("", "")
    assert list((tmp_path / "home").rglob("bamboo.db"))


async def test_reading_starts_nothing_and_a_run_takes_up_what_was_accepted(
    ctl: Ctl, tmp_path: Path
) -> None:
    model = ModelRef(
        provider=PLAYBOOK_PROVIDER, model=playbook(tmp_path / "a.yaml", "say: At last.")
    )
    async with Desk(ctl.data_dir) as desk:
        session = await desk.engine.sessions.create(model=model, title="Accepted")
        # Written down, and the program ends before its run begins.
        desk.engine._launcher.close_door()
        await desk.send(session.id, "go")
    for read in (["sessions"], ["show", session.id], ["events"], ["answer"], ["doctor"]):
        assert (await ctl.aside(*read)).code == 0
    assert (await ctl.aside("sessions", "--json")).lines[0]["status"] is None
    other = playbook(tmp_path / "b.yaml", "say: x")
    assert (await ctl.aside("run", other)).code == 0
    rows = (await ctl.aside("sessions", "--json")).lines
    assert [row["status"] for row in rows] == ["completed", "completed"]
    assert "At last." in (await ctl.aside("show", session.id)).out
