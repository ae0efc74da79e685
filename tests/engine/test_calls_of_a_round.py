"""Several calls of one round, agreed to or not: exactly the approved ones run, and once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.message import Role, ToolOutcome, ToolResultPart
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.tool import ToolReply
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.store import messages
from bamboo_desktop.tools.port import Arguments, ToolContext
from tests.engine.scripted import Desk, call, say, use
from tests.waiting import until

NAMES = ("first", "second", "third")
AFTER = {"stop": ToolOutcome.CANCELLED, "instead": ToolOutcome.INTERRUPTED}


def courses(end: str) -> Iterator[tuple[str, ...]]:
    """What a person may do, one question after the other, up to the given end."""
    lengths = (3,) if end == "answered" else (0, 1, 2)
    for length in lengths:
        yield from product(("allow_once", "deny"), repeat=length)


async def results(desk: Desk, session_id: SessionId) -> list[ToolResultPart]:
    stored = await desk.engine._services.database.read(lambda tx: messages.history(tx, session_id))
    (told,) = [message for message in stored if message.role is Role.TOOL]
    return [part for part in told.parts if isinstance(part, ToolResultPart)]


async def walk(desk: Desk, number: int, choices: tuple[str, ...], end: str, restarts: bool) -> None:
    folder = f"course-{number}"
    calls = [
        call("Bash", f"{name}-{number}", command=f"mkdir -p {folder}; echo x >> {folder}/{name}")
        for name in NAMES
    ]
    session_id = await desk.begin(use(*calls))
    for asked, choice in enumerate(choices, start=1):
        record = await desk.question(session_id)
        if restarts:
            await desk.restart()
        if asked == len(NAMES):
            desk.plays(say("done"))
        await desk.answer(record, choice)
        await desk.ends(session_id)
    if end == "stop":
        await desk.question(session_id)
        assert await desk.engine.runs.stop(session_id)
        await desk.ends(session_id, AgentStatus.CANCELLED)
    elif end == "instead":
        await desk.question(session_id)
        desk.plays(say("as you wish"))
        await desk.send(session_id, "no, leave it", mode=QueueMode.STEER)
        await desk.ends(session_id, AgentStatus.COMPLETED)
    else:
        await desk.ends(session_id, AgentStatus.COMPLETED)
    expected = [
        ToolOutcome.OK if choice == "allow_once" else ToolOutcome.DENIED for choice in choices
    ]
    expected += [AFTER.get(end, ToolOutcome.OK)] * (len(NAMES) - len(choices))
    found = await results(desk, session_id)
    assert [part.call_id for part in found] == [part.call_id for part in calls]
    assert [part.outcome for part in found] == expected, (choices, end)
    for name, outcome in zip(NAMES, expected, strict=True):
        written = desk.workspace / folder / name
        times = written.read_text().count("x") if written.exists() else 0
        assert times == (outcome is ToolOutcome.OK), (name, choices, end)
    assert desk.engine.runs.live(session_id) is None
    assert await desk.engine.questions.open(session_id) == ()


@pytest.mark.parametrize("end", ["answered", "stop", "instead"])
@pytest.mark.parametrize("restarts", [False, True])
async def test_exactly_the_approved_calls_run_once_and_answer_in_call_order(
    desk: Desk, end: str, restarts: bool
) -> None:
    for number, choices in enumerate(courses(end)):
        await walk(desk, number, choices, end, restarts)


@pytest.mark.parametrize("choices", list(product(("allow_once", "deny"), repeat=2)))
@pytest.mark.parametrize("restarts", [False, True])
async def test_reads_side_by_side_wait_each_for_its_own_consent(
    desk: Desk, tmp_path: Path, choices: tuple[str, str], restarts: bool
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (desk.workspace / "mine").write_text("mine inside")
    for name in ("one", "two"):
        (outside / name).write_text(f"{name} outside")
    paths = ["mine", str(outside / "one"), "mine", str(outside / "two")]
    session_id = await desk.begin(use(*(call("Read", file_path=path) for path in paths)))
    for choice in choices:
        record = await desk.question(session_id)
        if restarts:
            await desk.restart()
        desk.model.replies.clear()
        desk.plays(say("done"))
        await desk.answer(record, choice)
        await desk.ends(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    found = await results(desk, session_id)
    assert [part.outcome is ToolOutcome.OK for part in found] == [
        True, choices[0] == "allow_once", True, choices[1] == "allow_once",
    ]  # fmt: skip
    texts = ("mine inside", "one outside", "mine inside", "two outside")
    for part, text in zip(found, texts, strict=True):
        assert (text in part.content) is (part.outcome is ToolOutcome.OK)


async def test_an_answer_that_the_asking_run_itself_takes_up_starts_no_empty_run(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk.workspace / "mine").write_text("mine")
    (tmp_path / "other").write_text("other")
    tool = desk.engine._services.toolbox.get("Read")
    assert tool is not None
    gate, read = asyncio.Event(), tool.run

    async def slow(arguments: Arguments, context: ToolContext) -> ToolReply:
        await gate.wait()
        return await read(arguments, context)

    monkeypatch.setattr(type(tool), "run", staticmethod(slow))
    paths = ["mine", str(tmp_path / "other")]
    session_id = await desk.begin(
        use(*(call("Read", file_path=path) for path in paths)), say("done")
    )
    await until(lambda: "tool_start" in desk.types(session_id))
    (record,) = await desk.engine.questions.open(session_id)
    await desk.answer(record, "allow_once")
    gate.set()
    await desk.ends(session_id, AgentStatus.COMPLETED)
    await desk.restart()
    shown = await desk.shown(session_id)
    assert shown == [
        "user go",
        "tool Read ok",
        "tool Read ok",
        "question consent",
        "assistant done",
        "run_end completed",
    ]
