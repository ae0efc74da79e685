"""The shape of the database file, as named steps that each file goes through once, in order."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from bamboo_desktop.domain.errors import NewerDatabaseError
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.migrations import (
    m001_core,
    m002_search,
    m003_attempts,
    m004_queued_rules,
    m005_schedules,
    m006_keys,
    m007_budgets,
    m008_schedule_lookups,
)

_RECORD = "INSERT INTO migration (name, applied_at) VALUES (?, ?)"

Execute = Callable[[str], sqlite3.Cursor]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One named change of shape; `apply` runs its statements by the function it is handed."""

    name: str
    apply: Callable[[Execute], None]


STEPS: tuple[Step, ...] = (
    Step(name="m001_core", apply=m001_core.apply),
    Step(name="m002_search", apply=m002_search.apply),
    Step(name="m003_attempts", apply=m003_attempts.apply),
    Step(name="m004_queued_rules", apply=m004_queued_rules.apply),
    Step(name="m005_schedules", apply=m005_schedules.apply),
    Step(name="m006_keys", apply=m006_keys.apply),
    Step(name="m007_budgets", apply=m007_budgets.apply),
    Step(name="m008_schedule_lookups", apply=m008_schedule_lookups.apply),
)


def version_of(raw: sqlite3.Connection) -> int:
    """How many steps the file has been through."""
    return int(raw.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(raw: sqlite3.Connection) -> None:
    """Refuse a file of a newer program.

    Raises:
        NewerDatabaseError: it has been through steps this program does not know.
    """
    if version_of(raw) > len(STEPS):
        raise newer_error()


def newer_error() -> NewerDatabaseError:
    """The sentence about a file of a newer program."""
    return NewerDatabaseError(
        "The data folder was written by a newer version of Bamboo Desktop and was left untouched. "
        "Start the newer version, or choose another folder with --data-dir."
    )


def pending(raw: sqlite3.Connection) -> tuple[Step, ...]:
    """The steps this file still has to go through."""
    return STEPS[version_of(raw) :]


def migrate(raw: sqlite3.Connection, *, now_micros: int, faults: FaultPoints) -> None:
    """Take the file through its missing steps, each whole or not at all.

    Raises:
        NewerDatabaseError: it has been through steps this program does not know.
    """
    refuse_newer(raw)
    for number, step in enumerate(STEPS, start=1):
        if number > version_of(raw):
            _take(raw, step=step, number=number, now_micros=now_micros, faults=faults)


def _take(
    raw: sqlite3.Connection, *, step: Step, number: int, now_micros: int, faults: FaultPoints
) -> None:
    def execute(statement: str) -> sqlite3.Cursor:
        faults.reached("migration.step")
        return raw.execute(statement)

    raw.execute("BEGIN IMMEDIATE")
    try:
        step.apply(execute)
        raw.execute(_RECORD, (step.name, now_micros))
        raw.execute(f"PRAGMA user_version={number}")
        faults.reached("migration.step")
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise
