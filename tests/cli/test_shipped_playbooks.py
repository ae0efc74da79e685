"""The shipped playbooks, run for real with the consent that their guide names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.ctl import Ctl

SHIPPED = Path(__file__).parents[2] / "resources" / "playbooks"


@pytest.mark.parametrize(
    ("name", "code"), [("backup-check", 0), ("disk-report", 0), ("folder-changes", 3)]
)
def test_a_shipped_playbook_asks_for_no_consent_that_was_given(
    ctl: Ctl, tmp_path: Path, name: str, code: int
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "new.bin").write_bytes(b"x" * 5_000)
    book, words = str(SHIPPED / f"{name}.yaml"), ("--workspace", str(work), "--allow", "Bash(*)")
    done = ctl("run", book, "--message", f"folder={work}", *words)
    assert done.code == code, done
    # What still waits is a question of the playbook itself.
    assert "covers the call" not in done.err
    assert "Run a command" not in done.out
