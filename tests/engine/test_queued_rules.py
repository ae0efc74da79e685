"""Consent that comes with a message holds for the run that takes the message, and for no other."""

from __future__ import annotations

import asyncio

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.work import QueueMode
from tests.engine.scripted import Desk, Reply, call, say, use
from tests.waiting import until

RULE = "Bash(touch made)"
TOUCH = call("Bash", command="touch made")


async def held(desk: Desk) -> tuple[SessionId, asyncio.Event]:
    """A session whose run waits in the middle of an answer."""
    gate = asyncio.Event()
    session_id = await desk.begin(Reply(text="Holding", gate=gate.wait))
    await until(lambda: len(desk.model.requests) == 1, what="the model is asked")
    return session_id, gate


async def test_the_run_that_takes_a_queued_message_takes_its_rules(desk: Desk) -> None:
    session_id, gate = await held(desk)
    desk.plays(use(TOUCH), say("Made."), use(call("Bash", command="touch made", timeout=9)))
    sent = await desk.engine.runs.send(session_id, "make it", allow=(RULE,))
    assert sent.queued_id is not None
    gate.set()
    await until(lambda: len(desk.model.requests) == 3, what="the queued message was answered")
    assert await desk.ends(session_id) is AgentStatus.COMPLETED
    assert (desk.workspace / "made").exists()
    await desk.send(session_id, "make it again")
    assert await desk.ends(session_id) is AgentStatus.WAITING_APPROVAL


async def test_the_run_under_way_does_not_get_the_rules_of_what_waits(desk: Desk) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(Reply(text="First", calls=(TOUCH,), gate=gate.wait))
    await until(lambda: len(desk.model.requests) == 1, what="the model is asked")
    await desk.engine.runs.send(session_id, "make it", allow=(RULE,))
    gate.set()
    assert await desk.ends(session_id) is AgentStatus.WAITING_APPROVAL
    assert not (desk.workspace / "made").exists()


async def test_the_rules_wait_over_a_restart(desk: Desk) -> None:
    session_id, gate = await held(desk)
    await desk.engine.runs.send(session_id, "make it", allow=(RULE,))
    await desk.restart()
    gate.set()
    desk.plays(use(TOUCH), say("Made."), use(TOUCH))
    await desk.engine.runs.continue_(session_id)
    assert await desk.ends(session_id) is AgentStatus.COMPLETED
    assert (desk.workspace / "made").exists()
    await desk.send(session_id, "make it again")
    assert await desk.ends(session_id) is AgentStatus.WAITING_APPROVAL


async def test_several_messages_bring_their_rules_together(desk: Desk) -> None:
    session_id, gate = await held(desk)
    for name in ("one", "two"):
        await desk.engine.runs.send(session_id, f"make {name}", allow=(f"Bash(touch {name})",))
    desk.plays(
        use(call("Bash", command="touch one"), call("Bash", command="touch two")), say("Made.")
    )
    gate.set()
    await until(lambda: len(desk.model.requests) == 3, what="both were answered")
    assert await desk.ends(session_id) is AgentStatus.COMPLETED
    assert (desk.workspace / "one").exists()
    assert (desk.workspace / "two").exists()


async def test_a_message_that_waits_for_an_answer_keeps_its_rules(desk: Desk) -> None:
    session_id = await desk.begin(use(call("Bash", command="touch asked")))
    record = await desk.question(session_id)
    await desk.engine.runs.send(session_id, "make it", allow=(RULE,))
    desk.plays(say("Not then."), use(TOUCH), say("Made."))
    await desk.answer(record, "deny")
    await until((desk.workspace / "made").exists, what="the call has run")
    assert await desk.ends(session_id) is AgentStatus.COMPLETED
    assert not (desk.workspace / "asked").exists()


async def test_rules_of_a_message_that_was_taken_back_are_gone(desk: Desk) -> None:
    session_id, gate = await held(desk)
    sent = await desk.engine.runs.send(session_id, "make it", allow=(RULE,))
    assert sent.queued_id is not None
    assert await desk.engine.runs.remove_queued(session_id, sent.queued_id)
    gate.set()
    await desk.ends(session_id)
    desk.plays(use(TOUCH))
    await desk.send(session_id, "make it")
    assert await desk.ends(session_id) is AgentStatus.WAITING_APPROVAL


async def test_what_steers_a_run_brings_it_no_consent(desk: Desk) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(
        Reply(text="One", calls=(call("Read", file_path="none"),), gate=gate.wait), use(TOUCH)
    )
    await until(lambda: len(desk.model.requests) == 1, what="the model is asked")
    await desk.engine.runs.send(session_id, "steer", mode=QueueMode.STEER, allow=(RULE,))
    gate.set()
    assert await desk.ends(session_id) is AgentStatus.WAITING_APPROVAL
