"""What rows, cells, the heartbeat and the editor's "what if" say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bamboo_desktop.domain.fire import Fire
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState, Reason
from bamboo_desktop.domain.schedule import Misfire, Pause, PauseReason, Policies
from bamboo_desktop.domain.schedule_view import ClockHold, Heartbeat, HoldReason
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.models.agenda import DayRow, agenda_rows, entry_words
from bamboo_desktop.ui.models.calendar_cells import Span, bounds, cells, first_day, rows_of, stepped
from bamboo_desktop.ui.models.heartbeat_words import heartbeat_words
from bamboo_desktop.ui.models.schedule_rows import ScheduleOrder, arranged, row_words
from bamboo_desktop.ui.models.schedule_rows import asked as asked_of
from bamboo_desktop.ui.models.schedule_words import (
    fate_line,
    reason_sentence,
    state_word,
    until,
    when,
)
from bamboo_desktop.ui.models.what_if import what_if
from tests.ui.schedules.values import NOW, entry, occurrence, summary


def names(order: ScheduleOrder, *, text: str = "") -> list[str]:
    rows = (
        summary("Beta", next_at=NOW + timedelta(hours=1), cost_month_micros=5),
        summary("Alpha", next_at=NOW + timedelta(hours=2), cost_month_micros=9),
        summary("Off", is_enabled=False, next_at=NOW),
        summary("Waits", open=(occurrence(OccurrenceState.WAITING),)),
    )
    return [one.schedule.name for one in arranged(rows, text, order).rows]


def test_what_waits_for_the_person_comes_first_and_what_is_off_last() -> None:
    assert names(ScheduleOrder.NEXT) == ["Waits", "Beta", "Alpha", "Off"]
    assert names(ScheduleOrder.COST) == ["Waits", "Alpha", "Beta", "Off"]
    assert names(ScheduleOrder.NAME) == ["Alpha", "Beta", "Off", "Waits"]


def test_the_search_reads_names_and_sentences() -> None:
    assert names(ScheduleOrder.NEXT, text="alph") == ["Alpha"]
    assert len(names(ScheduleOrder.NEXT, text="every 15:00")) == 4


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(), "due"),
        (timedelta(seconds=20), "within a minute"),
        (timedelta(seconds=50), "within a minute"),
        (timedelta(minutes=25), "in 25 min"),
        (timedelta(hours=3), "in 3 h"),
    ],
)
def test_the_next_fire_is_told_from_now(away: timedelta, words: str) -> None:
    assert until(NOW + away, NOW) == words


def test_the_next_fire_is_told_exactly_too_with_its_seconds() -> None:
    soon, later = NOW + timedelta(minutes=5, seconds=7), NOW + timedelta(days=3)
    assert when(soon, NOW) == f"{soon.astimezone():%H:%M:%S} (in 5 min)"
    assert when(later, NOW).endswith(f"{later.astimezone():%H:%M} (in 3 days)")
    assert row_words(summary(next_at=soon), NOW).next == when(soon, NOW)


def test_a_reason_goes_on_small_after_its_colon() -> None:
    late = occurrence(OccurrenceState.SKIPPED, reason=Reason.OVERLAP)
    assert fate_line(late) == "skipped: the one before it was still running."


def test_every_state_and_every_reason_has_words() -> None:
    assert all(state_word(state) for state in OccurrenceState)
    assert all(reason_sentence(reason) for reason in Reason if reason is not Reason.NONE)


def test_a_row_says_what_stands_in_the_way() -> None:
    paused = Pause(since=NOW, until=None, reason=PauseReason.PERSON)
    failed = Pause(since=NOW, reason=PauseReason.FAILURES, message="It failed 3 times in a row.")
    asked = occurrence(OccurrenceState.WAITING, reason=Reason.ASKED)
    assert row_words(summary(is_enabled=False), NOW).next == "off"
    assert row_words(summary(pause=paused), NOW).next == "paused"
    assert row_words(summary(pause=failed), NOW).note == "It failed 3 times in a row."
    assert row_words(summary(open=(asked,)), NOW).note == "missed: run it?"
    assert row_words(summary(open=(asked,)), NOW).glyph is GlyphState.WAITING
    lost = occurrence(OccurrenceState.FAILED, error="no such folder")
    assert row_words(summary(last=lost), NOW).note == "failed: no such folder"
    assert row_words(summary(last=lost), NOW).is_loud


def test_two_days_off_are_told_with_the_fires_of_the_rule() -> None:
    fires = [Fire(at=NOW + timedelta(hours=10 * number)) for number in range(1, 10)]
    told = what_if(Policies(), fires, NOW)[0].then
    assert told.startswith("4 runs are missed. Only the latest runs")
    each = Policies(misfire=Misfire.EACH, max_lateness=timedelta(days=3), max_each=2)
    assert "The latest 2 run" in what_if(each, fires, NOW)[0].then
    old = Policies(max_lateness=timedelta(hours=1))
    assert "None is run later" in what_if(old, fires, NOW)[0].then
    assert what_if(Policies(), fires[5:], NOW)[0].then.startswith("Nothing falls")


def test_the_heartbeat_says_when_schedules_are_held_or_behind() -> None:
    beat = Heartbeat(last_tick_at=NOW, next_due_at=NOW + timedelta(hours=3))
    well = heartbeat_words(beat, NOW)
    assert well.text.startswith("Schedules ok, next ")
    assert well.text.endswith("(in 3 h)")
    assert well.glyph is GlyphState.DONE
    assert heartbeat_words(beat, NOW + timedelta(minutes=5)).text == "Schedules are behind"
    hold = ClockHold(reason=HoldReason.FAR_JUMP, jump=timedelta(days=500), since=NOW)
    held = heartbeat_words(replace(beat, hold=hold), NOW)
    assert held.is_held
    assert "500 days" in held.text
    assert held.glyph is GlyphState.WAITING


def local(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour).astimezone().astimezone(UTC)


def test_equal_ones_of_a_schedule_share_a_line_of_their_cell() -> None:
    entries = [
        *(entry(local(5, hour), state=OccurrenceState.SUCCESS) for hour in range(1, 5)),
        entry(local(5, 6)),
        entry(local(5, 7), name="Other"),
        entry(local(6, 7)),
    ]
    found = cells(entries, Span.MONTH, date(2026, 3, 1))
    away = (date(2026, 3, 5) - first_day(Span.MONTH, date(2026, 3, 1))).days
    lines = found[divmod(away, 7)]
    assert [(line.count, line.state) for line in lines] == [
        (4, OccurrenceState.SUCCESS),
        (1, None),
        (1, None),
    ]
    assert lines[0].text == "4\u00d7 Report"
    assert len(found) == 2


def test_a_schedule_that_fires_too_often_is_in_every_day_and_hour_it_reaches() -> None:
    often = replace(entry(local(5, 9)), last_at=local(31, 23), count=0)
    first = first_day(Span.MONTH, date(2026, 3, 1))
    found = cells([often], Span.MONTH, date(2026, 3, 1))
    days = {first + timedelta(days=row * 7 + column) for row, column in found}
    assert {date(2026, 3, day) for day in range(5, 32)} == days
    assert {lines[0].text for lines in found.values()} == {"often: Report"}
    assert all(line.count == 0 for lines in found.values() for line in lines)
    week = first_day(Span.WEEK, date(2026, 3, 5))
    away = (date(2026, 3, 5) - week).days
    hours = {hour for hour, column in cells([often], Span.WEEK, week) if column == away}
    assert hours == set(range(9, 24))


def test_what_needs_a_person_comes_first_in_its_cell() -> None:
    states = (None, OccurrenceState.SUCCESS, OccurrenceState.MISSED, OccurrenceState.WAITING)
    entries = [entry(local(5, 9), name=f"S{n}", state=state) for n, state in enumerate(states)]
    (lines,) = cells(entries, Span.MONTH, date(2026, 3, 1)).values()
    assert [line.entry.name for line in lines] == ["S3", "S2", "S0", "S1"]


def test_an_instant_of_a_range_speaks_for_itself_alone() -> None:
    missed = occurrence(OccurrenceState.MISSED, count=2)
    one = replace(entry(local(5, 9)), occurrence=missed)
    assert entry_words(one) == "missed"
    assert entry_words(replace(one, count=1200)) == "1,200 times missed"


def test_a_month_is_shown_in_whole_weeks_whatever_its_length() -> None:
    for month in range(1, 13):
        day = date(2026, month, 15)
        start, end = bounds(Span.MONTH, day)
        first, last = start.astimezone().date(), end.astimezone().date()
        assert first <= day.replace(day=1)
        assert (last - first).days + 1 == rows_of(Span.MONTH, day) * 7
        assert last >= stepped(Span.MONTH, day, 1) - timedelta(days=1)
    assert stepped(Span.MONTH, date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert stepped(Span.MONTH, date(2026, 1, 31), -1) == date(2025, 12, 1)


def test_the_agenda_puts_a_heading_before_each_day() -> None:
    rows = agenda_rows([entry(local(5, 9)), entry(local(5, 10)), entry(local(7, 9))])
    assert [isinstance(row, DayRow) for row in rows] == [True, False, False, True, False]
    heading = rows[0]
    assert isinstance(heading, DayRow)
    assert heading.count == 2


def test_what_is_caught_up_after_all_is_asked_about_no_more() -> None:
    asked = occurrence(OccurrenceState.WAITING, reason=Reason.ASKED)
    assert rows_asked(asked) is asked
    assert "waits for your word" in fate_line(asked)
    run = occurrence(OccurrenceState.QUEUED, reason=Reason.ASKED)
    assert rows_asked(run) is None
    assert fate_line(run) == "queued"


def rows_asked(one: Occurrence) -> Occurrence | None:
    return asked_of(summary(open=(one,)))
