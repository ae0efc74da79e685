"""The head of a session, and what becomes of the view when its session leaves the list."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from bamboo_desktop.domain.ids import ProviderId, SessionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef, ReasoningEffort
from bamboo_desktop.domain.session import SessionScope, SessionSummary
from bamboo_desktop.ui import formats
from bamboo_desktop.ui.models.session_list import AGE_ROLE, SessionListModel
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.session_header import SessionHeader
from bamboo_desktop.ui.views.title_field import TitleField
from tests.sim import START, SimClock
from tests.ui.window.rig import Rig
from tests.ui.window.values import summary
from tests.waiting import until

DAY = timedelta(days=1)


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def effort(header: SessionHeader) -> QToolButton:
    buttons = header.findChildren(QToolButton)
    return next(one for one in buttons if one.accessibleName() == "Reasoning effort")


def with_model(provider: str, chosen: ReasoningEffort | None = None) -> SessionSummary:
    row = summary("a")
    model = ModelRef(provider=ProviderId(provider), model="m")
    return replace(row, session=replace(row.session, model=model, reasoning_effort=chosen))


def test_effort_is_said_in_words_of_people(theme: Theme) -> None:
    header = SessionHeader(theme)
    header.show_summary(with_model("wire", ReasoningEffort.XHIGH))
    assert effort(header).text() == "Very high effort"
    menu = effort(header).menu()
    assert isinstance(menu, QMenu)
    words = [action.text() for action in menu.actions()]
    assert words[0] == "Default effort"
    assert len(set(words)) == len(ReasoningEffort) + 1
    assert not any("xhigh" in word.casefold() for word in words)


def test_a_playbook_has_no_effort_to_choose(theme: Theme) -> None:
    header = SessionHeader(theme)
    header.show_summary(with_model(PLAYBOOK_PROVIDER))
    assert effort(header).isHidden()
    header.show_summary(with_model("wire"))
    assert not effort(header).isHidden()


@pytest.mark.parametrize(
    ("age", "alone", "under_day"),
    [
        (timedelta(minutes=4), "4m", "4m"),
        (timedelta(hours=20), "yesterday", "13:00"),
        (3 * DAY, "Fri", "09:00"),
        (40 * DAY, "21 Jan", "21 Jan"),
    ],
)
@pytest.mark.usefixtures("in_utc")
def test_an_age_names_the_day_unless_a_heading_does(
    age: timedelta, alone: str, under_day: str
) -> None:
    assert formats.ago(START - age, START) == alone
    assert formats.ago_under_day(START - age, START) == under_day


def test_a_pinned_row_of_yesterday_says_so() -> None:
    model = SessionListModel(SimClock())
    model.replace(
        (summary("pin", is_pinned=True, age=DAY), summary("day", age=DAY)),
        scope=SessionScope.ACTIVE,
    )
    ages = {
        one.session.id: model.index_of(one.session.id).data(AGE_ROLE) for one in model.sessions()
    }
    assert ages[SessionId("pin")] == "yesterday"
    assert ":" in ages[SessionId("day")]


@pytest.mark.parametrize("action", ["session.trash", "session.archive"])
async def test_the_neighbour_comes_into_view_when_a_session_leaves_the_list(
    rig: Rig, action: str
) -> None:
    for title in ("One", "Two", "Three"):
        await rig.session(title)
    first, second, third = [one.session.id for one in rig.bench.model.sessions()]
    rig.bench.desk.show_session(second)
    await rig.shows(second)
    rig.trigger(action)
    await until(lambda: rig.bench.current == third)
    await rig.shows(third)
    rig.trigger(action)
    await until(lambda: rig.bench.current == first)
    await rig.shows(first)
    rig.trigger(action)
    await until(lambda: rig.bench.current is None)


def test_a_title_too_long_for_its_field_is_told_in_full_on_hover(
    theme: Theme, qtbot: QtBot
) -> None:
    field = TitleField()
    qtbot.addWidget(field)
    field.resize(160, 30)
    for title, tip in (("Short", "Click to rename"), ("long " * 30, "long " * 29)):
        field.show_title(title)
        field.show()
        QApplication.sendEvent(field, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5)))
        assert tip in field.toolTip()
        assert "Click to rename" in field.toolTip()
    assert field.text() == ("long " * 30).strip()


async def test_a_folder_that_is_gone_is_told_in_the_head(rig: Rig) -> None:
    folder = rig.folder / "work"
    folder.mkdir()
    session = await rig.engine.sessions.create(title="One", workspace=str(folder))
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    button = rig.bench.page.header._workspace
    await until(lambda: str(folder) in button.toolTip())
    assert "missing" not in button.text()
    folder.rmdir()
    await rig.engine.sessions.rename(session.id, "Two")
    await until(lambda: button.text().endswith("is missing"))
    assert "choose another" in button.toolTip()


async def test_the_head_knows_a_default_model_that_was_chosen_in_the_settings(rig: Rig) -> None:
    session = await rig.session("Anything")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    model = rig.bench.page.header._model
    await until(lambda: model.text() == "Choose a model")
    rig.window.show_page("settings")
    await rig.engine.models.set_default_model(ModelRef(provider=ProviderId("a"), model="m1"))
    rig.window.show_page("sessions")
    await until(lambda: model.text() == "m1", within=5)


def test_in_a_narrow_head_the_model_is_still_named(theme: Theme) -> None:
    header = SessionHeader(theme)
    row = with_model("wire")
    model = ModelRef(provider=ProviderId("wire"), model="a-model-with-a-rather-long-name")
    header.show_summary(replace(row, session=replace(row.session, model=model)))
    button = next(b for b in header.findChildren(QToolButton) if b.accessibleName() == "Model")
    header.resize(900, 80)
    header.show()
    whole = button.text()
    header.resize(330, 80)
    assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert button.text()[:3] == whole[:3]
    assert button.fontMetrics().horizontalAdvance(button.text()) <= header.width() // 4
    assert whole in button.toolTip()
    header.hide()
