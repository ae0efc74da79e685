"""What has been claimed runs once, where and when the schedule says, or says why it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import ConflictError
from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState, Reason
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.run_config import ModelSource, SessionPolicy
from bamboo_desktop.domain.schedule import Overlap, PauseReason, Schedule, WhileWaiting
from bamboo_desktop.domain.trigger import Interval
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.engine.scripted import MODEL, Reply, call, say, use
from tests.schedules.office import Office
from tests.waiting import until

RUNNING, SUCCESS, QUEUED = OccurrenceState.RUNNING, OccurrenceState.SUCCESS, OccurrenceState.QUEUED
WAITING, SKIPPED, FAILED = OccurrenceState.WAITING, OccurrenceState.SKIPPED, OccurrenceState.FAILED
CANCELLED, INTERRUPTED = OccurrenceState.CANCELLED, OccurrenceState.INTERRUPTED
ASK = call("Ask", items=[{"id": "q", "kind": "text", "prompt": "Which?"}])


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        yield office


def busy(gate: asyncio.Event) -> Reply:
    """An answer that takes until the gate opens."""
    return say("working", gate=gate.wait)


async def only(office: Office, schedule: Schedule) -> Occurrence:
    (row,) = await office.rows(schedule.id)
    return row


async def test_a_due_occurrence_runs_in_a_session_of_its_own(office: Office) -> None:
    office.plays(say("All is well."))
    schedule = await office.schedule(name="Look after")
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    row = await only(office, schedule)
    assert row.session_id is not None
    session = await office.engine.sessions.get(row.session_id)
    assert session.title == f"Look after ({row.planned_at:%Y-%m-%d %H:%M})"
    assert session.metadata["created_by_schedule_id"] == schedule.id
    assert office.told_model()[-1] == ("user", "Look after it.")
    assert (row.timing, row.attempt, row.model_source) == ("on_time", 1, ModelSource.SCHEDULE)


async def test_a_run_that_asks_waits_and_goes_on_hours_later(office: Office) -> None:
    office.plays(use(ASK), say("Thank you."))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, WAITING)
    row = await only(office, schedule)
    assert row.session_id is not None
    record = await office.question(row.session_id)
    office.passes(timedelta(minutes=50))
    await office.answer(record, text="this one")
    await office.becomes(schedule.id, SUCCESS)


async def test_a_stopped_run_is_cancelled_and_not_failed(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, RUNNING)
    await office.engine.occurrences.cancel((await only(office, schedule)).id)
    await office.becomes(schedule.id, CANCELLED)


async def test_an_error_keeps_its_words(office: Office) -> None:
    office.plays(Reply(fails=ModelCallError(CallFault.INVALID_REQUEST, "The model said no.")))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, FAILED)
    assert "The model said no." in (await only(office, schedule)).error


async def test_without_a_model_nothing_is_made(office: Office) -> None:
    schedule = await office.schedule(model=None)
    await office.hours_pass()
    assert await office.told(schedule.id) == ["skipped no_model"]
    assert await office.engine.sessions.summaries() == ()


async def test_a_schedule_keeps_the_default_model_it_was_made_with(office: Office) -> None:
    await office.engine.models.set_default_model(MODEL)
    schedule = await office.schedule(model=None)
    other = ModelRef(provider=ProviderId("elsewhere"), model="dear")
    await office.engine.models.set_default_model(other)
    office.plays(say("done"))
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    row = await only(office, schedule)
    assert row.model_source is ModelSource.DEFAULT
    assert row.session_id is not None
    assert (await office.engine.sessions.get(row.session_id)).model == MODEL


async def test_what_is_missing_is_told_before_a_model_is_called(office: Office) -> None:
    keyless = ProviderConfig(
        id=ProviderId("hosted"), kind=ProviderKind.ANTHROPIC, label="Hosted", base_url=""
    )
    await office.engine.models.save_provider(keyless)
    schedule = await office.schedule(model=ModelRef(provider=keyless.id, model="m"))
    await office.hours_pass()
    row = await only(office, schedule)
    assert (row.state, row.reason) == (FAILED, Reason.PREFLIGHT)
    assert row.error == "There is no key for Hosted; add it in Settings."
    assert row.session_id is None


@pytest.mark.parametrize("change", [{"auto_execute": False}, {"prompt": "  "}], ids=str)
async def test_a_schedule_may_only_prepare_a_session(
    office: Office, change: dict[str, object]
) -> None:
    schedule = await office.schedule(**change)
    await office.hours_pass()
    row = await only(office, schedule)
    assert (row.state, row.reason) == (SUCCESS, Reason.PREPARED)
    assert row.session_id is not None
    assert office.engine.runs.active() == ()
    assert office.model.requests == []


async def test_one_that_still_runs_lets_the_next_one_be_skipped(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.hours_pass()
    assert await office.told(schedule.id) == ["running on_time", "skipped overlap"]
    gate.set()
    await office.becomes(schedule.id, SUCCESS, SKIPPED)


async def test_one_may_queue_behind_the_one_that_runs_and_no_more(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate), say("second"))
    schedule = await office.schedule(overlap=Overlap.QUEUE_ONE)
    for _ in range(3):
        await office.hours_pass()
    assert await office.told(schedule.id) == [
        "running on_time",
        "queued on_time",
        "skipped overlap",
    ]
    gate.set()
    await office.becomes(schedule.id, SUCCESS, QUEUED, SKIPPED)
    await office.tick()
    await office.becomes(schedule.id, SUCCESS, SUCCESS, SKIPPED)
    assert (await office.rows(schedule.id))[1].timing == "late"


async def test_several_may_run_at_once_up_to_a_number(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate), busy(gate), busy(gate))
    await office.engine.preferences.put("schedules.parallel", "5")
    schedule = await office.schedule(overlap=Overlap.ALLOW, max_parallel=2)
    for _ in range(3):
        await office.hours_pass()
    assert [row.state for row in await office.rows(schedule.id)] == [RUNNING, RUNNING, SKIPPED]
    gate.set()
    await office.becomes(schedule.id, SUCCESS, SUCCESS, SKIPPED)


async def test_the_newer_one_may_take_the_place_of_the_older(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate), say("newer"))
    schedule = await office.schedule(overlap=Overlap.CANCEL_PREVIOUS)
    await office.hours_pass()
    await office.hours_pass()
    await office.becomes(schedule.id, CANCELLED, QUEUED)
    await office.tick()
    await office.becomes(schedule.id, CANCELLED, SUCCESS)


async def test_one_that_waits_for_the_person_blocks_the_next_one(office: Office) -> None:
    office.plays(use(ASK))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, WAITING)
    await office.hours_pass()
    assert await office.told(schedule.id) == ["waiting on_time", "skipped waits_for_you"]


async def test_a_schedule_may_go_on_beside_a_question(office: Office) -> None:
    office.plays(use(ASK), say("done"))
    schedule = await office.schedule(while_waiting=WhileWaiting.ALLOW)
    await office.hours_pass()
    await office.becomes(schedule.id, WAITING)
    await office.hours_pass()
    await office.becomes(schedule.id, WAITING, SUCCESS)


async def test_a_schedule_switched_off_between_claim_and_start_does_not_start(
    office: Office,
) -> None:
    schedule = await office.schedule()
    office.passes(timedelta(hours=1))
    await office.engine._timetable._ticker.tick()
    assert [row.state for row in await office.rows(schedule.id)] == [QUEUED]
    await office.engine.schedules.set_enabled(schedule.id, enabled=False)
    await office.tick()
    assert await office.told(schedule.id) == ["skipped disabled"]


async def test_a_deleted_schedule_keeps_the_record_of_the_run_that_went_on(
    office: Office,
) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, RUNNING)
    await office.engine.schedules.trash(schedule.id)
    gate.set()
    await office.becomes(schedule.id, SUCCESS)
    await office.hours_pass(3)
    assert len(await office.rows(schedule.id)) == 1


async def test_run_now_moves_no_fire_and_queues_once(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate), say("again"))
    schedule = await office.schedule()
    await office.engine.occurrences.run_now(schedule.id)
    await office.tick()
    await office.becomes(schedule.id, RUNNING)
    await office.engine.occurrences.run_now(schedule.id)
    await office.tick()
    with pytest.raises(ConflictError):
        await office.engine.occurrences.run_now(schedule.id)
    assert (await office.engine.schedules.get(schedule.id)).plan.next_at == schedule.plan.next_at
    gate.set()
    await office.becomes(schedule.id, SUCCESS, QUEUED)
    await office.tick()
    await office.becomes(schedule.id, SUCCESS, SUCCESS)


async def test_a_busy_server_is_tried_again_as_an_attempt_of_the_same_occurrence(
    office: Office,
) -> None:
    down = ModelCallError(CallFault.UNREACHABLE, "Nobody answers.")
    tries = office._limits.model_attempts
    office.plays(*(Reply(fails=down) for _ in range(tries)), say("there"))
    schedule = await office.schedule()
    await office.hours_pass()
    await office.becomes(schedule.id, QUEUED)
    office.passes(timedelta(seconds=31))
    await office.tick()
    await office.becomes(schedule.id, SUCCESS)
    assert (await only(office, schedule)).attempt == 2


async def test_what_had_an_effect_is_not_tried_again(office: Office) -> None:
    down = ModelCallError(CallFault.UNREACHABLE, "Nobody answers.")
    tries = office._limits.model_attempts
    office.plays(
        use(call("Write", file_path="made.txt", content="x")),
        *(Reply(fails=down) for _ in range(tries)),
    )
    schedule = await office.schedule(
        workspace=str(office.workspace), allow_rules=(f"Write({office.workspace}/**)",)
    )
    await office.hours_pass()
    await office.becomes(schedule.id, FAILED)
    assert (office.workspace / "made.txt").exists()
    await office.settles()
    assert (await only(office, schedule)).state is FAILED


async def test_failing_three_times_in_a_row_pauses_the_schedule(office: Office) -> None:
    no = ModelCallError(CallFault.INVALID_REQUEST, "No.")
    office.plays(*(Reply(fails=no) for _ in range(3)))
    schedule = await office.schedule()
    for count in range(1, 4):
        await office.hours_pass()
        await office.becomes(schedule.id, *[FAILED] * count)
    await office.settles()
    paused = (await office.engine.schedules.get(schedule.id)).pause
    assert paused is not None
    assert (paused.reason, paused.message) == (
        PauseReason.FAILURES,
        "It failed 3 times in a row. The last time: No.",
    )
    await office.hours_pass()
    assert (await office.told(schedule.id))[-1] == "missed paused"
    await office.engine.schedules.resume(schedule.id)
    office.plays(say("well"))
    await office.hours_pass()
    await office.becomes(schedule.id, FAILED, FAILED, FAILED, OccurrenceState.MISSED, SUCCESS)


async def test_a_schedule_may_go_on_in_one_session(office: Office) -> None:
    office.plays(say("one"), say("two"))
    schedule = await office.schedule(session=SessionPolicy.CONTINUED)
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS, SUCCESS)
    first, second = await office.rows(schedule.id)
    assert first.session_id == second.session_id


async def test_a_continued_session_runs_with_what_its_schedule_says_by_now(
    office: Office, tmp_path: Path
) -> None:
    office.plays(say("one"), say("two"))
    schedule = await office.schedule(session=SessionPolicy.CONTINUED)
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    other = ModelRef(provider=MODEL.provider, model="another-model")
    draft = office.draft(
        session=SessionPolicy.CONTINUED,
        model=other,
        workspace=str(tmp_path),
        system_prompt="Be brief.",
        trigger=schedule.trigger,
    )
    await office.engine.schedules.edit(schedule.id, draft, expected_revision=schedule.revision)
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS, SUCCESS)
    first, second = await office.rows(schedule.id)
    assert second.session_id is not None
    assert first.session_id == second.session_id
    session = await office.engine.sessions.get(second.session_id)
    assert (session.model, session.workspace) == (other, str(tmp_path))
    assert session.system_prompt == "Be brief."


async def test_a_session_the_person_is_using_is_left_alone(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(say("one"), busy(gate))
    schedule = await office.schedule(session=SessionPolicy.CONTINUED)
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    row = await only(office, schedule)
    assert row.session_id is not None
    await office.send(row.session_id, "and now this")
    await office.hours_pass()
    assert (await office.told(schedule.id))[-1] == "skipped busy"
    gate.set()
    await office.ends(row.session_id, AgentStatus.COMPLETED)


async def test_a_daily_cap_is_a_cap(office: Office) -> None:
    office.plays(say("one"), say("two"))
    schedule = await office.schedule(daily_cap=1)
    await office.engine.schedules.set_enabled(schedule.id, enabled=True)
    await office.hours_pass(0)
    start = office.clock.now()
    midnight = (start + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    office.passes(midnight - start + timedelta(minutes=5))
    schedule = await office.engine.schedules.edit(
        schedule.id,
        office.draft(
            daily_cap=1, trigger=Interval(every=timedelta(hours=1), anchor_at=office.clock.now())
        ),
        expected_revision=schedule.revision,
    )
    before = len(await office.rows(schedule.id))
    await office.hours_pass()
    await until(lambda: office.engine.runs.active() == (), what="the first has ended")
    await office.hours_pass()
    assert (await office.told(schedule.id))[before:] == ["success on_time", "skipped daily_cap"]


async def test_a_new_name_moves_nothing_and_a_new_rule_fires_nothing_at_once(
    office: Office,
) -> None:
    schedule = await office.schedule()
    office.passes(timedelta(minutes=20))
    draft = office.draft(name="Renamed", trigger=schedule.trigger)
    renamed = await office.engine.schedules.edit(schedule.id, draft, expected_revision=1)
    assert renamed.plan.next_at == schedule.plan.next_at
    often = Interval(every=timedelta(minutes=7), anchor_at=schedule.created_at)
    changed = await office.engine.schedules.edit(
        schedule.id, replace(draft, trigger=often), expected_revision=2
    )
    assert changed.plan.next_at == schedule.created_at + timedelta(minutes=21)
    await office.tick()
    assert await office.rows(schedule.id) == ()


async def test_what_was_queued_at_a_crash_is_started_by_the_next_start(office: Office) -> None:
    schedule = await office.schedule()
    office.passes(timedelta(hours=1))
    await office.engine._timetable._ticker.tick()
    await office.restart()
    office.plays(say("after all"))
    await office.tick()
    await office.becomes(schedule.id, SUCCESS)
    assert len(await office.rows(schedule.id)) == 1


async def test_a_run_that_was_interrupted_can_be_continued_to_success(office: Office) -> None:
    gate = asyncio.Event()
    office.plays(busy(gate))
    schedule = await office.schedule()
    await office.hours_pass()
    await until(lambda: office.model.requests, what="the model was asked")
    await office.restart()
    await office.becomes(schedule.id, INTERRUPTED)
    row = await only(office, schedule)
    assert row.session_id is not None
    office.plays(say("done"))
    await office.engine.runs.continue_(row.session_id)
    await office.becomes(schedule.id, SUCCESS)


async def test_what_is_caught_up_waits_until_the_machine_has_settled(office: Office) -> None:
    schedule = await office.schedule()
    await office.hours_pass(3.5)
    assert await office.told(schedule.id) == ["missed superseded", "queued caught_up"]
    assert office.engine.runs.active() == ()


async def test_grants_of_a_schedule_hold_in_its_runs_only(office: Office) -> None:
    write = use(call("Write", file_path="made.txt", content="x"))
    office.plays(write, say("made"))
    schedule = await office.schedule(
        workspace=str(office.workspace), allow_rules=(f"Write({office.workspace}/**)",)
    )
    await office.hours_pass()
    await office.becomes(schedule.id, SUCCESS)
    row = await only(office, schedule)
    assert row.session_id is not None
    office.plays(use(call("Write", file_path="again.txt", content="x")))
    await office.send(row.session_id, "once more")
    await office.ends(row.session_id, AgentStatus.WAITING_APPROVAL)
