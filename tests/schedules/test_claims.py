"""Every planned instant up to now gets a fate with a reason, and the newest in time always runs."""

from __future__ import annotations

from datetime import time, timedelta

from bamboo_desktop.domain.occurrence import Reason
from bamboo_desktop.domain.schedule import Misfire, Pause, PauseReason, QuietHours, Schedule
from bamboo_desktop.engine.schedules.claims import MOST_INSTANTS, decide, spread
from tests.schedules.making import ZONES, schedule, utc


def told(made: Schedule, now: str) -> list[str]:
    """The fates in short: hours, state and reason or timing."""
    lines = []
    for fate in decide(made, ZONES.clock(made.zone), utc(now)).fates:
        first, last = f"{fate.planned_at:%H:%M}", f"{fate.last_at:%H:%M}"
        span = first if fate.count == 1 else f"{first}-{last} x{fate.count}"
        lines.append(f"{span} {fate.state} {fate.reason or fate.timing}")
    return lines


def test_an_occurrence_claimed_within_a_minute_is_on_time() -> None:
    made = schedule(accounted="2026-03-02 08:30")
    assert told(made, "2026-03-02 09:00:59") == ["09:00 queued on_time"]


def test_nothing_is_claimed_before_its_instant() -> None:
    made = schedule(accounted="2026-03-02 08:30")
    claim = decide(made, ZONES.clock("UTC"), utc("2026-03-02 08:59:59"))
    assert claim.fates == ()
    assert claim.plan.next_at == utc("2026-03-02 09:00")


def test_after_a_night_off_only_the_latest_is_caught_up() -> None:
    made = schedule(accounted="2026-03-02 00:30")
    assert told(made, "2026-03-02 08:30") == [
        "01:00-07:00 x7 missed superseded",
        "08:00 queued caught_up",
    ]


def test_nothing_is_caught_up_where_one_is_in_time() -> None:
    made = schedule(accounted="2026-03-02 00:30")
    assert told(made, "2026-03-02 08:00:10") == [
        "01:00-07:00 x7 missed superseded",
        "08:00 queued on_time",
    ]


def test_what_is_older_than_the_largest_lateness_is_missed_and_said_so() -> None:
    made = schedule("0 9 * * *", accounted="2026-03-01 00:00", max_lateness=timedelta(hours=2))
    assert told(made, "2026-03-01 12:00") == ["09:00 missed too_late"]


def test_without_catching_up_a_missed_one_is_still_shown() -> None:
    made = schedule(accounted="2026-03-02 06:30", misfire=Misfire.NONE)
    assert told(made, "2026-03-02 08:30") == ["07:00-08:00 x2 missed not_caught_up"]


def test_a_schedule_that_does_not_catch_up_runs_what_is_in_time() -> None:
    made = schedule(accounted="2026-03-02 08:30", misfire=Misfire.NONE)
    assert told(made, "2026-03-02 09:00:30") == ["09:00 queued on_time"]


def test_each_is_caught_up_up_to_the_limit() -> None:
    made = schedule(accounted="2026-03-02 00:30", misfire=Misfire.EACH, max_each=2)
    assert told(made, "2026-03-02 05:30") == [
        "01:00-03:00 x3 missed over_limit",
        "04:00 queued caught_up",
        "05:00 queued caught_up",
    ]


def test_a_person_is_asked_about_the_latest() -> None:
    made = schedule(accounted="2026-03-02 06:30", misfire=Misfire.ASK)
    assert told(made, "2026-03-02 08:30") == ["07:00 missed superseded", "08:00 waiting asked"]


def test_a_disabled_schedule_accounts_for_its_instants_and_runs_none() -> None:
    made = schedule(accounted="2026-03-02 06:30", is_enabled=False)
    assert told(made, "2026-03-02 08:00:10") == ["07:00-08:00 x2 missed disabled"]


def test_a_pause_that_has_ended_covers_what_fell_into_it_only() -> None:
    pause = Pause(
        since=utc("2026-03-02 06:30"),
        until=utc("2026-03-02 07:30"),
        reason=PauseReason.PERSON,
    )
    made = schedule(accounted="2026-03-02 06:30", pause=pause)
    assert told(made, "2026-03-02 08:00:10") == ["07:00 missed paused", "08:00 queued on_time"]


def test_a_clock_set_back_claims_nothing_twice() -> None:
    made = schedule(accounted="2026-03-02 08:30")
    claim = decide(made, ZONES.clock("UTC"), utc("2026-03-02 05:00"))
    assert claim.fates == ()
    assert claim.plan.accounted_at == utc("2026-03-02 08:30")


def test_a_day_that_the_zone_left_out_is_accounted_for() -> None:
    made = schedule("0 12 * * *", accounted="2011-12-30 00:00", zone="Pacific/Apia")
    assert told(made, "2011-12-30 22:00:10")[0] == "10:00 missed zone_moved"


def test_years_of_missed_minutes_are_accounted_for_in_steps() -> None:
    made = schedule("* * * * *", accounted="2026-03-01 00:00")
    clock = ZONES.clock("UTC")
    claim = decide(made, clock, utc("2026-03-08 00:00"))
    assert claim.is_cut
    assert [(fate.count, fate.reason) for fate in claim.fates] == [(MOST_INSTANTS, Reason.TOO_LATE)]


def test_starts_are_spread_by_the_same_amount_at_each_look() -> None:
    made = schedule(accounted="2026-03-02 08:30", jitter=timedelta(minutes=15))
    at = utc("2026-03-02 09:00")
    first = decide(made, ZONES.clock("UTC"), at).fates[0].not_before
    again = decide(made, ZONES.clock("UTC"), utc("2026-03-02 09:00:20")).fates[0].not_before
    assert first == again == at + spread(made.id, at, timedelta(minutes=15))
    assert at <= first <= at + timedelta(minutes=15)


def test_what_falls_into_quiet_hours_starts_at_their_end() -> None:
    quiet = QuietHours(start=time(22), end=time(7))
    made = schedule(accounted="2026-03-02 22:30", quiet=quiet, zone="Europe/Berlin")
    claim = decide(made, ZONES.clock("Europe/Berlin"), utc("2026-03-02 23:00:05"))
    assert claim.fates[0].not_before == utc("2026-03-03 06:00")


def test_the_next_ten_are_kept_with_the_schedule() -> None:
    made = schedule(accounted="2026-03-02 08:30")
    plan = decide(made, ZONES.clock("UTC"), utc("2026-03-02 09:00:30")).plan
    assert plan.next_at == plan.ahead[0] == utc("2026-03-02 10:00")
    assert len(plan.ahead) == 10
