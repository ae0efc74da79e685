"""The composer while the person goes from session to session."""

from __future__ import annotations

import asyncio

import pytest

from bamboo_desktop.domain.errors import NotFoundError, StorageError
from bamboo_desktop.domain.ids import QueuedId, SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.composer_bar import RunPhase
from bamboo_desktop.ui.views.session_view import SessionView
from tests.ui.pane.fake import SESSION, FakeEngine
from tests.ui.pane.test_pane_composer import OTHER, opened, waiting
from tests.waiting import until

FULL = StorageError("The disk is full; make some room.")


async def refuse(*_: object) -> bool:
    raise FULL


async def test_there_and_back_before_the_draft_came_does_not_double_it(
    engine: FakeEngine, tasks: TaskSet, view: SessionView
) -> None:
    engine.sessions.drafts[SESSION] = "half a sentence"
    engine.sessions.gate = asyncio.Event()
    for session_id in (SESSION, OTHER, SESSION):
        view.show_session(session_id)
    engine.sessions.gate.set()
    await until(lambda: len(tasks) == 0)
    assert view.composer.edit.toPlainText() == "half a sentence"


async def test_a_message_on_its_way_is_not_sent_twice_by_coming_back(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    engine.runs.gate = asyncio.Event()
    composer.edit.put("once")
    composer.send()
    await opened(view, OTHER)
    await opened(view)
    assert not composer.bar.send_button.isEnabled()
    composer.send()
    engine.runs.gate.set()
    await until(lambda: composer.edit.toPlainText() == "")
    assert [text for _, text, _ in engine.runs.sent] == ["once"]


async def test_a_refusal_that_came_too_late_is_told_when_the_session_is_shown_again(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    engine.runs.gate, engine.runs.refusal = asyncio.Event(), FULL
    composer.edit.put("do it")
    composer.send()
    await opened(view, OTHER)
    engine.runs.gate.set()
    await until(lambda: not composer._sending)
    assert composer.notice.sentence == ""
    await opened(view)
    assert composer.notice.sentence == FULL.sentence
    assert composer.edit.toPlainText() == "do it"


async def test_a_session_may_be_deleted_while_its_message_is_on_its_way(
    engine: FakeEngine, view: SessionView, tasks: TaskSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(session_id: SessionId, _text: str) -> None:
        raise NotFoundError(f"There is no session {session_id}.")

    composer = await opened(view)
    engine.runs.gate = asyncio.Event()
    composer.edit.put("too late")
    composer.send()
    await opened(view, OTHER)
    await until(lambda: len(tasks) == 1)
    monkeypatch.setattr(engine.sessions, "save_draft", gone)
    engine.runs.gate.set()
    await until(lambda: len(tasks) == 0)


async def test_force_and_steer_do_not_pass_to_the_next_session(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.alive(status=AgentStatus.STOPPING)
    engine.alive(status=AgentStatus.STOPPING, session_id=OTHER)
    bar = (await opened(view)).bar
    bar._force.timeout.emit()
    bar.choose(QueueMode.STEER)
    assert bar.is_force_offered
    await opened(view, OTHER)
    assert bar.phase is RunPhase.STOPPING
    assert not bar.is_force_offered
    assert bar.mode is QueueMode.QUEUE


async def test_an_edit_that_cannot_be_stored_says_so_and_is_not_lost(
    engine: FakeEngine, view: SessionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.runs.waiting = [waiting("first")]
    composer = await opened(view)
    monkeypatch.setattr(engine.runs, "edit_queued", refuse)
    composer.queue.edited.emit(QueuedId("w1"), "first, changed")
    await until(lambda: composer.edit.toPlainText() == "first, changed")
    assert composer.notice.sentence == FULL.sentence


@pytest.mark.parametrize("command", ["remove_queued", "set_queued_mode"])
async def test_a_full_disk_is_no_fault_of_the_program(
    engine: FakeEngine, view: SessionView, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    engine.runs.waiting = [waiting("first")]
    composer = await opened(view)
    await until(lambda: composer.queue._rows)
    monkeypatch.setattr(engine.runs, command, refuse)
    row = composer.queue._rows["w1"]
    (row._remove if command == "remove_queued" else row._mode).click()
    await until(lambda: composer.notice.sentence == FULL.sentence)


async def test_the_sending_key_is_in_force_when_one_comes_back_from_the_settings(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    assert composer.edit.enter_sends
    view.hide()
    engine.preferences.values["enter_sends"] = "false"
    view.show()
    await until(lambda: not composer.edit.enter_sends)


async def test_the_buttons_of_waiting_messages_follow_the_look(
    engine: FakeEngine, view: SessionView, theme: Theme
) -> None:
    engine.runs.waiting = [waiting("first")]
    composer = await opened(view)
    await until(lambda: composer.queue._rows)
    row = composer.queue._rows["w1"]
    before = row._edit.icon().cacheKey(), row._remove.icon().cacheKey()
    theme.set_mode(ThemeMode.DARK)
    after = row._edit.icon().cacheKey(), row._remove.icon().cacheKey()
    theme.set_mode(ThemeMode.LIGHT)
    assert not {*before} & {*after}
