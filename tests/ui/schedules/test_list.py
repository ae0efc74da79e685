"""The list of schedules: what can be done there, by hand and by keys, with few and with many."""

from __future__ import annotations

import random
from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_news import ScheduleChanged
from bamboo_desktop.domain.schedule_view import ScheduleSummary
from bamboo_desktop.ui.models.schedule_list import ScheduleListModel
from bamboo_desktop.ui.models.schedule_rows import ScheduleOrder, arranged
from bamboo_desktop.ui.schedule_relay import ScheduleRelay
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.schedules.columns import RowParts
from bamboo_desktop.ui.views.schedules.page import SchedulesPage
from bamboo_desktop.ui.views.schedules.table import ScheduleTable
from tests.sim import SimClock
from tests.ui.schedules.values import NOW, draft, summary
from tests.ui.window.rig import Rig
from tests.waiting import until


async def page_with(rig: Rig, *names: str) -> SchedulesPage:
    for name in names:
        await rig.engine.schedules.create(draft(name))
    rig.window.show()
    rig.trigger("go.schedules")
    page = rig.bench.pages.schedules
    await until(lambda: page.model.is_loaded and page.model.total == len(names))
    return page


async def stored(rig: Rig, name: str) -> Schedule:
    return next(one for one in await rig.engine.schedules.listed() if one.name == name)


async def test_with_no_schedule_there_are_examples_that_open_the_editor(rig: Rig) -> None:
    page = await page_with(rig)

    def offered() -> list[QPushButton]:
        return page.list.first_steps.findChildren(QPushButton)

    await until(lambda: len(offered()) >= 4)
    assert not rig.window.actions_by_name.get("schedule.run").isEnabled()
    example = next(one for one in offered() if "Disk report" in one.text())
    example.click()
    await until(lambda: page.is_editing)
    assert page.editor.form.what.schedule_name == "Disk report"
    assert page.editor.form.what.is_playbook


async def test_a_schedule_made_elsewhere_comes_into_the_list_by_itself(rig: Rig) -> None:
    page = await page_with(rig, "One")
    made = await rig.engine.schedules.create(draft("Two"))
    await until(lambda: page.model.summary(made.id) is not None)
    assert page.model.rowCount() == 2


async def test_space_and_a_click_on_the_switch_switch_it(rig: Rig) -> None:
    page = await page_with(rig, "One")
    made = await stored(rig, "One")

    def is_on() -> bool:
        found = page.model.summary(made.id)
        return found is not None and found.schedule.is_enabled

    QTest.keyClick(page.list.table, Qt.Key.Key_Space)
    await until(lambda: not is_on())
    table = page.list.table
    place = RowParts.of(table.visualRect(page.model.index(0, 0))).switch.center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    await until(is_on)
    beside = QPoint(place.x() + 200, place.y())
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert (await rig.engine.schedules.get(made.id)).is_enabled


async def test_a_deleted_schedule_comes_back_by_undo(rig: Rig) -> None:
    page = await page_with(rig, "One", "Two")
    made = await stored(rig, "One")
    page.list.choose(made.id)
    rig.trigger("schedule.trash")
    await until(lambda: page.model.summary(made.id) is None and page.list.undo.isVisible())
    page.list.undo.undone.emit()
    await until(lambda: page.model.summary(made.id) is not None)
    assert (await rig.engine.schedules.get(made.id)).deleted_at is None


async def test_pause_and_resume_are_offered_when_they_make_sense(rig: Rig) -> None:
    page = await page_with(rig, "One")
    made = await stored(rig, "One")
    actions = rig.window.actions_by_name
    await until(lambda: actions.get("schedule.pause").isEnabled())
    assert not actions.get("schedule.resume").isEnabled()
    rig.trigger("schedule.pause")
    await until(lambda: actions.get("schedule.resume").isEnabled())
    assert (await rig.engine.schedules.get(made.id)).pause is not None
    rig.trigger("schedule.resume")
    await until(lambda: not actions.get("schedule.resume").isEnabled())
    assert (await rig.engine.schedules.get(made.id)).pause is None
    assert page.list.table.current_id == made.id


async def test_a_run_by_hand_is_queued_at_once(rig: Rig) -> None:
    page = await page_with(rig, "One")
    made = await stored(rig, "One")
    rig.trigger("schedule.run")

    def queued() -> bool:
        found = page.model.summary(made.id)
        return found is not None and any(one.state is OccurrenceState.QUEUED for one in found.open)

    await until(queued)


async def test_actions_on_a_schedule_are_off_where_no_schedule_is_seen(rig: Rig) -> None:
    await page_with(rig, "One")
    run = rig.window.actions_by_name.get("schedule.run")
    await until(run.isEnabled)
    rig.trigger("go.sessions")
    assert not run.isEnabled()
    rig.trigger("go.schedules")
    assert run.isEnabled()


async def test_the_search_hides_and_shows_and_says_when_nothing_fits(rig: Rig) -> None:
    page = await page_with(rig, "Apples", "Pears")
    page.list.search.setText("pear")
    await until(lambda: page.model.rowCount() == 1)
    page.list.search.setText("plum")
    await until(lambda: page.model.rowCount() == 0)
    assert not page.list.table.isVisible()
    page.list.search.clear()
    await until(lambda: page.model.rowCount() == 2)


def test_ten_thousand_rows_make_no_more_items_than_the_screen_holds(theme: Theme) -> None:
    model = ScheduleListModel(SimClock())
    model.replace([summary(f"Schedule {number}") for number in range(10_000)])
    table = ScheduleTable(model, theme)
    table.resize(900, 600)
    table.show()
    assert model.rowCount() == 10_000
    assert len(table.visible_rows()) <= 13
    assert not table.grab().isNull()
    table.close()


def test_rows_that_change_places_keep_what_is_chosen(theme: Theme) -> None:
    model = ScheduleListModel(SimClock())
    hours = {"A": 1, "B": 2, "C": 3}
    model.replace([summary(n, next_at=NOW + timedelta(hours=h)) for n, h in hours.items()])
    table = ScheduleTable(model, theme)
    table.choose(ScheduleId("B"))
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.update({ScheduleId("B"): summary("B", next_at=NOW + timedelta(hours=9))})
    assert table.current_id == "B"
    assert table.currentIndex().row() == 2
    assert resets == []


async def test_rows_of_one_instant_are_told_from_one_clock(theme: Theme) -> None:
    clock = SimClock()
    model = ScheduleListModel(clock)
    table = ScheduleTable(model, theme)
    begun = model.now
    await clock.advance(30)
    assert model.now == begun
    model.update({ScheduleId("A"): summary("A")})
    assert model.now == clock.now()
    table.deleteLater()


async def test_however_many_news_there_are_the_views_look_once(rig: Rig) -> None:
    heard: list[frozenset[str]] = []
    rig.bench.schedule_relay.changed.connect(heard.append)
    bus = rig.engine.feed._bus
    for number in range(500):
        bus.publish(ScheduleChanged(ScheduleId(f"s{number % 50}")))
    await until(lambda: bool(heard))
    assert len(heard) == 1
    assert len(heard[0]) == 50


def test_rows_mended_one_by_one_stand_as_if_all_were_sorted_anew(theme: Theme) -> None:
    dice = random.Random(7)
    model = ScheduleListModel(SimClock())
    table = ScheduleTable(model, theme)
    known: dict[ScheduleId, ScheduleSummary] = {}
    model.replace(())
    for _ in range(600):
        name = f"S{dice.randrange(40)}"
        next_at = NOW + timedelta(minutes=dice.randrange(50))
        gone = dice.random() < 0.2
        found = None if gone else summary(name, next_at=next_at, is_enabled=dice.random() < 0.8)
        model.update({ScheduleId(name): found})
        if found is None:
            known.pop(ScheduleId(name), None)
        else:
            known[ScheduleId(name)] = found
        wanted = arranged(known.values(), "", ScheduleOrder.NEXT).rows
        shown = [model.summary_at(model.index(row, 0)) for row in range(model.rowCount())]
        assert shown == wanted
        assert all(model.index_of(one).row() >= 0 for one in known)
    table.deleteLater()


async def test_a_relay_that_is_gone_hears_no_more(rig: Rig, failures: list[str]) -> None:
    relay = ScheduleRelay(rig.engine, rig.window)
    gone: list[int] = []
    relay.destroyed.connect(lambda: gone.append(1))
    relay.deleteLater()
    await until(lambda: bool(gone))
    rig.engine.feed._bus.publish(ScheduleChanged(ScheduleId("s")))
    assert failures == []
