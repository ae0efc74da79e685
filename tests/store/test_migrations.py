"""Migrations: from every older shape, whole or not at all, with a copy made before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import SQLModel, create_engine
from typing_extensions import override

from bamboo_desktop.domain.budget import Spent
from bamboo_desktop.domain.errors import NewerDatabaseError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.store import backups, migrations, search, sessions, spending
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.integrity import is_sound
from tests.store.killed import Case, run_until_killed
from tests.store.making import S1, a_session, opened

NAMES = [step.name for step in migrations.STEPS]
OLD = ScheduleId("old")
FILES = ("bamboo.db", "bamboo.db-wal")


def shape(raw: sqlite3.Connection) -> dict[str, object]:
    """Everything that makes two schemas the same: columns, keys, indices, uniqueness."""
    tables = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
        "AND name NOT GLOB 'entry_words*'"
    ).fetchall()
    found: dict[str, object] = {}
    for (table,) in tables:
        indices = {}
        for _, name, unique, origin, partial in raw.execute(f"PRAGMA index_list({table})"):
            columns = tuple(row[2] for row in raw.execute(f"PRAGMA index_info('{name}')"))
            where = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
            key = columns if origin != "c" else name
            indices[key] = (unique, origin, partial, columns, (where or ("",))[0])
        found[table] = (
            raw.execute(f"PRAGMA table_xinfo({table})").fetchall(),
            sorted(row[2:] for row in raw.execute(f"PRAGMA foreign_key_list({table})")),
            indices,
            "AUTOINCREMENT"
            in raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0],
        )
    return found


def version(path: Path) -> tuple[int, list[str]]:
    with closing(sqlite3.connect(path)) as raw:
        count = raw.execute("PRAGMA user_version").fetchone()[0]
        has_any = raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'migration'").fetchone()
        names = raw.execute("SELECT name FROM migration ORDER BY name") if has_any else ()
        return count, [row[0] for row in names]


def everything(raw: sqlite3.Connection) -> list[tuple[str, str]]:
    return raw.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


async def test_the_steps_make_the_tables_of_the_program(data_dir: Path, tmp_path: Path) -> None:
    async with opened(data_dir):
        pass
    engine = create_engine(f"sqlite:///{tmp_path / 'tables.db'}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    with (
        closing(sqlite3.connect(data_dir / "bamboo.db")) as migrated,
        closing(sqlite3.connect(tmp_path / "tables.db")) as declared,
    ):
        assert shape(migrated) == shape(declared)


async def test_every_step_is_recorded_by_name(data_dir: Path) -> None:
    async with opened(data_dir):
        pass
    assert version(data_dir / "bamboo.db") == (len(NAMES), NAMES)
    assert sorted(NAMES) == NAMES


def old_file(data_dir: Path, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file as an older program left it, with something in it."""
    data_dir.mkdir(mode=0o700)
    with closing(sqlite3.connect(data_dir / "bamboo.db", isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "STEPS", migrations.STEPS[:steps])
            migrations.migrate(raw, now_micros=0, faults=FaultPoints())
        if steps:
            columns: dict[str, object] = {
                row[1]: 0 if "INT" in row[2] or row[2] == "BOOLEAN" else ""
                for row in raw.execute("PRAGMA table_info(session)")
            }
            columns |= {"id": S1, "kind": "root", "title": "Old", "title_source": "manual"}
            columns |= {"deleted_at": None, "model_provider": None, "reasoning_effort": None}
            marks = ", ".join("?" * len(columns))
            raw.execute(f"INSERT INTO session VALUES ({marks})", tuple(columns.values()))
            raw.execute(
                "INSERT INTO entry (session_id, position, kind, at, is_partial, text) "
                "VALUES (?, 0, 'user', 0, 0, 'an old panda')",
                (S1,),
            )
        if steps > 1:
            raw.execute(
                "INSERT INTO entry_words (rowid, body, session) VALUES (2, 'panda', ?)", (S1,)
            )


@pytest.mark.parametrize("steps", range(len(NAMES) + 1))
async def test_a_file_of_every_older_shape_is_taken_along(
    data_dir: Path, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(data_dir, steps, monkeypatch)
    async with opened(data_dir) as world:
        assert world.db.notices == ()
        if steps:
            found = await world.db.read(lambda tx: search.find(tx, "panda", limit=5))
            assert [hit.session_title for hit in found] == ["Old"]
            session = await world.db.read(lambda tx: sessions.get(tx, S1))
            assert session is not None
        assert await world.db.read(lambda tx: spending.of_schedule(tx, OLD)) == Spent()
        copies = backups.listed(data_dir / "backups")
    assert version(data_dir / "bamboo.db") == (len(NAMES), NAMES)
    if 0 < steps < len(NAMES):
        (copy,) = copies
        assert copy.path.name.endswith(f"-before-{NAMES[steps]}.db")
        assert version(copy.path) == (steps, NAMES[:steps])
    else:
        assert copies == ()


@pytest.mark.parametrize("steps", range(len(NAMES)))
def test_a_kill_at_any_statement_of_a_step_leaves_the_old_or_the_new(
    tmp_path: Path, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path / f"data{times}" for times in range(1, 100)]
    for place in places:
        old_file(place, steps, monkeypatch)
    with closing(sqlite3.connect(places[0] / "bamboo.db")) as raw:
        before = shape(raw)
    killed = run_until_killed(*(
        Case(path=place, point="migration.step", times=times)
        for times, place in enumerate(places, start=1)
    ))  # fmt: skip
    assert killed.count(True) == len(killed) - 1 < len(places)
    found = set()
    for place in places[: len(killed)]:
        count, names = version(place / "bamboo.db")
        found.add(count)
        assert names == NAMES[:count]
        assert is_sound(place / "bamboo.db", is_thorough=True)
        with closing(sqlite3.connect(place / "bamboo.db")) as raw:
            # The search has a shape of its own, which is not looked at here.
            assert (shape(raw) == before) is (count == steps or (steps, count) == (1, 2))
            assert ("entry_words" in dict(everything(raw))) is (count >= 2)
    assert found == set(range(steps, len(NAMES) + 1))
    for place in places[: len(killed) : 9]:
        assert run_until_killed(Case(path=place, point="never")) == [False]
        assert version(place / "bamboo.db")[0] == len(NAMES)


async def test_a_file_of_a_newer_program_is_refused_and_untouched(data_dir: Path) -> None:
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session()))
    path = data_dir / "bamboo.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("INSERT INTO migration VALUES ('m999_later', 0)")
        raw.execute(f"PRAGMA user_version={len(NAMES) + 1}")
        raw.commit()
    for name in ("clean.json", None):
        if name is not None:
            (data_dir / name).unlink()
        before = {p: p.read_bytes() for p in data_dir.iterdir() if p.name in FILES}
        with pytest.raises(NewerDatabaseError, match="newer version"):
            async with opened(data_dir):
                pass
        after = {p: p.read_bytes() for p in data_dir.iterdir() if p.name in FILES}
        assert after[path] == before[path]
    assert not (data_dir / "damaged").exists()


async def test_a_newer_file_whose_version_is_only_in_the_log_is_refused(data_dir: Path) -> None:
    async with opened(data_dir):
        pass
    path = data_dir / "bamboo.db"
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_autocheckpoint=0")
    raw.execute("INSERT INTO migration VALUES ('m999_later', 0)")
    raw.execute(f"PRAGMA user_version={len(NAMES) + 1}")
    raw.commit()
    kept = {suffix: Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal")}
    raw.close()
    for suffix, content in kept.items():
        Path(f"{path}{suffix}").write_bytes(content)
    with pytest.raises(NewerDatabaseError):
        async with opened(data_dir):
            pass
    assert not (data_dir / "damaged").exists()


def test_a_step_that_fails_leaves_the_file_as_it_was(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(data_dir, 1, monkeypatch)

    class Failing(FaultPoints):
        @override
        def reached(self, name: str) -> None:
            raise RuntimeError(name)

    with closing(sqlite3.connect(data_dir / "bamboo.db", isolation_level=None)) as raw:
        before = everything(raw)
        with pytest.raises(RuntimeError):
            migrations.migrate(raw, now_micros=0, faults=Failing())
        assert not raw.in_transaction
        assert everything(raw) == before


def test_a_thousand_old_entries_are_indexed_as_new_ones_are(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(data_dir, 1, monkeypatch)
    with closing(sqlite3.connect(data_dir / "bamboo.db", isolation_level=None)) as raw:
        raw.executemany(
            "INSERT INTO entry (session_id, position, kind, at, is_partial, text) "
            "VALUES (?, ?, 'user', 0, 0, ?)",
            [(S1, n, f"word{n} 竹子") for n in range(1, 1001)],
        )
        migrations.migrate(raw, now_micros=0, faults=FaultPoints())
        for query, count in (("word500", 1), ('"竹"', 1000), ("panda", 1)):
            matches = "SELECT count(*) FROM entry_words WHERE entry_words MATCH ?"
            assert raw.execute(matches, (query,)).fetchone() == (count,)


def test_starts_of_calls_are_numbered_as_the_clock_told_them_apart(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(data_dir, 2, monkeypatch)
    with closing(sqlite3.connect(data_dir / "bamboo.db", isolation_level=None)) as raw:
        for call_id, started_at in (("planned", None), ("asked", 5), ("started again", 9)):
            raw.execute(
                "INSERT INTO tool_call VALUES "
                "(?, ?, 0, 'r', 'm', 'Bash', 'effect', 'running', NULL, NULL, ?, NULL, "
                "'', '', '', '[]', '', '')",
                (S1, call_id, started_at),
            )
            raw.execute(
                "INSERT INTO question VALUES "
                "(NULL, ?, ?, 'r', 'unknown_effect', ?, 7, NULL, NULL, NULL, '', '', '[]', NULL)",
                (call_id, S1, call_id),
            )
        migrations.migrate(raw, now_micros=0, faults=FaultPoints())
        calls = dict(raw.execute("SELECT call_id, attempt FROM tool_call"))
        asked = dict(raw.execute("SELECT id, attempt FROM question"))
    assert calls == {"planned": 0, "asked": 1, "started again": 1}
    assert asked == {"planned": 0, "asked": 1, "started again": 0}


def test_work_that_an_older_program_wrote_twice_is_kept_once(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(data_dir, 5, monkeypatch)
    written = [
        ("typed", ""),
        ("typed", ""),
        ("scheduled", "o1"),
        ("scheduled", "o2"),
        ("scheduled", "o1"),
        ("child_finished", "o1"),
        ("recovered", ""),
    ]
    with closing(sqlite3.connect(data_dir / "bamboo.db", isolation_level=None)) as raw:
        raw.executemany(
            "INSERT INTO work_item (number, id, session_id, cause, ref, created_at) "
            "VALUES (?, ?, ?, ?, ?, 0)",
            [(number, f"w{number}", S1, *item) for number, item in enumerate(written)],
        )
        migrations.migrate(raw, now_micros=0, faults=FaultPoints())
        kept = raw.execute("SELECT number FROM work_item ORDER BY number").fetchall()
    assert [row[0] for row in kept] == [0, 1, 2, 3, 5, 6]
