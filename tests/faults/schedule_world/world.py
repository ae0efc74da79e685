"""A world: clocks, a disk, schedules, and starts of the program, which a story does things to."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from bamboo_desktop.domain.errors import ConflictError, StorageError
from bamboo_desktop.domain.run import AgentStatus, Run, RunCause
from bamboo_desktop.domain.schedule import Misfire
from bamboo_desktop.domain.schedule_view import HoldReason
from bamboo_desktop.engine.schedules.pace import SETTLING_SECONDS
from bamboo_desktop.engine.schedules.ticker import LONGEST_SLEEP
from bamboo_desktop.store.columns import instant_of, micros_of
from tests.faults.schedule_world.history import History
from tests.faults.schedule_world.inline_store import MemoryFile, run_now
from tests.faults.schedule_world.inspector import Findings, Inspector
from tests.faults.schedule_world.machine import Killed, Machine
from tests.faults.schedule_world.surroundings import Clock, Hazards, Ids

PARALLEL = 2
PATIENCE = 12
"""How many ticks in a row are played for what stands in the queue; then only for what happens."""
_WAITING = (
    "SELECT count(*) FROM occurrence WHERE state = 'queued' AND timing = 'caught_up' "
    "AND not_before <= ?"
)
_QUEUED = "SELECT 1 FROM occurrence WHERE state = 'queued' AND not_before <= ? LIMIT 1"
_NEXT_START = "SELECT min(not_before) FROM occurrence WHERE state = 'queued' AND not_before > ?"
_OF_RUN = (
    "SELECT o.id, o.schedule_id, o.planned_at, o.not_before, o.timing, o.attempt, o.kind "
    "FROM occurrence o JOIN occurrence_run r ON r.occurrence_id = o.id WHERE r.run_id = ?"
)


class World:
    """What happens, and what of it is wrong.

    Attributes:
        awake_at: monotonic seconds since which the program could claim without a hindrance.
        wakes: how often the program came back from an absence.
    """

    def __init__(self, file: MemoryFile, dice: random.Random, start: datetime) -> None:
        file.wipe()
        self.dice = dice
        self.clock = Clock(start)
        self.found = Findings()
        self.inspector = Inspector(file.raw, self.found)
        self.histories: list[History] = []
        self.hazards = Hazards()
        self.wakes = 0
        self.awake_at = 0.0
        self.is_right = True
        self._file = file
        self._ids = Ids()
        self._boots = 0
        self._ends: list[tuple[float, Run]] = []
        self._answers: list[tuple[float, Run, RunCause]] = []
        self._spawned: Counter[str] = Counter()
        self._caught_up: Counter[tuple[str, int]] = Counter()
        self._idle = 0
        self.machine = self.boot(is_first=True)

    # --- starts of the program --------------------------------------------------------------

    def boot(self, *, is_first: bool = False) -> Machine:
        """A new start of the program on the same store."""
        machine = self.another()
        if is_first:
            return machine
        self._ends.clear()
        self.machine = machine
        self.came_back()
        machine.recover()
        return machine

    def another(self) -> Machine:
        """A start of the program that knows nothing of the present one."""
        self._boots += 1
        return Machine(
            self._file,
            name=f"boot-{self._boots}",
            clock=self.clock,
            ids=self._ids,
            faults=self.hazards,
            on_start=self._started,
            on_bug=lambda error, where: self.found.silent.append(f"{where}: {error!r}"),
        )

    def came_back(self) -> None:
        """The program was away, or could not act: what follows is another catching up."""
        self.wakes += 1
        self.awake_at = self.clock.monotonic()
        self._idle = 0

    def _started(self, run: Run) -> None:
        self._idle = 0
        row = self._file.raw.execute(_OF_RUN, (run.id,)).fetchone()
        self._ends.append((self.clock.monotonic() + self._duration(), run))
        if row is None or run.cause not in (RunCause.SCHEDULED, RunCause.RETRIED):
            return
        occurrence_id, schedule_id, planned, not_before, timing, attempt, kind = row
        now = micros_of(self.clock.now())
        self._spawned[occurrence_id] += 1
        if self._spawned[occurrence_id] > attempt:
            self.found.double.append(f"{occurrence_id}: started without an attempt")
        # Another attempt is due by its own time: the wall may be back before its instant by then.
        if now < (not_before if attempt > 1 else max(planned, not_before)):
            self.found.double.append(f"{occurrence_id}: started before {instant_of(planned)}")
        if kind != "planned" or timing != "caught_up" or attempt > 1:
            return
        history = next(each for each in self.histories if each.id == schedule_id)
        if history.misfire is Misfire.NONE:
            self.found.double.append(f"{schedule_id}: caught up, though it never should")
        self._caught_up[schedule_id, self.wakes] += history.misfire is Misfire.LATEST
        if self._caught_up[schedule_id, self.wakes] > 1:
            self.found.double.append(f"{schedule_id}: caught up twice at {self.clock.now()}")
        if now - not_before > timedelta(hours=25) // timedelta(microseconds=1):
            self.found.double.append(f"{occurrence_id}: {instant_of(planned)} starts too late")

    def _duration(self) -> float:
        if self.dice.random() < 0.1:
            return self.dice.uniform(3_600, 30 * 3_600)
        return self.dice.uniform(5, 900)

    # --- time -------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Time passes while the program runs."""
        until = self.clock.monotonic() + seconds
        is_for_ticker = True
        while True:
            self.look(is_for_ticker=is_for_ticker)
            left = until - self.clock.monotonic()
            if left <= 0:
                return
            tick, other = self._until_tick(), self._until_dispatch()
            self.clock.passes(max(0.01, min(left, tick, other)))
            is_for_ticker = tick <= other or left <= other

    def look(self, *, is_for_ticker: bool = True) -> None:
        """What the ticker and the dispatcher do when they wake; then all is looked at."""
        self._end_runs()
        machine = self.machine
        try:
            if is_for_ticker:
                run_now(machine.ticker.tick())
            if self._has_queue():
                run_now(machine.dispatcher.start_due())
        except (StorageError, ConflictError):
            self._idle += 1
            return
        self._idle += 1
        hold = machine.ticker.heartbeat.hold
        if hold is not None:
            self.awake_at = self.clock.monotonic()
            if hold.reason is HoldReason.FAR_JUMP and self.is_right:
                machine.ticker.confirm_clock()
                self.came_back()
            return
        now = self.clock.now()
        awake = timedelta(seconds=self.clock.monotonic() - self.awake_at)
        if awake > timedelta(seconds=2 * LONGEST_SLEEP):
            for history in self.histories:
                self.inspector.in_time(history, now, timedelta(seconds=2 * LONGEST_SLEEP))
        self.inspector.started(now, PARALLEL)

    def _has_queue(self) -> bool:
        """With nothing in the queue a look of the dispatcher changes nothing, and is left out."""
        found = self._file.raw.execute(_QUEUED, (micros_of(self.clock.now()),)).fetchone()
        return found is not None

    def inspect(self) -> None:
        """Look at every row of every schedule."""
        for history in self.histories:
            self.inspector.look(history)

    def _until_tick(self) -> float:
        """Seconds until the ticker finds something; those between are alike, and left out."""
        beat = self.machine.ticker.heartbeat
        if self.machine.database.is_full:
            return 1_800.0
        if beat.hold is not None:
            return LONGEST_SLEEP if self._idle < PATIENCE else 3_600.0
        next_claim = self.machine.ticker.next_claim_at
        if next_claim is None:
            return 86_400.0
        return (next_claim - self.clock.now()).total_seconds()

    def _until_dispatch(self) -> float:
        """Seconds until a run ends, or something that stands in the queue may start."""
        if self.machine.database.is_full:
            return 86_400.0
        raw, now, wall = self._file.raw, self.clock.monotonic(), micros_of(self.clock.now())
        waits = [at - now for at, _ in self._ends] + [at - now for at, *_ in self._answers]
        (following,) = raw.execute(_NEXT_START, (wall,)).fetchone()
        if following is not None:
            waits.append((following - wall) / 1_000_000)
        (standing,) = raw.execute(_WAITING, (wall,)).fetchone()
        if standing and self._idle < PATIENCE:
            waits.append(max(LONGEST_SLEEP, self.awake_at + SETTLING_SECONDS - now))
        return min(waits, default=86_400.0)

    # --- runs -------------------------------------------------------------------------------

    def _end_runs(self) -> None:
        now = self.clock.monotonic()
        for end in [end for end in self._ends if end[0] <= now]:
            try:
                self._end(end[1])
            except StorageError:
                continue
            self._ends.remove(end)
            self._idle = 0
        for answer in [answer for answer in self._answers if answer[0] <= now]:
            try:
                self.machine.go_on(answer[1], answer[2])
            except StorageError:
                continue
            self._answers.remove(answer)

    def _end(self, run: Run) -> None:
        drawn = self.dice.random()
        if drawn < 0.75:
            self.machine.end(run, AgentStatus.COMPLETED)
        elif drawn < 0.85:
            self.machine.end(run, AgentStatus.WAITING_ANSWER)
            later = self.clock.monotonic() + self.dice.uniform(60, 2 * 86_400)
            self._answers.append((later, run, RunCause.ANSWERED))
        else:
            self.machine.end(run, AgentStatus.ERROR, is_transient=self.dice.random() < 0.7)

    def killed_in(self, deed: Callable[[], None]) -> bool:
        """True when the program died in it."""
        try:
            deed()
        except Killed:
            return True
        return False
