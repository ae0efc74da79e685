"""History: appended, never changed, read back as it was."""

from __future__ import annotations

import pytest

from bamboo_desktop.domain.errors import Bug, ConflictError, NotFoundError
from bamboo_desktop.domain.ids import MessageId, QuestionId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.message import (
    Message,
    Role,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolOutcome,
    ToolResultPart,
)
from bamboo_desktop.domain.question import QuestionKind
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.tool import ToolResult
from bamboo_desktop.domain.transcript import CallState, EntryKind, NewEntry
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import calls, events, messages, questions, runs, sessions, transcript
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.store.transcript_joins import MAX_OUTPUT
from tests.sim import START
from tests.store.making import (
    C1,
    M1,
    Q1,
    R1,
    S1,
    S2,
    World,
    a_call,
    a_message,
    a_question,
    a_run,
    a_session,
    an_entry,
)

OK = ToolResult(outcome=ToolOutcome.OK, content="done")


def a_full_message() -> Message:
    return Message(
        id=MessageId("full"),
        session_id=S1,
        run_id=R1,
        role=Role.ASSISTANT,
        parts=(
            ThinkingPart(text="hm", signature="sig"),
            TextPart(text="I look."),
            ToolCallPart(call_id=C1, tool="Bash", arguments='{"broken'),
            ToolResultPart(call_id=C1, tool="Bash", outcome=ToolOutcome.DENIED, content="no"),
        ),
        created_at=START,
        origin="engine",
        is_partial=True,
        usage=Usage(input_tokens=3, cost_micros=None),
        model="p/m",
        library_json=b'{"parts": []}',
    )


async def test_messages_come_back_as_they_were_and_in_order(world: World) -> None:
    sent = [a_message(f"text {n}", message_id=f"m{n}") for n in range(5)] + [a_full_message()]
    for message in sent:
        await world.db.write(lambda tx, m=message: messages.append(tx, m, ()))  # type: ignore[misc]
    assert await world.db.read(lambda tx: messages.history(tx, S1)) == tuple(sent)
    assert await world.db.read(lambda tx: messages.count(tx, S1)) == 6
    assert await world.db.read(lambda tx: messages.history(tx, S2)) == ()
    assert world.told == ["message_appended"] * 6


async def test_the_same_message_is_stored_once(world: World) -> None:
    await world.db.write(lambda tx: messages.append(tx, a_message(), [an_entry()]))
    with pytest.raises(ConflictError):
        await world.db.write(lambda tx: messages.append(tx, a_message("again"), [an_entry()]))
    assert await world.db.read(lambda tx: transcript.length(tx, S1)) == 1


async def test_an_event_carries_the_beginning_of_a_long_message(world: World) -> None:
    long = "x" * 50_000
    await world.db.write(lambda tx: messages.append(tx, a_message(long), (), round=3))
    event = world.published[0].event
    assert getattr(event, "content", "") == "x" * 4_000
    assert getattr(event, "round", 0) == 3
    assert (await world.db.read(lambda tx: messages.history(tx, S1)))[0].text == long


@pytest.mark.parametrize("table", ["message", "entry", "event", "answer", "model_usage"])
async def test_history_cannot_be_changed_or_deleted(world: World, table: str) -> None:
    def fill(tx: Tx) -> None:
        from tests.store.test_sessions import fill as fill_session

        fill_session(tx, S1)

    await world.db.write(fill)
    for statement in (f"UPDATE {table} SET session_id = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(Bug, match="append-only"):
            await world.db.write(
                lambda tx, s=statement: tx.connection.exec_driver_sql(s).close()  # type: ignore[misc]
            )


async def test_the_purge_mark_of_one_session_opens_no_other(world: World) -> None:
    await world.db.write(lambda tx: messages.append(tx, a_message(), ()))

    def trick(tx: Tx) -> None:
        tx.connection.exec_driver_sql("INSERT INTO purge VALUES ('another')")
        tx.connection.exec_driver_sql("DELETE FROM message")

    with pytest.raises(Bug, match="append-only"):
        await world.db.write(trick)


async def test_positions_are_dense_and_pages_are_exact(world: World) -> None:
    def many(tx: Tx) -> list[int]:
        return [transcript.append(tx, S1, an_entry(f"e{n}")) for n in range(250)]

    assert await world.db.write(many) == list(range(250))
    assert await world.db.read(lambda tx: transcript.length(tx, S1)) == 250

    async def page(first: int, count: int) -> list[str]:
        found = await world.db.read(lambda tx: transcript.page(tx, S1, first=first, count=count))
        assert [entry.position for entry in found] == list(
            range(max(0, first), max(0, first) + len(found))
        )
        return [entry.text for entry in found]

    assert await page(0, 100) == [f"e{n}" for n in range(100)]
    assert await page(240, 100) == [f"e{n}" for n in range(240, 250)]
    assert await page(-5, 2) == ["e0", "e1"]
    assert await page(250, 10) == await page(10, 0) == await page(0, -1) == []


async def test_a_page_joins_calls_questions_and_ends(world: World) -> None:
    def happen(tx: Tx) -> None:
        runs.insert(tx, a_run(boot_id=tx.boot_id))
        calls.plan(tx, [a_call()])
        transcript.append(tx, S1, NewEntry(kind=EntryKind.TOOL, at=START, text="Bash ls", ref=C1))
        questions.ask(tx, a_question(kind=QuestionKind.CONSENT))

    await world.db.write(happen)

    async def page() -> tuple[object, ...]:
        return await world.db.read(lambda tx: transcript.page(tx, S1, first=0, count=10))

    tool, question = await page()
    assert getattr(tool, "call").state is CallState.PLANNED  # noqa: B009
    assert getattr(question, "question").question == a_question(kind=QuestionKind.CONSENT)  # noqa: B009
    assert world.told == ["need_clarification", "tool_approval_requested"]
    assert getattr(world.published[1].event, "parameters") == '{"command": "ls"}'  # noqa: B009

    def end(tx: Tx) -> None:
        calls.start(tx, S1, C1)
        result = ToolResult(outcome=ToolOutcome.OK, content="out", diff="+a\n", files=("/x",))
        calls.finish(tx, S1, C1, result, duration_ms=12)
        runs.settle(tx, R1, status=AgentStatus.COMPLETED, rounds=4, usage=Usage(output_tokens=9))

    await world.db.write(end)
    tool, question, ended = await world.db.read(
        lambda tx: transcript.page(tx, S1, first=0, count=10)
    )
    assert tool.call is not None
    assert (tool.call.state, tool.call.outcome) == (CallState.DONE, ToolOutcome.OK)
    assert (tool.call.content, tool.call.diff, tool.call.duration_ms) == ("out", "+a\n", 12)
    assert ended.run_end is not None
    assert (ended.run_end.status, ended.run_end.rounds) == (AgentStatus.COMPLETED, 4)
    assert ended.run_end.usage == Usage(output_tokens=9)
    assert await world.db.read(lambda tx: transcript.position_of_question(tx, S1, Q1)) == 1
    assert (
        await world.db.read(lambda tx: transcript.position_of_question(tx, S1, QuestionId("no")))
        is None
    )


async def test_a_page_cuts_a_huge_output_and_the_call_has_all_of_it(world: World) -> None:
    huge = "y" * 500_000

    def happen(tx: Tx) -> None:
        calls.plan(tx, [a_call()])
        transcript.append(tx, S1, an_entry("Bash", kind=EntryKind.TOOL, ref=C1))
        calls.finish(tx, S1, C1, ToolResult(outcome=ToolOutcome.OK, content=huge), duration_ms=1)

    await world.db.write(happen)
    (entry,) = await world.db.read(lambda tx: transcript.page(tx, S1, first=0, count=1))
    assert entry.call is not None
    assert entry.call.content == "y" * MAX_OUTPUT
    call = await world.db.read(lambda tx: calls.get(tx, S1, C1))
    assert call is not None
    assert call.content == huge


async def test_a_call_has_exactly_one_result(world: World) -> None:
    await world.db.write(lambda tx: calls.plan(tx, [a_call()]))
    assert await world.db.write(lambda tx: calls.finish(tx, S1, C1, OK, duration_ms=1)) is True
    other = ToolResult(outcome=ToolOutcome.ERROR, content="late")
    assert await world.db.write(lambda tx: calls.finish(tx, S1, C1, other, duration_ms=2)) is False
    call = await world.db.read(lambda tx: calls.get(tx, S1, C1))
    assert call is not None
    assert (call.outcome, call.content) == (ToolOutcome.OK, "done")


async def test_a_finished_call_is_never_started_again(world: World) -> None:
    await world.db.write(lambda tx: calls.plan(tx, [a_call()]))
    await world.db.write(lambda tx: calls.gate(tx, S1, C1, digest="d"))
    await world.db.write(lambda tx: calls.start(tx, S1, C1))
    await world.db.write(lambda tx: calls.finish(tx, S1, C1, OK, duration_ms=1))
    for again in (calls.start, calls.gate):
        with pytest.raises(ConflictError):
            await world.db.write(lambda tx, f=again: f(tx, S1, C1))  # type: ignore[misc]
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: calls.start(tx, S1, ToolCallId("no")))
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: calls.finish(tx, S1, ToolCallId("no"), OK, duration_ms=1))


async def test_unfinished_calls_are_found_in_order(world: World) -> None:
    ids = [ToolCallId(name) for name in ("z", "a", "m")]
    await world.db.write(lambda tx: calls.plan(tx, [a_call(each) for each in ids]))
    await world.db.write(lambda tx: calls.start(tx, S1, ids[1]))
    await world.db.write(lambda tx: calls.finish(tx, S1, ids[0], OK, duration_ms=1))
    left = await world.db.read(lambda tx: calls.unfinished(tx, S1))
    assert [(call.call_id, call.state) for call in left] == [
        ("a", CallState.RUNNING),
        ("m", CallState.PLANNED),
    ]
    assert left[0].started_at == START
    of_message = await world.db.read(lambda tx: calls.of_message(tx, S1, M1))
    assert [call.call_id for call in of_message] == ids
    known = await world.db.read(
        lambda tx: calls.known_ids(tx, S1, [ToolCallId("a"), ToolCallId("new")])
    )
    assert known == {"a"}
    with pytest.raises(ConflictError):
        await world.db.write(lambda tx: calls.plan(tx, [a_call(ids[0])]))


async def test_files_touched_add_up(world: World) -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-old\n+new\n+more\n"

    def happen(tx: Tx) -> None:
        for name, change, path in (
            ("1", diff, "/x"), ("2", "", "/y"), ("3", diff, "/x"), ("4", "", "")
        ):  # fmt: skip
            calls.plan(tx, [a_call(ToolCallId(name))])
            files = (path,) if path else ()
            result = ToolResult(outcome=ToolOutcome.OK, content="", diff=change, files=files)
            calls.finish(tx, S1, ToolCallId(name), result, duration_ms=1)

    await world.db.write(happen)
    x, y = await world.db.read(lambda tx: calls.files_touched(tx, S1))
    assert (x.path, x.calls, x.added, x.removed, x.is_changed) == ("/x", 2, 4, 2, True)
    assert (y.path, y.calls, y.added, y.removed, y.is_changed) == ("/y", 1, 0, 0, False)
    assert x.last_call_id == "3"


async def test_events_are_read_by_account_and_by_session(world: World) -> None:
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2)))
    for number in range(6):
        session_id = (S1, S2)[number % 2]
        await world.db.write(
            lambda tx, s=session_id, n=number: messages.append(  # type: ignore[misc]
                tx, a_message(message_id=f"m{n}", session_id=s), ()
            )
        )
    every = await world.db.read(lambda tx: events.since(tx, 0, 100))
    numbers = [event.account_sequence for event in every]
    assert numbers == sorted(set(numbers))
    assert [event.sequence for event in every if event.session_id == S1] == [1, 2, 3, 4]
    middle = every[3].account_sequence
    assert await world.db.read(lambda tx: events.since(tx, middle, 100)) == every[4:]
    assert await world.db.read(lambda tx: events.since(tx, middle, 2)) == every[4:6]
    of_one = await world.db.read(lambda tx: events.since(tx, middle, 100, S2))
    assert of_one == tuple(event for event in every[4:] if event.session_id == S2)
    assert await world.db.read(lambda tx: events.since(tx, 0, 10, SessionId("none"))) == ()
    assert await world.db.read(events.last) == every[-1].account_sequence
    assert await world.db.read(lambda tx: events.last_of(tx, S1)) == 4


async def test_a_run_is_shown_even_if_it_ended_at_once(world: World) -> None:
    def happen(tx: Tx) -> None:
        runs.insert(tx, a_run(RunId("short"), boot_id=tx.boot_id))
        runs.settle(tx, RunId("short"), status=AgentStatus.CANCELLED, rounds=0, usage=Usage())

    await world.db.write(happen)
    (entry,) = await world.db.read(lambda tx: transcript.page(tx, S1, first=0, count=5))
    assert entry.run_end is not None
    assert entry.run_end.duration_ms == 0
