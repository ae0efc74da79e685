"""Tokens and cost add up by round, by run, by session and by day, whatever they were spent on."""

from __future__ import annotations

from bamboo_desktop.domain.events import Complete, TokenBudgetUpdated
from bamboo_desktop.domain.message import Role
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.store import messages
from tests.engine.scripted import Desk, Reply, call, say

ONE = Usage(input_tokens=100, output_tokens=10, thinking_tokens=3, cost_micros=700)
TWO = Usage(input_tokens=250, output_tokens=20, cache_read_tokens=90, cost_micros=1_100)
THREE = Usage(input_tokens=5, output_tokens=1)


async def test_each_round_each_run_the_session_and_the_day_have_their_sums(desk: Desk) -> None:
    (desk.workspace / "f").write_text("x")
    first = Reply(calls=(call("Read", file_path="f"),), usage=ONE)
    session_id = await desk.begin(first, say("done", usage=TWO))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    desk.plays(say("more", usage=THREE))
    await desk.send(session_id, "go on")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    stored = await desk.engine._services.database.read(lambda tx: messages.history(tx, session_id))
    assert [m.usage for m in stored if m.role is Role.ASSISTANT] == [ONE, TWO, THREE]
    ends = [entry.run_end for entry in await desk.transcript(session_id) if entry.run_end]
    assert [end.usage for end in ends] == [ONE + TWO, THREE]
    told = [item.event.usage for item in desk.events if isinstance(item.event, Complete)]
    assert told == [ONE + TWO, THREE]
    everything = ONE + TWO + THREE
    assert everything.cost_micros == 1_800
    assert await desk.engine.sessions.usage(session_id) == everything
    assert await desk.engine.sessions.usage_today() == everything
    (row,) = await desk.engine.sessions.summaries()
    assert row.usage == everything
    meters = [item.event for item in desk.events if isinstance(item.event, TokenBudgetUpdated)]
    assert (meters[-1].run_usage, meters[-1].session_usage) == (THREE, everything)
    await desk.restart()
    assert await desk.engine.sessions.usage(session_id) == everything


async def test_what_a_summary_cost_belongs_to_its_run_and_session(desk: Desk) -> None:
    overflow = ModelCallError(CallFault.CONTEXT_OVERFLOW, "Too long.")
    session_id = await desk.begin(say("one", usage=ONE), text="first")
    await desk.ends(session_id)
    desk.plays(say("", fails=overflow), say("SUMMARY", usage=TWO), say("two", usage=THREE))
    await desk.send(session_id, "second")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    ends = [entry.run_end for entry in await desk.transcript(session_id) if entry.run_end]
    assert [end.usage for end in ends] == [ONE, TWO + THREE]
    assert await desk.engine.sessions.usage(session_id) == ONE + TWO + THREE
    (row,) = await desk.engine.sessions.summaries()
    assert row.usage == ONE + TWO + THREE


async def test_what_a_failed_run_had_spent_is_not_forgotten(desk: Desk) -> None:
    (desk.workspace / "f").write_text("x")
    refused = ModelCallError(CallFault.AUTHENTICATION, "The key was refused.")
    first = Reply(calls=(call("Read", file_path="f"),), usage=ONE)
    session_id = await desk.begin(first, say("", fails=refused))
    await desk.ends(session_id, AgentStatus.ERROR)
    (end,) = [entry.run_end for entry in await desk.transcript(session_id) if entry.run_end]
    assert end.usage == ONE
    assert await desk.engine.sessions.usage(session_id) == ONE
