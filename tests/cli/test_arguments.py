"""Where options may stand, and what the help says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bamboo_desktop.cli import main
from tests.cli.ctl import Ctl, playbook


def test_what_all_commands_share_may_stand_before_the_command(
    ctl: Ctl, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: x"))
    (row,) = ctl("sessions", "--json").lines
    place = str(ctl.data_dir)
    for line in (
        ["--data-dir", place, "--json", "sessions"],
        ["--data-dir", place, "sessions", "--json"],
        ["--data-dir", str(tmp_path / "no"), "--json", "sessions", "--data-dir", place],
    ):
        capfd.readouterr()
        assert main(line) == 0
        assert json.loads(capfd.readouterr().out)["id"] == row["id"]
    assert not (tmp_path / "no").exists()


def test_the_help_of_run_says_what_a_rule_covers(ctl: Ctl) -> None:
    words = " ".join(ctl("run", "--help").out.split())
    assert "match the very call" in words
    assert "dangerous" in words
    assert "local network" in words
    assert "the message is 'Play'" in words
