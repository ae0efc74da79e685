"""Agents manage schedules only with a person's consent, who sees all of what would be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.question import ALLOW_ONCE, DENY, QuestionRecord
from bamboo_desktop.store import sessions
from tests.engine.scripted import call, say, use
from tests.schedules.office import Office

PROMPT = "Read the log.\nSay what is new."
CREATE: dict[str, Any] = {
    "action": "create",
    "name": "Log",
    "cron": "0 9 * * 1-5",
    "timezone": "Europe/Berlin",
    "prompt": PROMPT,
}


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as office:
        yield office


async def asked(office: Office, **arguments: Any) -> tuple[SessionId, QuestionRecord]:
    """An agent calls the tool; gives the session and the question to the person."""
    office.plays(use(call("Schedule", **arguments)), say("Done."))
    session = await office.session()
    await office.send(session.id)
    return session.id, await office.question(session.id)


async def result(office: Office, **arguments: Any) -> str:
    """An agent calls the tool and nobody is asked; gives what it reads."""
    office.plays(use(call("Schedule", **arguments)), say("Done."))
    session = await office.session()
    await office.send(session.id)
    await office.ends(session.id)
    return office.told_model()[-1][1]


async def test_creating_shows_the_whole_schedule_and_makes_it_switched_off(office: Office) -> None:
    session_id, question = await asked(office, **CREATE)
    request = question.question.consent
    assert request is not None
    assert "at 09:00, Monday through Friday, Europe/Berlin  (0 9 * * 1-5)" in request.exact
    assert PROMPT in request.exact
    assert "Switched on: no" in request.exact
    assert [option.id for option in question.question.items[0].options] == [ALLOW_ONCE, DENY]
    assert await office.engine.schedules.listed() == ()
    await office.answer(question, ALLOW_ONCE)
    await office.ends(session_id)
    (made,) = await office.engine.schedules.listed()
    assert (made.name, made.is_enabled, made.run_config.prompt) == ("Log", False, PROMPT)


async def test_a_schedule_the_person_refuses_is_not_made(office: Office) -> None:
    session_id, question = await asked(office, **CREATE)
    await office.answer(question, DENY)
    await office.ends(session_id)
    assert await office.engine.schedules.listed() == ()


async def test_consent_is_for_the_schedule_as_it_was_shown(office: Office) -> None:
    schedule = await office.schedule(name="Log", prompt="Old words.")
    session_id, question = await asked(office, action="edit", schedule="Log", name="Logs")
    draft = office.draft(name="Log", prompt="Other words.", trigger=schedule.trigger)
    await office.engine.schedules.edit(schedule.id, draft, expected_revision=schedule.revision)
    await office.answer(question, ALLOW_ONCE)
    again = await office.question(session_id)
    assert again.question.consent is not None
    assert "Other words." in again.question.consent.exact
    assert (await office.engine.schedules.get(schedule.id)).name == "Log"


async def test_what_cannot_be_made_is_told_to_the_agent_without_asking(office: Office) -> None:
    told = await result(office, **{**CREATE, "cron": "0 0 9 * * 1-5"})
    assert "Leave out seconds" in told
    assert "names no time zone" in await result(
        office, **{**CREATE, "cron": "", "once_at": "2099-01-01T09:00:00"}
    )


async def test_looking_asks_nobody(office: Office) -> None:
    assert await result(office, action="list") == "There are no schedules."
    schedule = await office.schedule(name="Log")
    assert f"{schedule.id}  Log  (every hour" in await result(office, action="list")


async def test_deleting_and_running_ask_and_then_happen(office: Office) -> None:
    schedule = await office.schedule(name="Log")
    session_id, question = await asked(office, action="run_now", schedule=schedule.id)
    await office.answer(question, ALLOW_ONCE)
    await office.ends(session_id)
    (row,) = await office.rows(schedule.id)
    assert row.state in {OccurrenceState.QUEUED, OccurrenceState.RUNNING, OccurrenceState.SUCCESS}
    session_id, question = await asked(office, action="delete", schedule="Log")
    await office.answer(question, ALLOW_ONCE)
    await office.ends(session_id)
    assert await office.engine.schedules.listed() == ()


@pytest.mark.parametrize("may", [False, True])
async def test_a_scheduled_run_changes_schedules_only_where_its_own_lets_it(
    office: Office, may: bool
) -> None:
    office.plays(use(call("Schedule", **CREATE)), say("Done."))
    schedule = await office.schedule(may_change_schedules=may)
    await office.hours_pass()
    ended = OccurrenceState.WAITING if may else OccurrenceState.SUCCESS
    await office.becomes(schedule.id, ended)
    if not may:
        assert "A scheduled run may not make or change schedules" in office.told_model()[-1][1]
    assert len(await office.engine.schedules.listed()) == 1


async def test_a_child_session_manages_no_schedules(office: Office) -> None:
    parent = await office.session()
    child = replace(parent, id=SessionId("child"), parent_session_id=parent.id)
    await office.engine._services.database.write(lambda tx: sessions.insert(tx, child))
    for arguments in ({"action": "list"}, CREATE):
        office.plays(use(call("Schedule", **arguments)), say("Done."))
        await office.send(child.id)
        await office.ends(child.id)
        assert "may manage schedules" in office.told_model()[-1][1]
    assert await office.engine.schedules.listed() == ()
