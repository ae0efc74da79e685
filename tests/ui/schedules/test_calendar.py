"""Calendar, occurrences, history and the heartbeat at the foot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bamboo_desktop.domain.occurrence import OccurrenceState, Reason
from bamboo_desktop.domain.schedule_view import (
    ClockHold,
    Heartbeat,
    HoldReason,
    OccurrenceDetail,
)
from bamboo_desktop.ui.models.agenda import AgendaModel, agenda_rows
from bamboo_desktop.ui.models.calendar_cells import Span, cells, first_day
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.schedules.agenda_list import AgendaDelegate, AgendaList
from bamboo_desktop.ui.views.schedules.calendar_grid import CalendarGrid
from bamboo_desktop.ui.views.schedules.occurrence_panel import OccurrencePanel
from tests.ui.schedules.values import NOW, draft, entry, occurrence
from tests.ui.window.rig import Rig, button, labels
from tests.waiting import until

DAY = date(2026, 3, 5)


def grid_with(theme: Theme, count: int) -> CalendarGrid:
    start = datetime(2026, 3, 5, 9).astimezone().astimezone(UTC)
    entries = [
        entry(start + timedelta(minutes=number), name=f"S{number}") for number in range(count)
    ]
    grid = CalendarGrid(theme)
    grid.resize(900, 600)
    grid.show()
    grid.show_cells(Span.MONTH, DAY, DAY, cells(entries, Span.MONTH, DAY))
    return grid


def test_a_click_on_an_entry_chooses_it_and_on_the_rest_opens_the_day(theme: Theme) -> None:
    grid = grid_with(theme, 50)
    chosen: list[object] = []
    opened: list[object] = []
    grid.entry_chosen.connect(chosen.append)
    grid.day_opened.connect(opened.append)
    ((row, column),) = grid.cells
    place = grid._place(row, column)
    point = place.topLeft()
    point += point.__class__(20, 30)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert [one.name for one in chosen] == ["S0"]  # type: ignore[attr-defined]
    rest = place.bottomLeft()
    rest += rest.__class__(20, -6)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=rest)
    assert opened == [DAY]
    grid.close()


def test_the_keys_move_the_day_and_open_it(theme: Theme) -> None:
    grid = grid_with(theme, 1)
    went: list[object] = []
    opened: list[object] = []
    grid.day_chosen.connect(went.append)
    grid.day_opened.connect(opened.append)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert went == [date(2026, 3, 6), date(2026, 3, 12)]
    assert opened == [DAY]
    assert "S0" in grid.accessibleDescription()
    grid.close()


def test_a_week_that_has_the_present_shows_a_line_through_its_day(theme: Theme) -> None:
    grid = grid_with(theme, 1)
    now = datetime(2026, 3, 5, 9, 30).astimezone().astimezone(UTC)
    grid.show_now(now)
    assert grid.now_line is None
    grid.show_cells(Span.WEEK, DAY, DAY, {})
    line = grid.now_line
    assert line is not None
    hour = grid._place(9, (DAY - first_day(Span.WEEK, DAY)).days)
    assert hour.contains(line)
    assert abs(line.center().y() - hour.center().y()) <= 1
    grid.show_cells(Span.WEEK, DAY + timedelta(days=7), DAY, {})
    assert grid.now_line is None
    grid.close()


def test_the_agenda_of_today_begins_with_what_is_next() -> None:
    model = AgendaModel()
    entries = [entry(NOW + timedelta(minutes=number)) for number in (-20, -10, 10, 20)]
    model.replace(agenda_rows(entries))
    assert model.row_at(model.first_from(NOW)) == entries[2]
    assert model.row_at(model.first_from(NOW + timedelta(hours=1))) == entries[3]


def test_news_leave_the_agenda_where_it_was_scrolled_to(theme: Theme) -> None:
    model = AgendaModel()
    table = AgendaList(model, theme)
    table.resize(600, 300)
    table.show()
    rows = agenda_rows([entry(NOW + timedelta(minutes=number)) for number in range(-90, 90)])
    table.show_rows(rows, NOW.astimezone().date(), NOW, is_kept=False)
    assert model.row_at(model.first_from(NOW)) in [
        model.row_at(model.index(row, 0)) for row in list(table.visible_rows())[:3]
    ]
    scrolled = table.verticalScrollBar().value()
    table.show_rows(rows, NOW.astimezone().date(), NOW, is_kept=True)
    assert table.verticalScrollBar().value() == scrolled > 0
    table.close()


async def test_the_panel_keeps_no_entry_of_other_days(rig: Rig) -> None:
    await rig.engine.schedules.create(draft("One"))
    rig.window.show()
    rig.trigger("schedule.calendar")
    calendar = rig.bench.pages.schedules.calendar
    today = datetime.now(tz=UTC).astimezone().date()
    calendar.go(Span.AGENDA, today)
    await until(lambda: calendar.agenda.rowCount() > 2)
    calendar.list.setCurrentIndex(calendar.agenda.index(1, 0))
    assert calendar.panel.isVisible()
    calendar.go(Span.AGENDA, today + timedelta(days=40))
    assert not calendar.panel.isVisible()


def test_a_long_name_of_the_agenda_takes_the_room_its_words_leave(theme: Theme) -> None:
    delegate = AgendaDelegate(theme, theme)
    name = "A weekly report about everything that happened in the north and the south"
    assert delegate._name_width(name, "to come", 900) > 400
    assert delegate._name_width("Short", "to come", 900) == 300
    assert delegate._name_width(name, "missed " * 100, 900) == 300


def test_an_occurrence_offers_only_what_makes_sense(theme: Theme) -> None:
    panel = OccurrencePanel(theme)
    cases: dict[OccurrenceState, tuple[str, ...]] = {
        OccurrenceState.MISSED: ("run_as_of", "edit"),
        OccurrenceState.SUCCESS: ("edit",),
        OccurrenceState.RUNNING: ("cancel", "edit"),
    }
    for state, deeds in cases.items():
        panel.show_entry(entry(NOW, state=state), "UTC", NOW)
        assert list(panel.deeds) == list(deeds)
    asked = entry(NOW, state=OccurrenceState.WAITING)
    of_person = occurrence(OccurrenceState.WAITING, reason=Reason.ASKED)
    asked = replace(asked, occurrence=of_person)
    panel.show_entry(asked, "UTC", NOW)
    assert list(panel.deeds) == ["catch_up", "leave", "edit"]
    panel.show_entry(entry(NOW + timedelta(hours=1)), "UTC", NOW)
    assert list(panel.deeds) == ["edit"]


def test_run_as_of_then_says_that_it_was_taken_and_is_not_done_twice(theme: Theme) -> None:
    panel = OccurrencePanel(theme)
    acted: list[str] = []
    panel.acted.connect(lambda name, about: acted.append(name))
    panel.show_entry(entry(NOW, state=OccurrenceState.MISSED), "UTC", NOW)
    button(panel, "Run as of then").click()
    button(panel, "Queued as of then").click()
    assert acted == ["run_as_of"]
    panel.show_entry(entry(NOW + timedelta(days=1), state=OccurrenceState.MISSED), "UTC", NOW)
    button(panel, "Run as of then").click()
    assert acted == ["run_as_of", "run_as_of"]


def test_an_instant_is_told_in_the_zone_of_the_rule_where_that_differs(theme: Theme) -> None:
    panel = OccurrencePanel(theme)
    panel.show_entry(entry(NOW), "Asia/Kathmandu", NOW)
    assert any("Asia/Kathmandu" in words for words in labels(panel))
    panel.show_entry(entry(NOW), "UTC", NOW)
    is_same = NOW.astimezone().utcoffset() == timedelta()
    assert any(words.endswith(" UTC") for words in labels(panel)) != is_same


async def test_the_calendar_shows_what_is_to_come_and_filters_it(rig: Rig) -> None:
    await rig.engine.schedules.create(draft("One"))
    two = await rig.engine.schedules.create(draft("Two"))
    rig.window.show()
    rig.trigger("schedule.calendar")
    page = rig.bench.pages.schedules
    calendar = page.calendar
    calendar.go(Span.MONTH, datetime.now(tz=UTC).astimezone().date() + timedelta(days=40))

    def told() -> set[str]:
        return {line.entry.name for lines in calendar.grid.cells.values() for line in lines}

    await until(lambda: told() == {"One", "Two"})
    calendar.bar.show_only(two.id)
    await until(lambda: told() == {"Two"})
    calendar.bar.fate.setCurrentIndex(3)
    calendar.bar.filter_changed.emit()
    await until(lambda: told() == set())


async def test_the_agenda_leads_to_the_occurrence_and_run_as_of_then_queues_one(rig: Rig) -> None:
    made = await rig.engine.schedules.create(draft("One"))
    rig.window.show()
    rig.trigger("schedule.calendar")
    page = rig.bench.pages.schedules
    calendar = page.calendar
    calendar._open_day(datetime.now(tz=UTC).astimezone().date() + timedelta(days=2))
    await until(lambda: calendar.agenda.rowCount() > 2)
    QTest.keyClick(calendar.list, Qt.Key.Key_J)
    QTest.keyClick(calendar.list, Qt.Key.Key_J)
    await until(lambda: calendar.panel.entry is not None)
    shown = calendar.panel.entry
    assert shown is not None
    assert shown.schedule_id == made.id
    calendar.acted.emit("run_as_of", (made.id, shown.at))
    found: tuple[OccurrenceDetail, ...] = ()
    while not found:
        found = await rig.engine.occurrences.history(made.id)
    assert found[0].occurrence.as_of == shown.at


async def test_the_history_lists_what_came_of_a_schedule(rig: Rig) -> None:
    made = await rig.engine.schedules.create(draft("One"))
    await rig.engine.occurrences.run_now(made.id)
    rig.window.show()
    rig.trigger("go.schedules")
    page = rig.bench.pages.schedules
    await until(lambda: page.list.table.current_id == made.id)
    rig.trigger("schedule.history")
    await until(lambda: page.past.model.rowCount() == 1)
    assert page.past.isVisible()
    QTest.keyClick(page.past.list, Qt.Key.Key_Escape)
    await until(page.front.isVisible)


async def test_a_held_clock_is_told_at_the_foot_and_ended_from_there(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = rig.bench.heartbeat
    now = datetime.now(tz=UTC)
    line.show_heartbeat(Heartbeat(last_tick_at=now, next_due_at=None))
    assert not line.clock_is_right.isVisibleTo(line)
    hold = ClockHold(reason=HoldReason.FAR_JUMP, jump=timedelta(days=400), since=now)
    line.show_heartbeat(Heartbeat(last_tick_at=now, hold=hold))
    assert line.clock_is_right.isVisibleTo(line)
    assert "400 days" in line.words.text()
    confirmed: list[bool] = []
    monkeypatch.setattr(rig.engine.schedules, "confirm_clock", lambda: confirmed.append(True))
    line.clock_is_right.click()
    assert confirmed == [True]
