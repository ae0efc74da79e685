"""The first rows: those of the list, of a folder that was left in order, and of no other."""

from __future__ import annotations

import functools
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.ids import BootId, ProviderId, SessionId
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionScope, SessionSummary
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import questions, runs, session_list, sessions
from bamboo_desktop.store.first_rows import first_rows
from bamboo_desktop.store.transaction import Tx
from tests.sim import START, SimClock
from tests.store.making import R1, a_question, a_run, a_session, opened


async def filled(path: Path) -> tuple[SessionSummary, ...]:
    """A folder that was left in order, and the list the store gives of it."""
    async with opened(path, clock=SimClock()) as world:
        for number in range(6):
            one = replace(
                a_session(SessionId(f"s{number}"), title=f"Title {number}"),
                created_at=START + timedelta(hours=number),
                is_pinned=number == 1,
                is_archived=number == 2,
                deleted_at=START if number == 3 else None,
                model=ModelRef(provider=ProviderId("p"), model="m") if number == 4 else None,
                metadata={"colour": "red"} if number == 4 else {},
            )
            await world.db.write(functools.partial(sessions.insert, session=one))
        waiting = a_run(boot_id=BootId("b"), session_id=SessionId("s5"))
        await world.db.write(lambda tx: runs.insert(tx, waiting))
        await world.db.write(lambda tx: _wait(tx, SessionId("s5")))
        return await world.db.read(
            lambda tx: session_list.summaries(tx, scope=SessionScope.ACTIVE, limit=3)
        )


def _wait(tx: Tx, session_id: SessionId) -> None:
    questions.ask(tx, a_question(session_id=session_id))
    runs.settle(tx, R1, status=AgentStatus.WAITING_ANSWER, rounds=1, usage=Usage())


def alter(path: Path, statement: str) -> None:
    """Change the file as nobody should, and let the mark of a clean end stand as if it fitted."""
    before = (path / "bamboo.db").stat()
    with closing(sqlite3.connect(path / "bamboo.db")) as raw:
        raw.execute(statement)
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    forge(path, before.st_mtime_ns)


def forge(path: Path, mtime_ns: int) -> None:
    database = path / "bamboo.db"
    os.utime(database, ns=(mtime_ns, mtime_ns))
    mark = f'{{"size": {database.stat().st_size}, "mtime_ns": {mtime_ns}}}'
    (path / "clean.json").write_text(mark)


async def test_the_first_rows_are_those_of_the_list(data_dir: Path) -> None:
    listed = await filled(data_dir)
    assert len(listed) == 3
    assert first_rows(data_dir, limit=3) == listed


async def test_reading_them_leaves_no_trace(data_dir: Path) -> None:
    await filled(data_dir)
    before = {file.name: file.stat().st_mtime_ns for file in data_dir.iterdir()}
    assert first_rows(data_dir, limit=3)
    assert {file.name: file.stat().st_mtime_ns for file in data_dir.iterdir()} == before


async def test_an_open_folder_and_one_a_crash_left_have_none(data_dir: Path) -> None:
    await filled(data_dir)
    async with opened(data_dir):
        assert first_rows(data_dir, limit=3) == ()
    assert first_rows(data_dir, limit=3)
    (data_dir / "clean.json").unlink()
    assert first_rows(data_dir, limit=3) == ()


async def test_a_file_that_changed_since_has_none(data_dir: Path) -> None:
    await filled(data_dir)
    os.utime(data_dir / "bamboo.db", ns=(1, 1))
    assert first_rows(data_dir, limit=3) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA user_version=999",
        "PRAGMA user_version=1",
        "DROP TABLE question",
        "ALTER TABLE session DROP COLUMN last_line",
        "UPDATE session SET last_activity_at = 'soon'",
        "UPDATE session SET title = x'ff00'",
        "UPDATE session SET title_source = 'nobody'",
    ],
)
async def test_a_file_of_another_shape_has_none(data_dir: Path, statement: str) -> None:
    await filled(data_dir)
    alter(data_dir, "PRAGMA application_id=1113411663")
    assert first_rows(data_dir, limit=3)
    alter(data_dir, statement)
    assert first_rows(data_dir, limit=3) == ()


async def test_a_damaged_file_has_none(data_dir: Path) -> None:
    await filled(data_dir)
    database = data_dir / "bamboo.db"
    mtime = database.stat().st_mtime_ns
    with database.open("r+b") as file:
        file.write(b"\xff" * 40_000)
    forge(data_dir, mtime)
    assert first_rows(data_dir, limit=3) == ()


async def test_nothing_is_said_to_run_before_the_engine_says_so(data_dir: Path) -> None:
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
        await world.db.write(lambda tx: runs.insert(tx, a_run(boot_id=BootId("b"))))
    assert first_rows(data_dir, limit=3) == ()


def test_an_empty_folder_has_none_and_stays_empty(tmp_path: Path) -> None:
    assert first_rows(tmp_path, limit=3) == ()
    assert first_rows(tmp_path / "nowhere", limit=3) == ()
    assert list(tmp_path.iterdir()) == []


def test_reading_them_imports_nothing_heavy() -> None:
    code = (
        "import sys; import bamboo_desktop.store.first_rows; "
        "print([name for name in ('sqlalchemy', 'sqlmodel', 'pydantic') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"
