"""The session list: its order, its smallest changes, and its words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytestqt.modeltest import ModelTester

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionScope, SessionSummary
from bamboo_desktop.ui.models.session_groups import GroupRow, rows_of
from bamboo_desktop.ui.models.session_list import SessionListModel
from bamboo_desktop.ui.models.session_words import status_line
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.session_table import SessionTable
from tests.sim import START, SimClock
from tests.ui.window.values import summary

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def shown(model: SessionListModel) -> list[str]:
    rows = [model.row_at(model.index(place, 0)) for place in range(model.rowCount())]
    return [f"[{row.title}]" if isinstance(row, GroupRow) else _id(row) for row in rows]


def _id(row: SessionSummary | None) -> str:
    assert row is not None
    return row.session.id


@pytest.fixture
def model(qtmodeltester: ModelTester) -> SessionListModel:
    made = SessionListModel(SimClock())
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]
    return made


def test_what_needs_a_person_comes_first_then_what_runs_then_pins_then_days(
    model: SessionListModel,
) -> None:
    model.replace(
        (
            summary("old", age=40 * DAY),
            summary("today"),
            summary("pinned", is_pinned=True, age=9 * DAY),
            summary("runs", status=AgentStatus.RUNNING),
            summary("asks", status=AgentStatus.WAITING_ANSWER, questions=1),
            summary("yesterday", age=DAY),
            summary("parent", status=AgentStatus.WAITING_CHILDREN, age=HOUR),
        ),
        scope=SessionScope.ACTIVE,
    )
    assert shown(model) == [
        "[Needs you]",
        "asks",
        "[Running]",
        "runs",
        "parent",
        "[Pinned]",
        "pinned",
        "[Today]",
        "today",
        "[Yesterday]",
        "yesterday",
        "[January]",
        "old",
    ]


def test_a_session_that_runs_keeps_its_place_while_it_works(model: SessionListModel) -> None:
    born = START - HOUR
    model.replace(
        (
            summary("a", status=AgentStatus.RUNNING, born=born),
            summary("b", status=AgentStatus.RUNNING, born=born - HOUR, age=HOUR),
        ),
        scope=SessionScope.ACTIVE,
    )
    changes: list[int] = []
    model.dataChanged.connect(lambda first, _: changes.append(first.row()))
    fresh = summary(
        "b", status=AgentStatus.RUNNING, born=born - HOUR, age=timedelta(0), last_line="Read"
    )
    model.update({SessionId("b"): fresh})
    assert shown(model) == ["[Running]", "a", "b"]
    assert changes == [2]


def test_nothing_is_told_when_nothing_changed(model: SessionListModel) -> None:
    rows = (summary("a"), summary("b", age=HOUR))
    model.replace(rows, scope=SessionScope.ACTIVE)
    told: list[str] = []
    for signal in (model.dataChanged, model.rowsInserted, model.rowsRemoved, model.modelReset):
        signal.connect(lambda *_: told.append("x"))
    model.update({SessionId("a"): rows[0]})
    model.replace(rows, scope=SessionScope.ACTIVE)
    model.regroup()
    assert told == []


def test_one_session_more_is_one_insert_and_no_reset(model: SessionListModel) -> None:
    model.replace((summary("a"), summary("b", age=DAY)), scope=SessionScope.ACTIVE)
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _, first, last: inserted.append((first, last)))
    model.modelReset.connect(lambda: inserted.append((-1, -1)))
    model.update({SessionId("c"): summary("c", age=HOUR)})
    assert inserted == [(2, 2)]
    assert shown(model) == ["[Today]", "a", "c", "[Yesterday]", "b"]


def test_a_session_that_asks_moves_up_and_one_that_is_gone_leaves(
    model: SessionListModel,
) -> None:
    model.replace((summary("a"), summary("b", age=HOUR)), scope=SessionScope.ACTIVE)
    model.update({SessionId("b"): summary("b", age=HOUR, questions=1), SessionId("a"): None})
    assert shown(model) == ["[Needs you]", "b"]
    assert model.index_of(SessionId("b")).row() == 1
    assert not model.index_of(SessionId("a")).isValid()


def test_midnight_moves_today_to_yesterday() -> None:
    clock = SimClock()
    model = SessionListModel(clock)
    model.replace((summary("a"),), scope=SessionScope.ACTIVE)
    clock.set_wall(START + DAY)
    model.regroup()
    assert shown(model) == ["[Yesterday]", "a"]


def test_the_archive_knows_only_days() -> None:
    rows = rows_of(
        (summary("a", questions=1), summary("b", is_pinned=True)),
        today=START.date(),
        is_grouped_by_state=False,
    )
    assert [type(row).__name__ for row in rows] == ["GroupRow", "SessionSummary", "SessionSummary"]


def test_a_screen_reader_hears_title_state_and_age(model: SessionListModel) -> None:
    model.replace((summary("Backup", questions=2),), scope=SessionScope.ACTIVE)
    index = model.index_of(SessionId("Backup"))
    spoken = model.data(index, 11)  # Qt.ItemDataRole.AccessibleTextRole
    assert spoken == "Backup, Shall I? (and 1 more), 5m"


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (summary("a", status=None), "No messages yet"),
        (summary("a", last_line="All\ndone"), "All done"),
        (summary("a", status=AgentStatus.ERROR, error="no key"), "Failed: no key"),
        (summary("a", status=AgentStatus.RUNNING, last_line="Bash ls"), "Bash ls"),
        (summary("a", status=AgentStatus.STOPPING, last_line="Bash ls"), "Stopping"),
        (summary("a", status=AgentStatus.OUT_OF_ROUNDS), "Out of rounds"),
        (summary("a", questions=1), "Shall I?"),
    ],
)
def test_the_second_line_says_what_matters(row: SessionSummary, line: str) -> None:
    assert status_line(row) == line


def test_headings_are_lower_than_rows_and_cannot_be_chosen(
    model: SessionListModel, theme: Theme
) -> None:
    table = SessionTable(model, theme)
    model.replace((summary("a"), summary("b", age=DAY)), scope=SessionScope.ACTIVE)
    assert [table.rowHeight(row) for row in range(4)] == [30, 52, 30, 52]
    table.step(1)
    assert table.currentIndex().row() == 1
    table.step(1)
    assert table.currentIndex().row() == 3
    table.step(1)
    assert table.currentIndex().row() == 3


async def test_rings_turn_only_while_something_runs_on_the_screen(
    model: SessionListModel, theme: Theme
) -> None:
    table = SessionTable(model, theme)
    model.replace((summary("a"),), scope=SessionScope.ACTIVE)
    table.resize(300, 400)
    table.show()
    assert not table.is_turning
    model.update({SessionId("a"): summary("a", status=AgentStatus.RUNNING)})
    assert table.is_turning
    table.hide()
    assert not table.is_turning
    table.show()
    assert table.is_turning
    model.update({SessionId("a"): summary("a")})
    table._turn()
    assert not table.is_turning
    table.close()


def test_ten_thousand_sessions_do_not_move_when_one_of_them_takes_a_step(
    model: SessionListModel,
) -> None:
    many = [summary(f"s{number}", age=number * timedelta(minutes=9)) for number in range(10_000)]
    runs = summary("runs", status=AgentStatus.RUNNING)
    model.replace((runs, *many), scope=SessionScope.ACTIVE)
    told: list[tuple[str, int]] = []
    model.dataChanged.connect(
        lambda first, last: told.append(("changed", last.row() - first.row()))
    )
    model.rowsInserted.connect(lambda *_: told.append(("inserted", 0)))
    model.rowsRemoved.connect(lambda *_: told.append(("removed", 0)))
    step = summary("runs", status=AgentStatus.RUNNING, born=runs.session.created_at, last_line="x")
    model.update({SessionId("runs"): step})
    assert told == [("changed", 0)]
