"""Claims: the fate of every planned instant of a schedule up to now, decided without any effect.

A claim covers all instants after `accounted_at`: each is to be run, or is missed with a reason.
Equal missed neighbours become one fate. The store writes a claim and the schedule's advance in one
transaction, if the schedule is still what the claim was decided on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice, takewhile

from bamboo_desktop.domain.fire import Fire
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceState, Reason, Timing
from bamboo_desktop.domain.schedule import GRACE, Misfire, Plan, QuietHours, Schedule
from bamboo_desktop.engine.schedules.fires import fires
from bamboo_desktop.engine.schedules.wall_clock import WallClock

MOST_INSTANTS = 500
"""How many instants one claim covers; the rest are left to the next one."""
AHEAD = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What becomes of one planned instant, or of `count` equal ones from first to last."""

    planned_at: datetime
    last_at: datetime
    count: int
    state: OccurrenceState
    timing: Timing
    not_before: datetime
    reason: Reason = Reason.NONE


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The fates of all planned instants up to `plan.accounted_at`, and what comes next."""

    fates: tuple[Fate, ...]
    plan: Plan
    is_cut: bool = False


def decide(
    schedule: Schedule,
    clock: WallClock,
    now: datetime,
    *,
    claimed: frozenset[datetime] = frozenset(),
) -> Claim:
    """The claim that is due at `now`.

    Args:
        schedule: what was stored of it last.
        clock: the wall clock of its zone.
        now: instants up to here are decided on.
        claimed: later than `accounted_at` and claimed all the same, before the clock was set back.

    Raises:
        InvalidInputError: the rule cannot be read.
        NoProgressError: the rule's arithmetic went in a circle.
    """
    accounted = schedule.plan.accounted_at
    coming = fires(schedule.trigger, clock, schedule.window, accounted)
    found = list(islice(takewhile(lambda fire: fire.at <= now, coming), MOST_INSTANTS + 1))
    due, is_cut = found[:MOST_INSTANTS], len(found) > MOST_INSTANTS
    judge = _Judge(schedule, clock, now, due, is_cut=is_cut)
    return Claim(
        fates=tuple(_merged(judge.fate(fire) for fire in due if fire.at not in claimed)),
        plan=planned(schedule, clock, due[-1].at if is_cut else max(accounted, now)),
        is_cut=is_cut,
    )


def planned(schedule: Schedule, clock: WallClock, after: datetime) -> Plan:
    """The plan of a schedule whose instants up to `after` are accounted for.

    Raises:
        InvalidInputError: the rule cannot be read.
        NoProgressError: the rule's arithmetic went in a circle.
    """
    coming = fires(schedule.trigger, clock, schedule.window, after)
    ahead = tuple(fire.at for fire in islice(coming, AHEAD))
    return replace(
        schedule.plan, accounted_at=after, next_at=ahead[0] if ahead else None, ahead=ahead
    )


class _Judge:
    """Decides on each due instant in the light of all of them."""

    def __init__(
        self,
        schedule: Schedule,
        clock: WallClock,
        now: datetime,
        due: Sequence[Fire],
        *,
        is_cut: bool,
    ) -> None:
        self._schedule = schedule
        self._clock = clock
        self._now = now
        self._is_cut = is_cut
        runnable = [fire.at for fire in due if self._hindrance(fire) is Reason.NONE]
        self._overdue = [at for at in runnable if self._lateness(at) > GRACE]
        self._has_later = is_cut or len(self._overdue) < len(runnable)

    def fate(self, fire: Fire) -> Fate:
        """What becomes of one instant."""
        hindrance = self._hindrance(fire)
        if hindrance is not Reason.NONE:
            return self._missed(fire, hindrance)
        if self._lateness(fire.at) <= GRACE:
            return self._runs(fire, Timing.ON_TIME)
        return self._overdue_fate(fire)

    def _overdue_fate(self, fire: Fire) -> Fate:
        loss = self._loss(fire)
        if loss is not Reason.NONE:
            return self._missed(fire, loss)
        caught_up = self._runs(fire, Timing.CAUGHT_UP)
        if self._schedule.policies.misfire is Misfire.ASK:
            return replace(caught_up, state=OccurrenceState.WAITING, reason=Reason.ASKED)
        return caught_up

    def _loss(self, fire: Fire) -> Reason:
        """Why an overdue instant is not caught up."""
        policies = self._schedule.policies
        if policies.misfire is Misfire.NONE:
            return Reason.NOT_CAUGHT_UP
        if self._lateness(fire.at) > policies.max_lateness:
            return Reason.TOO_LATE
        if policies.misfire is Misfire.EACH:
            is_over = self._is_cut or fire.at < self._overdue[-policies.max_each :][0]
            return Reason.OVER_LIMIT if is_over else Reason.NONE
        is_newest = not self._has_later and fire.at == self._overdue[-1]
        return Reason.NONE if is_newest else Reason.SUPERSEDED

    def _hindrance(self, fire: Fire) -> Reason:
        if not fire.is_run:
            return Reason.ZONE_MOVED
        if not self._schedule.is_enabled:
            return Reason.DISABLED
        pause = self._schedule.pause
        return Reason.PAUSED if pause is not None and pause.covers(fire.at) else Reason.NONE

    def _lateness(self, at: datetime) -> timedelta:
        return self._now - at

    def _runs(self, fire: Fire, timing: Timing) -> Fate:
        policies = self._schedule.policies
        not_before = fire.at
        if timing is Timing.ON_TIME:
            not_before += spread(self._schedule.id, fire.at, policies.jitter)
        if policies.quiet is not None:
            # A late one is moved by the hour it would start at, not by the one it was meant for.
            start = max(not_before, self._now)
            later = after_quiet(policies.quiet, self._clock, start)
            not_before = later if later != start else not_before
        return Fate(
            planned_at=fire.at,
            last_at=fire.at,
            count=1,
            state=OccurrenceState.QUEUED,
            timing=timing,
            not_before=not_before,
        )

    def _missed(self, fire: Fire, reason: Reason) -> Fate:
        return Fate(
            planned_at=fire.at,
            last_at=fire.at,
            count=1,
            state=OccurrenceState.MISSED,
            timing=Timing.LATE,
            not_before=fire.at,
            reason=reason,
        )


def spread(schedule_id: ScheduleId, at: datetime, jitter: timedelta) -> timedelta:
    """How long an occurrence waits so that starts are spread; the same at each look."""
    seconds = int(jitter.total_seconds())
    if seconds <= 0:
        return timedelta()
    drawn = sha256(f"{schedule_id} {at.timestamp():.0f}".encode()).digest()
    return timedelta(seconds=int.from_bytes(drawn[:8], "big") % (seconds + 1))


def after_quiet(quiet: QuietHours, clock: WallClock, at: datetime) -> datetime:
    """The first instant from `at` on that is outside the quiet hours of the clock's zone."""
    wall = at.astimezone(clock.zone)
    shown = wall.time()
    if quiet.start < quiet.end:
        is_quiet, is_tomorrow = quiet.start <= shown < quiet.end, False
    else:
        is_quiet = shown >= quiet.start or shown < quiet.end
        is_tomorrow = shown >= quiet.start
    if not is_quiet:
        return at
    day = wall.date() + timedelta(days=1) if is_tomorrow else wall.date()
    end = datetime.combine(day, quiet.end, tzinfo=clock.zone).astimezone(UTC)
    return max(end, at)


def _merged(fates: Iterable[Fate]) -> Iterator[Fate]:
    """Equal missed neighbours as one."""
    held: Fate | None = None
    for fate in fates:
        if held is not None and _is_one(held, fate):
            held = replace(held, last_at=fate.last_at, count=held.count + 1)
            continue
        if held is not None:
            yield held
        held = fate
    if held is not None:
        yield held


def _is_one(held: Fate, fate: Fate) -> bool:
    return fate.state is held.state is OccurrenceState.MISSED and fate.reason is held.reason
