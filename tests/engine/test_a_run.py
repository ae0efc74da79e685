"""A run streams, calls tools, and comes to exactly one end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError, UserError
from bamboo_desktop.domain.events import QueueUpdated, Token, ToolComplete, ToolError, ToolStart
from bamboo_desktop.domain.ids import SessionId, ToolCallId
from bamboo_desktop.domain.message import Role, ToolCallPart
from bamboo_desktop.domain.resume import AlreadyRunning
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.engine import RunLimits
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.engine.scripted import Desk, call, say, use
from tests.waiting import until


async def test_an_answer_streams_and_is_stored(desk: Desk) -> None:
    session_id = await desk.begin(say("Hello there"), text="hi")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert await desk.shown(session_id) == [
        "user hi",
        "assistant Hello there",
        "run_end completed",
    ]
    tokens = [item.event.content for item in desk.events if isinstance(item.event, Token)]
    assert "".join(tokens) == "Hello there"


async def test_what_is_published_is_already_stored(desk: Desk) -> None:
    stored: list[int] = []
    session_id = await desk.begin(say("Hello"))
    await desk.ends(session_id)
    durable = [item for item in desk.events if item.index is None]
    stored = [event.account_sequence for event in await desk.engine.feed.since(0)]
    assert [item.account_sequence for item in durable] == stored
    assert desk.types(session_id)[-2:] == ["session_history_committed", "complete"]


async def test_a_session_is_free_before_anybody_hears_of_the_end(desk: Desk) -> None:
    live_at_end: list[bool] = []
    desk.engine.feed.subscribe(
        lambda item: (
            live_at_end.append(desk.engine.runs.live(item.session_id) is not None)
            if item.event.type_name() == "complete"
            else None
        )
    )
    await desk.ends(await desk.begin(say("Hello")))
    assert live_at_end == [False]


async def test_sequences_of_a_session_have_no_gap_and_survive_a_restart(desk: Desk) -> None:
    session_id = await desk.begin(say("one"), say("two"))
    await desk.ends(session_id)
    await desk.restart()
    await desk.send(session_id, "again")
    await desk.ends(session_id)
    stored = [e for e in await desk.engine.feed.since(0) if e.session_id == session_id]
    assert [event.sequence for event in stored] == list(range(1, len(stored) + 1))


async def test_reads_run_together_and_their_results_stand_in_call_order(
    desk: Desk,
) -> None:
    for name in ("a", "b", "c"):
        (desk.workspace / name).write_text(f"content of {name}")
    calls = [call("Read", file_path=name) for name in ("a", "b", "c")]
    session_id = await desk.begin(use(*calls), say("read"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    (result,) = [m for m in desk.model.requests[1].messages if m.role is Role.TOOL]
    assert [part.call_id for part in result.parts] == [made.call_id for made in calls]  # type: ignore[union-attr]
    started = desk.types(session_id).index("tool_complete")
    assert desk.types(session_id)[:started].count("tool_start") == 3


async def test_a_call_with_an_effect_lets_nothing_run_beside_it(desk: Desk) -> None:
    calls = [
        call("GetFileInfo", path="made"),
        call("Bash", command="sleep 0.1; echo new > made"),
        call("Read", file_path="made"),
        call("Bash", command="rm made"),
        call("Glob", pattern="made"),
    ]
    session_id = await desk.begin(use(*calls), say("done"), allow=("Bash",))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    order = [
        (item.event.type_name(), item.event.tool_call_id)
        for item in desk.events
        if isinstance(item.event, ToolStart | ToolComplete | ToolError)
    ]
    expected = [(word, made.call_id) for made in calls for word in ("tool_start", "tool_complete")]
    assert [(word.replace("error", "complete"), key) for word, key in order] == expected
    assert "new" in desk.told_model()[-1][1]


async def test_a_call_with_broken_arguments_is_answered_with_an_error(desk: Desk) -> None:
    broken = ToolCallPart(call_id=ToolCallId("x"), tool="Read", arguments='{"file_path": ')
    session_id = await desk.begin(use(broken), say("sorry"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "tool_start" not in desk.types(session_id)
    role, told = desk.told_model()[-1]
    assert role == "tool"
    assert "JSON" in told


async def test_an_unknown_tool_is_answered_with_the_names_there_are(desk: Desk) -> None:
    session_id = await desk.begin(use(call("read_file", path="x")), say("sorry"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "Did you mean Read?" in desk.told_model()[-1][1]


async def test_a_failing_tool_ends_the_call_and_not_the_run(desk: Desk) -> None:
    session_id = await desk.begin(use(call("Read", file_path="missing")), say("not there"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "tool Read error" in await desk.shown(session_id)


@pytest.mark.parametrize("fault", [CallFault.OVERLOADED, CallFault.STREAM_CUT])
async def test_a_passing_failure_is_tried_again_and_shown(desk: Desk, fault: CallFault) -> None:
    failing = say("half an ans", fails=ModelCallError(fault, "Try later."))
    session_id = await desk.begin(failing, say("whole answer"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "model_retry" in desk.types(session_id, durable=False)
    assert [line for line in await desk.shown(session_id) if line.startswith("assistant")] == [
        "assistant whole answer"
    ]


async def test_a_wrong_key_is_not_tried_again(desk: Desk) -> None:
    wrong = ModelCallError(CallFault.AUTHENTICATION, "The key was refused; set another one.")
    session_id = await desk.begin(say("", fails=wrong), say("never"))
    await desk.ends(session_id, AgentStatus.ERROR)
    assert len(desk.model.requests) == 1
    row = await desk.engine.sessions.summary(session_id)
    assert row is not None
    assert row.error == "The key was refused; set another one."


async def test_a_failed_run_keeps_what_was_seen_and_can_go_on(desk: Desk) -> None:
    cut = ModelCallError(CallFault.BAD_REPLY, "The server sent nonsense.")
    session_id = await desk.begin(say("half", fails=cut), say("whole"))
    await desk.ends(session_id, AgentStatus.ERROR)
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    shown = await desk.shown(session_id)
    assert shown == [
        "user go",
        "assistant half",
        "run_end error",
        "assistant whole",
        "run_end completed",
    ]


async def test_an_answer_that_was_said_to_its_end_is_not_called_cut_short(desk: Desk) -> None:
    told = ModelCallError(CallFault.BAD_REPLY, "There is nothing to do.", is_said=True)
    session_id = await desk.begin(say("the whole report", fails=told), say("again"))
    await desk.ends(session_id, AgentStatus.ERROR)
    entries = await desk.transcript(session_id)
    assert (entries[1].text, entries[1].is_partial) == ("the whole report", False)
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "assistant again" in await desk.shown(session_id)


async def test_a_stop_keeps_the_partial_text(desk: Desk) -> None:
    never = asyncio.Event()
    session_id = await desk.begin(say("The first half", gate=never.wait))
    await until(lambda: _partial(desk, session_id) == "The first half")
    assert await desk.engine.runs.stop(session_id)
    await desk.ends(session_id, AgentStatus.CANCELLED)
    entries = await desk.transcript(session_id)
    assert [(e.kind.value, e.text, e.is_partial) for e in entries[1:2]] == [
        ("assistant", "The first half", True)
    ]
    assert desk.model.closed_streams == 1


def _partial(desk: Desk, session_id: SessionId) -> str:
    live = desk.engine.runs.live(session_id)
    return live.partial_text if live is not None else ""


async def test_a_stop_in_the_middle_of_a_tool_ends_its_processes(desk: Desk) -> None:
    mark = desk.workspace / "began"
    command = f"touch {mark}; sleep 600; touch {desk.workspace}/ended"
    session_id = await desk.begin(
        use(call("Bash", command=command), call("Read", file_path="began")),
        allow=(f"Bash({command})",),
    )
    await until(mark.exists)
    assert await desk.engine.runs.stop(session_id)
    await desk.ends(session_id, AgentStatus.CANCELLED)
    shown = await desk.shown(session_id)
    assert shown[-3:] == ["tool Bash cancelled", "tool Read cancelled", "run_end cancelled"]


async def test_a_stopping_run_still_holds_its_session(desk: Desk) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("text", gate=gate.wait), say("second"))
    await until(lambda: _partial(desk, session_id) == "text")
    await desk.engine.runs.stop(session_id)
    live = desk.engine.runs.live(session_id)
    assert live is not None
    assert live.status is AgentStatus.STOPPING
    desk.plays(say("done"))
    assert await desk.engine.runs.resume(session_id) == AlreadyRunning(live.run_id)
    await desk.ends(session_id, AgentStatus.CANCELLED)


async def test_a_message_typed_after_a_stop_is_next_and_takes_those_before_along(
    desk: Desk,
) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("text", gate=gate.wait), say("second"))
    await until(lambda: _partial(desk, session_id) == "text")
    await desk.send(session_id, "before")
    await desk.engine.runs.stop(session_id)
    await desk.ends(session_id, AgentStatus.CANCELLED)
    assert len(await desk.engine.runs.queued(session_id)) == 1
    await desk.send(session_id, "after")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert [text for role, text in desk.told_model() if role == "user"] == [
        "go",
        "before",
        "after",
    ]


async def test_a_message_typed_while_a_run_is_stopping_is_next(desk: Desk) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("text", gate=gate.wait), say("second"))
    await until(lambda: _partial(desk, session_id) == "text")
    await desk.engine.runs.stop(session_id)
    await desk.send(session_id, "next")
    await until(lambda: len(desk.model.requests) == 2)
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_two_messages_typed_during_a_run_are_delivered_after_it(desk: Desk) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("first", gate=gate.wait), say("second"))
    await until(lambda: _partial(desk, session_id) == "first")
    await desk.send(session_id, "one more")
    await desk.send(session_id, "and another")
    assert [item.text for item in await desk.engine.runs.queued(session_id)] == [
        "one more",
        "and another",
    ]
    gate.set()
    await until(lambda: len(desk.model.requests) == 2)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert [text for role, text in desk.told_model() if role == "user"] == [
        "go",
        "one more",
        "and another",
    ]
    assert await desk.engine.runs.queued(session_id) == ()


async def test_a_steering_message_reaches_the_next_model_call_of_the_same_run(
    desk: Desk,
) -> None:
    gate = asyncio.Event()
    (desk.workspace / "f").write_text("x")
    first = use(call("Read", file_path="f"))
    session_id = await desk.begin(say("thinking", gate=gate.wait), say("as you wish"))
    desk.model.replies.appendleft(first)
    await until(lambda: bool(desk.model.requests))
    await desk.send(session_id, "rather do this", mode=QueueMode.STEER)
    gate.set()
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert desk.types(session_id).count("execution_started") == 1
    assert ("user", "rather do this") in desk.told_model()


async def test_a_waiting_message_can_be_changed_and_taken_back(desk: Desk) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("first", gate=gate.wait), say("second"))
    await until(lambda: _partial(desk, session_id) == "first")
    await desk.send(session_id, "wrong")
    await desk.send(session_id, "taken back")
    one, two = await desk.engine.runs.queued(session_id)
    assert await desk.engine.runs.edit_queued(session_id, one.id, "right")
    assert await desk.engine.runs.remove_queued(session_id, two.id)
    gate.set()
    await until(lambda: len(desk.model.requests) == 2)
    await desk.ends(session_id)
    assert ("user", "right") in desk.told_model()
    assert not await desk.engine.runs.edit_queued(session_id, one.id, "too late")


async def test_a_run_that_uses_up_its_rounds_says_so_and_can_go_on(data_dir: Path) -> None:
    limits = RunLimits(max_rounds=2, identical_calls_asked=0)
    async with Desk(data_dir, limits=limits) as desk:
        turns = [use(call("Glob", pattern="*")) for _ in range(3)]
        session_id = await desk.begin(*turns, say("done"))
        await desk.ends(session_id, AgentStatus.OUT_OF_ROUNDS)
        assert desk.types(session_id)[-1] == "out_of_rounds"
        await desk.engine.runs.continue_(session_id)
        await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_a_model_that_repeats_itself_is_told_and_then_the_person_is_asked(
    desk: Desk,
) -> None:
    same = [use(call("Glob", pattern="*")) for _ in range(6)]
    session_id = await desk.begin(*same, say("something else"))
    record = await desk.question(session_id)
    assert record.question.kind.value == "loop_guard"
    assert desk.types(session_id).count("tool_complete") == 2
    await desk.answer(record, "skip")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert desk.types(session_id).count("tool_complete") == 2


async def test_call_ids_that_a_server_uses_again_are_told_apart(desk: Desk) -> None:
    (desk.workspace / "a").write_text("first")
    (desk.workspace / "b").write_text("second")
    session_id = await desk.begin(
        use(call("Read", "call_0", file_path="a")),
        use(call("Read", "call_0", file_path="b")),
        say("done"),
    )
    await desk.ends(session_id, AgentStatus.COMPLETED)
    results = [text for role, text in desk.told_model() if role == "tool"]
    assert ["first" in results[0], "second" in results[1]] == [True, True]


async def test_an_empty_and_an_overlong_message_are_refused_with_a_sentence(desk: Desk) -> None:
    session = await desk.session()
    for text in ("", "  \n", "x" * 10_000_000):
        with pytest.raises(InvalidInputError):
            await desk.send(session.id, text)
    assert await desk.shown(session.id) == []


async def test_a_message_without_a_model_is_refused_and_leaves_nothing(desk: Desk) -> None:
    session = await desk.engine.sessions.create()
    with pytest.raises(UserError, match="Choose a model"):
        await desk.send(session.id, "hi")
    assert await desk.shown(session.id) == []
    assert await desk.engine.runs.queued(session.id) == ()


async def test_a_message_to_a_deleted_session_is_refused(desk: Desk) -> None:
    session = await desk.session()
    await desk.engine.sessions.trash(session.id)
    with pytest.raises(NotFoundError):
        await desk.send(session.id, "hi")


async def test_odd_characters_survive_every_field(desk: Desk) -> None:
    odd = "a\ud800b\x00c \u202eright to left\u202c"
    clean = "a\ufffdb\ufffdc \u202eright to left\u202c"
    session_id = await desk.begin(say(odd), text=odd)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (await desk.shown(session_id))[:2] == [f"user {clean}", f"assistant {clean}"]


async def test_a_run_deleted_while_it_runs_ends_and_does_not_come_back(desk: Desk) -> None:
    never = asyncio.Event()
    session_id = await desk.begin(say("text", gate=never.wait))
    await until(lambda: _partial(desk, session_id) == "text")
    await desk.engine.sessions.trash(session_id)
    await until(lambda: desk.engine.runs.live(session_id) is None)
    assert await desk.engine.sessions.summaries() == ()
    await desk.engine.sessions.restore(session_id)
    await desk.ends(session_id, AgentStatus.CANCELLED)


async def test_a_session_purged_while_it_runs_is_gone(desk: Desk) -> None:
    never = asyncio.Event()
    session_id = await desk.begin(say("text", gate=never.wait))
    await until(lambda: _partial(desk, session_id) == "text")
    await desk.engine.sessions.purge(session_id)
    with pytest.raises(NotFoundError):
        await desk.engine.sessions.get(session_id)


async def test_a_rename_during_a_run_stays(desk: Desk) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("text", gate=gate.wait))
    await until(lambda: _partial(desk, session_id) == "text")
    await desk.engine.sessions.rename(session_id, "My name for it")
    await desk.engine.sessions.set_pinned(session_id, pinned=True)
    gate.set()
    await desk.ends(session_id, AgentStatus.COMPLETED)
    session = await desk.engine.sessions.get(session_id)
    assert (session.title, session.is_pinned) == ("My name for it", True)


async def test_quitting_interrupts_what_runs_and_continue_takes_it_up(desk: Desk) -> None:
    never = asyncio.Event()
    session_id = await desk.begin(say("half", gate=never.wait))
    await until(lambda: _partial(desk, session_id) == "half")
    await desk.restart()
    await desk.ends(session_id, AgentStatus.INTERRUPTED)
    desk.plays(say("the rest"))
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "assistant half" in await desk.shown(session_id)


async def test_a_setting_continues_by_itself_what_quitting_interrupted(desk: Desk) -> None:
    await desk.engine.preferences.put("auto_continue", "true")
    never = asyncio.Event()
    session_id = await desk.begin(say("half", gate=never.wait))
    await until(lambda: _partial(desk, session_id) == "half")
    await desk.close()
    desk.plays(say("the rest"))
    await desk.open()
    await until(lambda: len(desk.model.requests) == 2)
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_a_session_that_keeps_taking_the_program_down_is_not_continued_by_itself(
    desk: Desk,
) -> None:
    await desk.engine.preferences.put("auto_continue", "true")
    never = asyncio.Event()
    session_id = await desk.begin(*[say("half", gate=never.wait) for _ in range(3)])
    for requests in (1, 2, 3):
        await until(lambda wanted=requests: len(desk.model.requests) == wanted)  # type: ignore[misc]
        await desk.restart()
    await desk.ends(session_id, AgentStatus.INTERRUPTED)
    assert len(desk.model.requests) == 3


async def test_the_count_of_waiting_messages_follows_their_delivery(desk: Desk) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("first", gate=gate.wait), say("second"))
    await until(lambda: _partial(desk, session_id) == "first")
    await desk.send(session_id, "one")
    await desk.send(session_id, "two")
    gate.set()
    await until(lambda: len(desk.model.requests) == 2)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    counts = [e.event.waiting for e in desk.events if isinstance(e.event, QueueUpdated)]
    assert counts[-3:] == [1, 2, 0]


async def test_a_message_that_steers_is_taken_off_the_count(desk: Desk) -> None:
    gate = asyncio.Event()
    (desk.workspace / "f").write_text("x")
    session_id = await desk.begin(say("thinking", gate=gate.wait), say("as you wish"))
    desk.model.replies.appendleft(use(call("Read", file_path="f")))
    await until(lambda: bool(desk.model.requests))
    await desk.send(session_id, "rather this", mode=QueueMode.STEER)
    gate.set()
    await desk.ends(session_id, AgentStatus.COMPLETED)
    counts = [e.event.waiting for e in desk.events if isinstance(e.event, QueueUpdated)]
    assert counts[-1] == 0
