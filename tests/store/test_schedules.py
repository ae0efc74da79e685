"""Schedules in the store: edited by revision, claimed once, bound to the runs that carry them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bamboo_desktop.domain.budget import Budget, Budgets, BudgetScope
from bamboo_desktop.domain.errors import ConflictError, NotFoundError
from bamboo_desktop.domain.ids import BootId, OccurrenceId, ProviderId, ScheduleId
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.domain.occurrence import (
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Reason,
    Timing,
)
from bamboo_desktop.domain.run import AgentStatus, RunCause
from bamboo_desktop.domain.run_config import ModelSource, RunConfig
from bamboo_desktop.domain.schedule import Pause, PauseReason, Plan, Policies, QuietHours, Schedule
from bamboo_desktop.domain.schedule_news import OccurrenceChanged, ScheduleChanged
from bamboo_desktop.domain.trigger import (
    Cron,
    Daily,
    FireWindow,
    Interval,
    Monthly,
    Once,
    Trigger,
    Weekday,
    Weekly,
)
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import (
    occurrence_lists,
    occurrence_runs,
    occurrences,
    run_waits,
    runs,
    schedules,
)
from bamboo_desktop.store.transaction import Tx
from tests.sim import START
from tests.store.making import R1, R2, S1, World, a_run

NIGHTLY = ScheduleId("nightly")
AT = datetime(2026, 3, 3, 1, tzinfo=UTC)
TRIGGERS: tuple[Trigger, ...] = (
    Once(at=AT),
    Interval(every=timedelta(minutes=90), anchor_at=AT),
    Daily(at=time(2, 30)),
    Weekly(weekdays=frozenset({Weekday.MON, Weekday.SAT}), at=time(7, 0, 30)),
    Monthly(days=frozenset({1, 31}), at=time(0)),
    Cron(expression="*/5 9-17 * * mon-fri"),
)


def a_schedule(**changes: Any) -> Schedule:
    made = Schedule(
        id=NIGHTLY,
        name="Nightly",
        trigger=Cron(expression="0 2 * * *"),
        zone="Europe/Berlin",
        plan=Plan(accounted_at=START, next_at=AT),
        created_at=START,
        updated_at=START,
    )
    return replace(made, **changes)


def an_occurrence(name: str = "first", **changes: Any) -> Occurrence:
    made = Occurrence(
        id=OccurrenceId(name),
        schedule_id=NIGHTLY,
        kind=OccurrenceKind.PLANNED,
        planned_at=AT,
        last_at=AT,
        count=1,
        state=OccurrenceState.QUEUED,
        timing=Timing.ON_TIME,
        claimed_at=AT,
        owner=BootId("boot"),
        not_before=AT,
    )
    return replace(made, **changes)


def started(tx: Tx) -> None:
    """A schedule whose occurrence has been dispatched into a run."""
    schedules.insert(tx, a_schedule())
    occurrences.add(tx, [an_occurrence()])
    dispatched(tx)


def dispatched(tx: Tx) -> None:
    queued = occurrences.required(tx, OccurrenceId("first"))
    occurrences.start(tx, queued, S1, model_source=ModelSource.SCHEDULE, timing=Timing.ON_TIME)
    runs.insert(tx, a_run(R1, cause=RunCause.SCHEDULED, boot_id=tx.boot_id))


def ends(tx: Tx, status: AgentStatus, error: str = "") -> None:
    runs.settle(tx, R1, status=status, error=error, rounds=1, usage=Usage())


async def first(world: World) -> Occurrence:
    return await world.db.read(lambda tx: occurrences.required(tx, OccurrenceId("first")))


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: type(trigger).__name__)
async def test_a_schedule_comes_back_as_it_was_stored(world: World, trigger: Trigger) -> None:
    stored = a_schedule(
        trigger=trigger,
        window=FireWindow(start_at=START, end_at=AT + timedelta(days=9)),
        policies=Policies(
            quiet=QuietHours(start=time(22), end=time(7)), jitter=timedelta(minutes=5)
        ),
        run_config=RunConfig(
            prompt="Check it",
            model=ModelRef(provider=ProviderId("p"), model="m"),
            allow_rules=("Bash(git *)",),
        ),
        budgets=Budgets(limits=(Budget(scope=BudgetScope.DAY, cost_micros=5_000_000),)),
        pause=Pause(since=START, reason=PauseReason.FAILURES, message="three times"),
        plan=Plan(accounted_at=START, next_at=AT, ahead=(AT, AT + timedelta(days=1))),
    )
    await world.db.write(lambda tx: schedules.insert(tx, stored))
    assert await world.db.read(lambda tx: schedules.get(tx, NIGHTLY)) == stored
    assert world.news == [ScheduleChanged(NIGHTLY)]


async def test_an_edit_of_an_older_revision_is_refused(world: World) -> None:
    await world.db.write(lambda tx: schedules.insert(tx, a_schedule()))
    seen = a_schedule()
    edited = await world.db.write(lambda tx: schedules.save(tx, replace(seen, name="Mine")))
    assert edited.revision == 2
    with pytest.raises(ConflictError):
        await world.db.write(lambda tx: schedules.save(tx, replace(seen, name="Theirs")))
    found = await world.db.read(lambda tx: schedules.required(tx, NIGHTLY))
    assert (found.name, found.revision) == ("Mine", 2)


async def test_an_instant_is_claimed_once(world: World) -> None:
    await world.db.write(lambda tx: schedules.insert(tx, a_schedule()))
    await world.db.write(lambda tx: occurrences.add(tx, [an_occurrence()]))
    with pytest.raises(ConflictError):
        await world.db.write(lambda tx: occurrences.add(tx, [an_occurrence("again")]))
    manual = an_occurrence("by hand", kind=OccurrenceKind.MANUAL)
    await world.db.write(lambda tx: occurrences.add(tx, [manual]))


async def test_a_schedule_moves_on_only_from_where_it_was_seen(world: World) -> None:
    await world.db.write(lambda tx: schedules.insert(tx, a_schedule()))
    later = Plan(accounted_at=AT, next_at=AT + timedelta(days=1))
    assert await world.db.write(lambda tx: schedules.advance(tx, a_schedule(), later))
    assert not await world.db.write(lambda tx: schedules.advance(tx, a_schedule(), later))


async def test_what_is_due_is_listed_by_its_instant_and_the_bin_is_left_out(world: World) -> None:
    def make(tx: Tx) -> None:
        schedules.insert(tx, a_schedule())
        schedules.insert(
            tx,
            a_schedule(id=ScheduleId("hourly"), plan=Plan(accounted_at=START, next_at=START)),
        )
        schedules.insert(tx, a_schedule(id=ScheduleId("gone"), deleted_at=START))
        schedules.insert(tx, a_schedule(id=ScheduleId("dry"), plan=Plan(accounted_at=START)))

    await world.db.write(make)
    due = await world.db.read(lambda tx: schedules.due(tx, AT, limit=10))
    assert [schedule.id for schedule in due] == ["hourly", "nightly"]
    assert await world.db.read(schedules.next_due) == START


ENDS = {
    AgentStatus.COMPLETED: (OccurrenceState.SUCCESS, Reason.NONE),
    AgentStatus.CANCELLED: (OccurrenceState.CANCELLED, Reason.BY_PERSON),
    AgentStatus.ERROR: (OccurrenceState.FAILED, Reason.NONE),
    AgentStatus.OUT_OF_ROUNDS: (OccurrenceState.FAILED, Reason.OUT_OF_ROUNDS),
    AgentStatus.INTERRUPTED: (OccurrenceState.INTERRUPTED, Reason.NONE),
    AgentStatus.WAITING_ANSWER: (OccurrenceState.WAITING, Reason.NONE),
    AgentStatus.WAITING_BUDGET: (OccurrenceState.WAITING, Reason.BUDGET),
}


@pytest.mark.parametrize("status", ENDS, ids=str)
async def test_the_end_of_a_run_is_the_end_of_its_occurrence(
    world: World, status: AgentStatus
) -> None:
    await world.db.write(started)
    await world.db.write(lambda tx: ends(tx, status, "the words"))
    found = await first(world)
    assert (found.state, found.reason) == ENDS[status]
    assert found.error == "the words"
    assert (found.ended_at is None) == found.state.is_open
    (attempt,) = await world.db.read(lambda tx: occurrences.attempts(tx, found.id))
    assert (attempt.state, attempt.error) == (found.state, "the words")
    assert OccurrenceChanged(NIGHTLY, found.id) in world.news


async def test_an_answer_hours_later_takes_the_waiting_occurrence_to_its_end(world: World) -> None:
    await world.db.write(started)
    await world.db.write(lambda tx: ends(tx, AgentStatus.WAITING_ANSWER))

    def answered(tx: Tx) -> None:
        runs.insert(tx, a_run(R2, cause=RunCause.ANSWERED, boot_id=tx.boot_id))

    await world.db.write(answered)
    assert (await first(world)).state is OccurrenceState.RUNNING
    await world.db.write(
        lambda tx: runs.settle(tx, R2, status=AgentStatus.COMPLETED, rounds=1, usage=Usage())
    )
    found = await first(world)
    assert (found.state, found.run_id, found.attempt) == (OccurrenceState.SUCCESS, R2, 1)


async def test_a_message_typed_after_the_end_does_not_reopen_the_occurrence(world: World) -> None:
    await world.db.write(started)
    await world.db.write(lambda tx: ends(tx, AgentStatus.COMPLETED))
    await world.db.write(
        lambda tx: runs.insert(tx, a_run(R2, cause=RunCause.TYPED, boot_id=tx.boot_id))
    )
    assert (await first(world)).state is OccurrenceState.SUCCESS
    assert await world.db.read(lambda tx: occurrence_runs.carried_by(tx, R2)) is None


async def test_a_wait_that_is_stopped_is_a_cancelled_occurrence(world: World) -> None:
    await world.db.write(started)
    await world.db.write(lambda tx: ends(tx, AgentStatus.WAITING_APPROVAL))
    await world.db.write(lambda tx: run_waits.cancel(tx, R1))
    found = await first(world)
    assert (found.state, found.reason) == (OccurrenceState.CANCELLED, Reason.BY_PERSON)


async def test_an_occurrence_is_started_once_an_attempt(world: World) -> None:
    await world.db.write(started)
    with pytest.raises(NotFoundError):
        await world.db.write(dispatched)


async def test_a_second_end_changes_nothing(world: World) -> None:
    await world.db.write(started)
    await world.db.write(lambda tx: ends(tx, AgentStatus.COMPLETED))
    found = await first(world)
    changed = await world.db.write(
        lambda tx: occurrences.settle(tx, found, OccurrenceState.FAILED, error="late")
    )
    assert not changed
    assert (await first(world)).state is OccurrenceState.SUCCESS


async def test_a_retry_is_the_next_attempt_of_the_same_occurrence(world: World) -> None:
    await world.db.write(started)
    await world.db.write(lambda tx: ends(tx, AgentStatus.ERROR, "no network"))
    failed = await first(world)
    later = AT + timedelta(seconds=30)
    await world.db.write(lambda tx: occurrences.requeue(tx, failed, not_before=later))
    assert await world.db.read(lambda tx: occurrence_lists.startable(tx, AT, limit=9)) == ()
    (queued,) = await world.db.read(lambda tx: occurrence_lists.startable(tx, later, limit=9))

    def again(tx: Tx) -> None:
        occurrences.start(tx, queued, S1, model_source=ModelSource.SCHEDULE, timing=Timing.ON_TIME)
        runs.insert(tx, a_run(R2, cause=RunCause.RETRIED, boot_id=tx.boot_id))

    await world.db.write(again)
    numbers = await world.db.read(
        lambda tx: [each.number for each in occurrences.attempts(tx, failed.id)]
    )
    assert numbers == [1, 2]
    assert (await first(world)).started_at == failed.started_at


async def test_a_purged_schedule_leaves_its_sessions(world: World) -> None:
    await world.db.write(started)
    await world.db.write(lambda tx: schedules.purge(tx, [NIGHTLY]))
    assert await world.db.read(lambda tx: schedules.get(tx, NIGHTLY)) is None
    assert await world.db.read(occurrence_lists.history) == ()
    assert await world.db.read(lambda tx: runs.get(tx, R1)) is not None
