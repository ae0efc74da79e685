"""Bad input gets one clear sentence and loses nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from bamboo_desktop.cli import main
from bamboo_desktop.store import folder
from tests.cli.ctl import Ctl, playbook, stdin_of

MEGABYTE = 1_048_576


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "required"),
        (["run", "x", "--effort", "heroic"], "heroic"),
        (["answer", "q", "--item", "nothing"], "ITEM=VALUE"),
        (["sessions", "--limit", "0"], "1 or more"),
        (["sessions", "--limit", "-5"], "--limit: has to be 1 or more"),
        (["sessions", "--limit", "9" * 16], "has to be 999,999,999,999,999 or less"),
        (["show", "x", "--last", "-1"], "--last: has to be 0 or more"),
        (["events", "--since", "-5"], "--since: has to be 0 or more"),
        (["events", "--since", "-" + "9" * 30], "has to be 0 or more"),
        (["events", "--since", "yesterday"], "'yesterday' is not a whole number"),
        (["events", "--since", "9" * 30], "has to be 999,999,999,999,999 or less"),
        (["events", "--since", "9" * 5_000], "has to be 999,999,999,999,999 or less"),
        (["sessions", "--colour"], "--colour"),
        (["dance"], "dance"),
    ],
)
def test_a_command_line_that_is_unsound(ctl: Ctl, arguments: list[str], words: str) -> None:
    done = ctl(*arguments)
    assert done.code == 2
    assert words in done.sentence
    assert "--help" in done.sentence
    assert not ctl.data_dir.exists()


def test_no_command_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "a.yaml"),
        ("", "a.yaml"),
        ("version: 1\ntitle: x\nsteps:\n  - sing: la\n", "line 4"),
        ("version: 1\ntitle: x\nsteps:\n  - spawn: x\n", "line 4"),
        ("version: 7\ntitle: x\nsteps: []\n", "version"),
        ("steps: [", "a.yaml"),
        ("\x00\x01", "a.yaml"),
    ],
)
def test_a_playbook_that_cannot_be_played(
    ctl: Ctl, tmp_path: Path, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "a.yaml").write_text(content)
    done = ctl("run", str(tmp_path / "a.yaml"))
    assert done.code == 2
    assert words in done.sentence
    assert ctl("sessions", "--json").lines == []


def test_ten_thousand_steps_are_played_or_refused_with_a_sentence(ctl: Ctl, tmp_path: Path) -> None:
    done = ctl("run", playbook(tmp_path / "a.yaml", *(["set: {a: b}"] * 10_000)))
    assert done.code in {0, 2}
    if done.code:
        assert "10,000" in done.sentence or "steps" in done.sentence


def test_a_workspace_that_is_none(ctl: Ctl, tmp_path: Path) -> None:
    book = playbook(tmp_path / "a.yaml", "say: x")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for place, words in (
        (tmp_path / "no", "does not exist"),
        (Path(book), "is a file"),
        (loop, "circle"),
    ):
        done = ctl("run", book, "--workspace", str(place))
        assert done.code == 2
        assert words in done.sentence
    assert ctl("sessions", "--json").lines == []


@pytest.mark.parametrize("prompt", ["", "   \n", "\x00"])
def test_an_empty_prompt(ctl: Ctl, monkeypatch: pytest.MonkeyPatch, prompt: str) -> None:
    monkeypatch.setattr(sys, "stdin", stdin_of(prompt.encode()))
    done = ctl("run", "-")
    # What is no letter is kept as a sign that something was there; then there is no model for it.
    assert done.code == 2
    assert ("No model" if "\x00" in prompt else "empty") in done.sentence
    assert ctl("sessions", "--json").lines == []


def test_ten_megabytes_of_prompt(ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", stdin_of(b"word " * (2 * MEGABYTE)))
    done = ctl("run", "-")
    assert done.code == 2
    assert "10,485,760 characters; at most 1,048,576 fit" in done.sentence
    assert ctl("sessions", "--json").lines == []


def test_text_of_every_kind_comes_through_and_steers_no_terminal(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", 'say: "שלום \\e[31m \\u202e rtl \\r"'))
    (row,) = ctl("sessions", "--json").lines
    said = ctl("run", "na\udcffme שלום \x07", "--session", row["id"])
    assert said.code == 0
    assert "שלום \\x1b[31m \\u202e rtl" in said.out
    shown = ctl("show", row["id"])
    assert "\x1b" not in shown.out
    assert "\x07" not in shown.out
    assert "na\ufffdme שלום \\x07" in shown.out
    assert "\x1b" in ctl("show", row["id"], "--json").lines[0]["entries"][1]["text"]


def test_the_folder_above_has_to_be_there(ctl: Ctl, tmp_path: Path) -> None:
    ctl.data_dir = tmp_path / "no" / "such" / "data"
    done = ctl("sessions")
    assert done.code == 1
    assert "the folder above it does not exist" in done.sentence
    assert not (tmp_path / "no").exists()


def test_a_file_in_place_of_the_folder(ctl: Ctl, tmp_path: Path, expects_log: list[object]) -> None:
    ctl.data_dir = tmp_path / "file"
    ctl.data_dir.write_text("x")
    done = ctl("sessions")
    assert done.code == 1
    assert "file" in done.sentence


def test_a_name_that_is_no_folder(ctl: Ctl, tmp_path: Path) -> None:
    ctl.data_dir = tmp_path / ("x" * 300)
    assert ctl("sessions").code in {1, 2}
    ctl.data_dir = tmp_path / "nul\x00"
    done = ctl("sessions")
    assert done.code == 2
    assert done.sentence


def test_a_database_of_a_newer_version_is_left_alone(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: x"))
    path = ctl.data_dir / "bamboo.db"
    with contextlib.closing(sqlite3.connect(path)) as raw:
        (version,) = raw.execute("PRAGMA user_version").fetchone()
        raw.execute("INSERT INTO migration VALUES ('m999_later', 0)")
        raw.execute(f"PRAGMA user_version={version + 1}")
        raw.commit()
    done = ctl("sessions")
    assert done.code == 1
    assert "newer" in done.sentence
    doctor = ctl("doctor", "--json")
    assert doctor.code == 1
    assert any(line["level"] == "trouble" for line in doctor.lines)


def test_flipped_bytes_are_mended_and_the_person_is_told_what_is_gone(
    ctl: Ctl, tmp_path: Path
) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: x"))
    (row,) = ctl("sessions", "--json").lines
    path = ctl.data_dir / "bamboo.db"
    content = bytearray(path.read_bytes())
    for at in range(4_096, len(content)):
        content[at] ^= 0xFF
    path.write_bytes(bytes(content))
    (ctl.data_dir / "clean.json").unlink(missing_ok=True)
    done = ctl("sessions", "--json")
    assert done.code == 0
    assert "damaged" in done.sentence
    assert "is gone" in done.sentence
    assert [line["id"] for line in done.lines] == [row["id"]], "the copy made at the end of the run"
    assert ctl("sessions", "--json").err == ""
    for _ in range(2):  # as long as the files are there
        (warning,) = [
            line for line in ctl("doctor", "--json").lines if line["what"] == "damaged files"
        ]
        assert warning["level"] == "warning"
        assert str(ctl.data_dir / "damaged") in warning["sentence"]
        assert "delete" in warning["sentence"]
    shutil.rmtree(ctl.data_dir / "damaged")
    assert "damaged files" not in ctl("doctor").out


def test_a_prompt_without_a_model_is_told_how_to_name_one(ctl: Ctl) -> None:
    done = ctl("run", "hello")
    assert done.code == 2
    assert "--base-url" in done.sentence
    assert ctl("sessions", "--json").lines == []


def test_a_very_long_id_is_not_repeated_in_full(ctl: Ctl) -> None:
    for command in (["show"], ["stop"], ["answer"]):
        done = ctl(*command, "x" * 5_000)
        assert done.code == 1
        assert len(done.sentence) < 200


def test_the_doctor_says_that_permissions_are_closed_only_when_they_are(
    ctl: Ctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ctl("sessions").code == 0
    ctl.data_dir.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setattr(folder, "_narrow", lambda *_arguments: None)  # as on a read-only disk
        still = ctl("doctor").out
    assert "chmod 700" in still
    assert "has closed that" not in still
    assert "has closed that" in ctl("doctor").out
    assert "permissions" not in ctl("doctor").out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(ctl: Ctl, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        done = ctl("sessions")
    finally:
        tmp_path.chmod(0o700)
    assert done.code == 1
    assert "may not write" in done.sentence
