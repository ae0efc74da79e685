"""The inspector when its session goes, and what is painted when nothing changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.domain.tool import FileTouch
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.ui.models.inspector_rows import InspectorRows, file_rows, task_rows
from bamboo_desktop.ui.views.rail import RailButton
from tests.sim import START
from tests.ui.window.rig import Rig
from tests.waiting import until


async def test_the_figures_of_a_session_go_with_it(rig: Rig) -> None:
    session = await rig.session("Costly")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    await until(lambda: len(rig.tasks) == 0)
    inspector = rig.bench.page.inspector
    inspector.usage.show_usage(Usage(input_tokens=12_345, cost_micros=1_000))
    rig.bench.desk.show_nothing()
    values = inspector.usage._values.values()
    assert {value.text() for value in values} == {"-"}
    assert {value.toolTip() for value in values} == {""}


async def test_a_session_that_is_deleted_while_it_is_looked_at_opens_no_dialog(rig: Rig) -> None:
    session = await rig.session("Short-lived")
    inspector = rig.bench.page.inspector
    inspector.show_session(session.id)
    await until(lambda: len(rig.tasks) == 0)
    await rig.engine.sessions.purge(session.id)
    inspector._reload()
    await until(lambda: len(rig.tasks) == 0 or rig.window.findChildren(QMessageBox))
    assert not rig.window.findChildren(QMessageBox)


async def test_a_count_that_stays_the_same_paints_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    button = rig.window.rail.findChildren(RailButton)[0]
    monkeypatch.setattr(button, "update", lambda: painted.append(button._count))
    for count in (0, 2, 2, 0, 0):
        button.set_count(count)
    assert painted == [2, 0]
    assert button.accessibleName() == button._name


def test_the_rows_of_the_inspector_hide_nothing_and_are_spoken_in_words() -> None:
    touch = FileTouch(
        path="/w/ev\u202eil.txt",
        is_changed=True,
        added=3,
        last_at=START,
        last_call_id=ToolCallId("c"),
    )
    task = TaskItem(id="t", content="First\nsecond", status=TaskStatus.IN_PROGRESS)
    model = InspectorRows()
    model.replace((*file_rows((touch,)), *task_rows((task,))))
    spoken = [
        model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(2)
    ]
    assert spoken == ["evil.txt, changed, /w, +3", "First second, in progress"]
    assert model.data(model.index(1, 0)) == "First second"
