"""Looks at the rows of a world, with statements of its own, and says what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bamboo_desktop.store.columns import instant_of, micros_of
from tests.faults.schedule_world.history import History

_ROWS = (
    "SELECT planned_at, last_at, count, state, reason, timing, id, attempt, not_before "
    "FROM occurrence WHERE schedule_id = ? AND kind = 'planned' ORDER BY planned_at"
)
_PLAN = "SELECT accounted_at, next_at, deleted_at, pause FROM schedule WHERE id = ?"
_STARTS = (
    "SELECT a.occurrence_id, a.number, a.state FROM occurrence_attempt a "
    "JOIN occurrence o ON o.id = a.occurrence_id WHERE o.schedule_id = ? "
    "ORDER BY a.occurrence_id, a.number"
)
_STUCK = (
    "SELECT id, schedule_id, planned_at FROM occurrence o WHERE state = 'queued' "
    "AND timing != 'caught_up' AND not_before <= ? AND NOT EXISTS (SELECT 1 FROM occurrence p "
    "WHERE p.schedule_id = o.schedule_id AND p.id != o.id AND p.state IN ('running', 'waiting'))"
)
_PUT_OFF = (
    "SELECT id, not_before FROM occurrence WHERE state = 'queued' AND not_before > ? "
    "AND (attempt > 0 OR kind = 'manual')"
)
_RUNNING = "SELECT count(*) FROM occurrence WHERE state = 'running'"
_NEEDS_REASON = ("missed", "skipped")
_ENDED_BADLY = ("failed", "interrupted", "cancelled")


@dataclass
class Findings:
    """What is wrong: instants without a fate, with two of them, or nobody was told of."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    @property
    def are_none(self) -> bool:
        return not (self.lost or self.double or self.silent)


@dataclass(frozen=True)
class Row:
    """A row as it is stored."""

    planned: datetime
    last: datetime
    count: int
    state: str
    reason: str


class Inspector:
    """Checks every promise on the rows of a world."""

    def __init__(self, raw: sqlite3.Connection, found: Findings) -> None:
        self._raw = raw
        self._found = found

    def accounted(self, history: History) -> datetime:
        (micros, *_) = self._raw.execute(_PLAN, (history.id,)).fetchone()
        return instant_of(micros)

    def ahead(self, history: History, after: datetime) -> set[datetime]:
        """Instants later than that which have a row."""
        found = self._raw.execute(_ROWS, (history.id,)).fetchall()
        return {instant_of(row[0]) for row in found if row[0] > micros_of(after)}

    def asked(self) -> list[str]:
        """The missed ones that a person is asked about."""
        found = self._raw.execute("SELECT id FROM occurrence WHERE reason = 'asked'").fetchall()
        return [occurrence_id for (occurrence_id,) in found]

    def look(self, history: History) -> None:
        """Every instant has one fate with a reason; every start has an attempt that explains it."""
        micros, next_at, deleted_at, pause = self._raw.execute(_PLAN, (history.id,)).fetchone()
        accounted = instant_of(micros)
        rows = [
            Row(instant_of(row[0]), instant_of(row[1]), *row[2:5])
            for row in self._raw.execute(_ROWS, (history.id,)).fetchall()
        ]
        expected = history.expected(accounted)
        self._fates(history, rows, expected)
        self._reasons(history, rows)
        self._attempts(history)
        if deleted_at is None and "unreadable" not in (pause or ""):
            self._plan(history, accounted, None if next_at is None else instant_of(next_at))

    def _fates(self, history: History, rows: Sequence[Row], expected: Sequence[datetime]) -> None:
        singles: set[datetime] = set()
        for row in rows:
            if row.count > 1:
                continue
            if row.planned in singles:
                self._found.double.append(f"{history.id}: two rows for {row.planned}")
            singles.add(row.planned)
        ranges = [row for row in rows if row.count > 1]
        covered = set(singles)
        for row in ranges:
            inside = [at for at in expected if row.planned <= at <= row.last and at not in singles]
            if any(at in covered for at in inside):
                self._found.double.append(f"{history.id}: two rows over {row.planned}")
            covered.update(inside)
            if len(inside) != row.count and row.reason != "zone_moved":
                worse = self._found.lost if len(inside) > row.count else self._found.double
                worse.append(f"{history.id}: {row} stands for {len(inside)}")
        self._found.lost += [
            f"{history.id}: nothing for {at}" for at in expected if at not in covered
        ]
        known = set(expected)
        self._found.double += [
            f"{history.id}: {row.planned} is no instant of its rule"
            for row in rows
            if row.count == 1
            and row.planned not in known
            and row.reason != "zone_moved"
            and not history.is_known(row.planned)
        ]

    def _reasons(self, history: History, rows: Sequence[Row]) -> None:
        self._found.silent += [
            f"{history.id}: {row.planned} {row.state} without a reason"
            for row in rows
            if row.state in _NEEDS_REASON and not row.reason
        ]

    def _attempts(self, history: History) -> None:
        before: tuple[str, int, str] | None = None
        for occurrence_id, number, state in self._raw.execute(_STARTS, (history.id,)):
            is_first = before is None or before[0] != occurrence_id
            if (number != 1) if is_first else (before is None or number != before[1] + 1):
                self._found.lost.append(f"{occurrence_id}: attempt {number} follows {before}")
            if not is_first and before is not None and before[2] not in _ENDED_BADLY:
                self._found.double.append(f"{occurrence_id}: started again after {before[2]}")
            before = (occurrence_id, number, state)

    def _plan(self, history: History, accounted: datetime, next_at: datetime | None) -> None:
        wanted = history.following(accounted)
        if next_at is not None and next_at <= accounted:
            self._found.silent.append(f"{history.id}: next at {next_at}, past {accounted}")
        if wanted is not None and (next_at is None or next_at > wanted):
            self._found.lost.append(f"{history.id}: next at {next_at}, not {wanted}")

    def in_time(self, history: History, now: datetime, ticks: timedelta) -> None:
        """Awake and sure of the clock, nothing is due and unclaimed for long."""
        _, next_at, deleted_at, _ = self._raw.execute(_PLAN, (history.id,)).fetchone()
        if deleted_at is None and next_at is not None and instant_of(next_at) < now - ticks:
            late = instant_of(next_at)
            self._found.silent.append(f"{history.id}: {late} is unclaimed at {now}")

    def started(self, now: datetime, parallel: int) -> None:
        """With room, nothing that is due stands in the queue after a look."""
        (running,) = self._raw.execute(_RUNNING).fetchone()
        if running >= parallel:
            return
        for occurrence_id, schedule_id, planned in self._raw.execute(_STUCK, (micros_of(now),)):
            self._found.silent.append(
                f"{schedule_id}: {occurrence_id} of {instant_of(planned)} stands at {now}"
            )

    def put_off(self, now: datetime) -> None:
        """Nothing is put off for years."""
        far = micros_of(now + timedelta(hours=24))
        self._found.silent += [
            f"{occurrence_id} waits until {instant_of(until)}"
            for occurrence_id, until in self._raw.execute(_PUT_OFF, (far,))
        ]
