"""The ticker claims what is due once, whatever happens to the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import Pause, PauseReason
from bamboo_desktop.domain.trigger import Cron
from bamboo_desktop.store import schedules
from tests.schedules.making import schedule, utc
from tests.schedules.ticking import ticking
from tests.waiting import until

# The simulated clock starts on 2026-03-02 at 09:00.


async def test_what_is_due_is_claimed_once(data_dir: Path) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(schedule(accounted="2026-03-02 08:30"))
        await desk.ticker.tick()
        await desk.ticker.tick()
        assert await desk.told() == ["02 09:00 queued on_time"]
        assert desk.ticker.heartbeat.next_due_at == utc("2026-03-02 10:00")


async def test_what_is_next_is_what_will_run(data_dir: Path) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(
            schedule("5 * * * *", accounted="2026-03-02 09:00", id="off", is_enabled=False)
        )
        still = Pause(since=utc("2026-03-02 09:00"), reason=PauseReason.PERSON)
        await desk.has(
            schedule("10 * * * *", accounted="2026-03-02 09:00", id="still", pause=still)
        )
        await desk.ticker.tick()
        assert desk.ticker.heartbeat.next_due_at is None
        assert desk.ticker.next_claim_at == utc("2026-03-02 09:05")
        over = replace(still, until=utc("2026-03-02 11:00"))
        await desk.has(schedule("15 * * * *", accounted="2026-03-02 09:00", id="away", pause=over))
        await desk.ticker.tick()
        assert desk.ticker.heartbeat.next_due_at == utc("2026-03-02 11:15")
        await desk.has(schedule("20 * * * *", accounted="2026-03-02 09:00", id="on"))
        await desk.ticker.tick()
        assert desk.ticker.heartbeat.next_due_at == utc("2026-03-02 09:20")
        assert desk.ticker.next_claim_at == utc("2026-03-02 09:05")


async def test_a_ticker_that_runs_by_itself_claims_at_the_instant(data_dir: Path) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(schedule("5 * * * *", accounted="2026-03-02 08:30"))
        desk.tasks.spawn(desk.ticker.keep_time(), name="ticker")
        await until(lambda: len(desk.beats) == 1, what="the first tick")
        for beat in range(2, 60):
            await until(lambda: desk.clock.sleeping >= 1, what="the ticker sleeps")
            await desk.clock.advance(15)
            await until(lambda beat=beat: len(desk.beats) >= beat, what="a tick")  # type: ignore[misc]
            if desk.clock.now() > utc("2026-03-02 09:05"):
                break
        (row,) = await desk.rows()
        assert row.planned_at == utc("2026-03-02 09:05")
        assert row.claimed_at - row.planned_at < timedelta(seconds=16)


async def test_a_clock_set_back_repeats_nothing(data_dir: Path) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(schedule(accounted="2026-03-02 08:30"))
        await desk.ticker.tick()
        desk.clock.set_wall(utc("2026-03-02 07:30"))
        for _ in range(5):
            await desk.ticker.tick()
        desk.clock.set_wall(utc("2026-03-02 09:00"))
        for _ in range(5):
            await desk.ticker.tick()
        assert await desk.told() == ["02 09:00 queued on_time"]


async def test_a_visit_to_another_century_kills_no_schedule(data_dir: Path) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(schedule(accounted="2026-03-02 08:30"))
        await desk.ticker.tick()
        desk.clock.set_wall(utc("2099-01-01 00:00"))
        for _ in range(5):
            await desk.ticker.tick()
        desk.clock.set_wall(utc("2026-03-02 10:00"))
        await desk.ticker.tick()
        assert await desk.told() == ["02 09:00 queued on_time", "02 10:00 queued on_time"]


async def test_days_that_a_wrong_clock_called_missed_are_run_when_they_come(
    data_dir: Path,
) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(schedule("0 9 * * *", accounted="2026-03-02 08:30"))
        await desk.ticker.tick()
        desk.clock.set_wall(utc("2026-03-12 12:00"))
        for _ in range(4):
            await desk.ticker.tick()
        assert (await desk.told())[1] == "03 09:00-11 09:00 x9 missed too_late"
        desk.clock.set_wall(utc("2026-03-04 09:00"))
        for _ in range(4):
            await desk.ticker.tick()
        told = await desk.told()
        assert told[:3] == [
            "02 09:00 queued on_time",
            "03 09:00-04 09:00 x2 missed too_late",
            "12 09:00 queued caught_up",
        ]
        desk.clock.set_wall(utc("2026-03-05 09:00"))
        for _ in range(4):
            await desk.ticker.tick()
        assert "05 09:00 queued on_time" in await desk.told()


async def test_a_rule_that_cannot_be_read_pauses_its_schedule_with_a_message(
    data_dir: Path,
) -> None:
    async with ticking(data_dir) as desk:
        made = schedule(accounted="2026-03-02 08:30")
        await desk.has(made)
        broken = replace(
            made,
            trigger=Cron(expression="nonsense"),
            plan=replace(made.plan, next_at=desk.clock.now()),
        )
        await desk.world.db.write(lambda tx: schedules.save(tx, broken))
        await desk.ticker.tick()
        found = await desk.world.db.read(lambda tx: schedules.required(tx, made.id))
        assert found.pause is not None
        assert found.pause.reason is PauseReason.UNREADABLE
        assert "five fields" in found.pause.message
        assert await desk.rows() == ()


async def test_months_of_missed_minutes_are_all_accounted_for(
    data_dir: Path, expects_log: list[Any]
) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(schedule("* * * * *", accounted="2026-02-23 09:00"))
        await desk.ticker.tick()
        rows = await desk.rows()
        assert sum(row.count for row in rows) == 7 * 24 * 60
        assert [row.planned_at for row in rows if row.state is OccurrenceState.QUEUED] == [
            utc("2026-03-02 08:59"),
            utc("2026-03-02 09:00"),
        ]


async def test_an_edit_right_after_the_clock_was_set_claims_nothing_by_it(data_dir: Path) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(schedule(accounted="2026-03-02 08:30"))
        await desk.ticker.tick()
        desk.clock.set_wall(utc("2099-01-01 00:00"))
        await desk.ticker.claim_now()
        assert await desk.told() == ["02 09:00 queued on_time"]
        assert desk.dispatcher.jumps[0].set_by > timedelta(days=25_000)


async def test_a_look_between_two_ticks_does_not_shorten_a_hold(data_dir: Path) -> None:
    async with ticking(data_dir) as desk:
        await desk.has(schedule(accounted="2026-03-02 08:30"))
        await desk.ticker.tick()
        desk.clock.set_wall(utc("2026-03-05 09:00"))
        await desk.ticker.tick()
        for _ in range(5):
            await desk.ticker.claim_now()
        assert await desk.told() == ["02 09:00 queued on_time"]


async def test_a_rule_changed_while_the_clock_is_put_right_takes_nothing_back(
    data_dir: Path,
) -> None:
    async with ticking(data_dir) as desk:
        made = schedule("0 9 * * *", accounted="2026-03-02 08:30")
        await desk.has(made)
        await desk.ticker.tick()
        desk.clock.set_wall(utc("2026-03-12 12:00"))
        for _ in range(4):
            await desk.ticker.tick()
        before = await desk.told()
        claimer = desk.ticker._claimer
        stale = await desk.world.db.read(lambda tx: schedules.required(tx, made.id))
        await desk.world.db.write(lambda tx: schedules.save(tx, stale))
        await desk.world.db.write(
            lambda tx: claimer._rewind(tx, seen=stale, now=utc("2026-03-04 09:00"))
        )
        assert await desk.told() == before
