"""What the world does to a run in the middle: it ends with a sentence, and can be taken up."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from bamboo_desktop.domain.errors import InstanceRunningError, NewerDatabaseError, StorageError
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.storage import Restored
from bamboo_desktop.engine.runs.supervisor import SETTLE_TRIES
from bamboo_desktop.store.faults import FaultPoints
from bamboo_desktop.store.migrations import STEPS
from tests.engine.scripted import Desk, call, say, use
from tests.waiting import until


class Disk(FaultPoints):
    """A disk that refuses every commit for as long as it is told to."""

    def __init__(self) -> None:
        self.refuses: int | None = None
        self.refused = 0

    @override
    def reached(self, name: str) -> None:
        if name == "write.before_commit" and self.refuses is not None:
            self.refused += 1
            error = sqlite3.OperationalError("the disk refuses")
            error.sqlite_errorcode = self.refuses
            raise error


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
async def desk(data_dir: Path, disk: Disk) -> AsyncIterator[Desk]:
    async with Desk(data_dir, faults=disk) as opened:
        yield opened


REFUSALS = [(sqlite3.SQLITE_FULL, "disk is full"), (sqlite3.SQLITE_IOERR, "reported an error")]


@pytest.mark.parametrize(("code", "sentence"), REFUSALS)
async def test_a_disk_that_refuses_ends_the_run_with_its_sentence_and_continue_goes_on(
    desk: Desk, disk: Disk, code: int, sentence: str
) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("half", gate=gate.wait), say("whole"))
    await until(lambda: desk.engine.runs.live(session_id) and desk.model.requests)
    disk.refuses = code
    gate.set()
    await until(lambda: disk.refused >= 2, what="the answer and the end were refused")
    disk.refuses = None
    await desk.ends(session_id, AgentStatus.ERROR)
    row = await desk.engine.sessions.summary(session_id)
    assert row is not None
    assert sentence in row.error
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (await desk.shown(session_id))[-2:] == ["assistant whole", "run_end completed"]


async def test_an_end_the_disk_refuses_for_long_is_stored_once_it_takes_it(
    desk: Desk, disk: Disk
) -> None:
    gate = asyncio.Event()
    session_id = await desk.begin(say("half", gate=gate.wait))
    await until(lambda: desk.model.requests)
    disk.refuses = sqlite3.SQLITE_FULL
    gate.set()
    await until(lambda: desk.bugs, what="the end was refused too often to say nothing")
    assert disk.refused >= SETTLE_TRIES
    (bug,) = desk.bugs
    assert isinstance(bug[0], StorageError)
    desk.bugs.clear()
    disk.refuses = None
    await desk.ends(session_id, AgentStatus.ERROR)
    assert desk.types(session_id)[-1] == "error"


async def test_an_answer_given_before_the_disk_refused_reaches_the_model(
    desk: Desk, disk: Disk
) -> None:
    item = {"id": "name", "kind": "text", "prompt": "Which name?"}
    session_id = await desk.begin(use(call("Ask", items=[item])), say("so be it"))
    record = await desk.question(session_id)
    refuse = desk.engine._services.faults

    class Late(FaultPoints):
        @override
        def reached(self, name: str) -> None:
            if name == "result.before":
                disk.refuses = sqlite3.SQLITE_FULL

    object.__setattr__(desk.engine._services, "faults", Late())
    await desk.answer(record, text="Bamboo")
    await until(lambda: disk.refused >= 2, what="the result and the end were refused")
    object.__setattr__(desk.engine._services, "faults", refuse)
    disk.refuses = None
    await desk.ends(session_id, AgentStatus.ERROR)
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "Bamboo" in desk.told_model()[-1][1]


async def test_a_refused_message_is_not_kept_and_can_be_sent_again(desk: Desk, disk: Disk) -> None:
    session = await desk.session()
    disk.refuses = sqlite3.SQLITE_FULL
    with pytest.raises(StorageError, match="disk is full"):
        await desk.send(session.id, "once")
    disk.refuses = None
    desk.plays(say("heard"))
    await desk.send(session.id, "once")
    await desk.ends(session.id, AgentStatus.COMPLETED)
    assert (await desk.shown(session.id)).count("user once") == 1


async def test_a_disk_that_refuses_until_the_program_is_closed_leaves_an_interrupted_run(
    desk: Desk, disk: Disk
) -> None:
    session_id = await desk.begin(say("half", gate=asyncio.Event().wait))
    await until(lambda: desk.model.requests)
    disk.refuses = sqlite3.SQLITE_FULL
    await desk.close()
    assert [type(error) for error, _ in desk.bugs] == [StorageError]
    desk.bugs.clear()
    disk.refuses = None
    await desk.open()
    await desk.ends(session_id, AgentStatus.INTERRUPTED)


async def test_a_workspace_removed_during_a_run_is_told_to_the_model(desk: Desk) -> None:
    (desk.workspace / "notes.txt").write_text("here")
    gate = asyncio.Event()
    asks = use(call("Read", file_path="notes.txt"), call("Bash", command="true"))
    session_id = await desk.begin(
        say("", gate=gate.wait, calls=asks.calls), say("gone"), allow=("Bash",)
    )
    await until(lambda: desk.model.requests)
    shutil.rmtree(desk.workspace)
    gate.set()
    await desk.ends(session_id, AgentStatus.COMPLETED)
    shown = await desk.shown(session_id)
    assert shown[1:3] == ["tool Read error", "tool Bash error"]


@pytest.mark.parametrize("became", ["nothing", "a file", "a loop", "a link to elsewhere"])
async def test_a_workspace_that_becomes_something_else_is_told_and_continue_asks_again(
    desk: Desk, tmp_path: Path, became: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = desk.workspace

    async def change() -> None:
        shutil.rmtree(place)
        if became == "a file":
            place.write_text("no folder")
        elif became == "a loop":
            place.symlink_to(place)
        elif became == "a link to elsewhere":
            place.symlink_to(elsewhere)

    calls = [
        call("Read", file_path="a.txt"),
        call("Glob", pattern="**/*"),
        call("Write", file_path="new.txt", content="x"),
        call("Bash", command="echo x > by-command"),
    ]
    session_id = await desk.begin(
        replace(use(*calls), gate=change), say("told"), allow=("Bash", "Write")
    )
    for _ in calls:
        await desk.ends(session_id)
        for record in await desk.engine.questions.open(session_id):
            await desk.answer(record, "deny")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    told = desk.told_model()[-1][1]
    assert "inside" not in told, told
    assert desk.bugs == []
    desk.plays(say("still here"))
    await desk.send(session_id, "and now?")
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_a_back_end_that_breaks_ends_the_run_as_our_fault(desk: Desk) -> None:
    session_id = await desk.begin(say("half", fails=RuntimeError("broken inside")), say("whole"))
    await desk.ends(session_id, AgentStatus.ERROR)
    assert [repr(error) for error, _ in desk.bugs] == ["RuntimeError('broken inside')"]
    desk.bugs.clear()
    await desk.engine.runs.continue_(session_id)
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_a_tool_that_breaks_is_told_to_the_model_and_to_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(arguments: object, context: object) -> object:
        raise RuntimeError("broken inside")

    (desk.workspace / "a.txt").write_text("a")
    monkeypatch.setattr(desk.engine._services.toolbox.get("Read"), "run", broken)
    session_id = await desk.begin(use(call("Read", file_path="a.txt")), say("I see"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "failed inside" in desk.told_model()[-1][1]
    assert [repr(error) for error, _ in desk.bugs] == ["RuntimeError('broken inside')"]
    desk.bugs.clear()


async def test_a_run_whose_task_is_cancelled_before_its_first_step_ends_once(desk: Desk) -> None:
    session_id = await desk.begin()
    (carried,) = desk.engine._launcher.supervisor._carried.values()
    carried.task.cancel()
    await desk.ends(session_id, AgentStatus.CANCELLED)
    assert desk.model.requests == []
    assert [line for line in await desk.shown(session_id) if "run_end" in line] == [
        "run_end cancelled"
    ]


async def test_a_second_program_is_refused_and_the_first_one_goes_on(
    desk: Desk, data_dir: Path
) -> None:
    with pytest.raises(InstanceRunningError):
        await Desk(data_dir).open()
    session_id = await desk.begin(say("still here"))
    await desk.ends(session_id, AgentStatus.COMPLETED)


async def test_a_newer_database_is_refused_and_left_as_it_is(desk: Desk, data_dir: Path) -> None:
    await desk.close()
    path = data_dir / "bamboo.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("INSERT INTO migration VALUES ('m999_later', 0)")
        raw.execute(f"PRAGMA user_version={len(STEPS) + 1}")
        raw.commit()
    before = path.read_bytes()
    for _ in range(2):  # the refusal lets go of the folder
        with pytest.raises(NewerDatabaseError):
            await desk.open()
    assert path.read_bytes() == before


async def test_flipped_bytes_bring_back_the_last_copy_and_are_told(
    desk: Desk, data_dir: Path, expects_log: list[object]
) -> None:
    kept = await desk.begin(say("kept"))
    await desk.ends(kept, AgentStatus.COMPLETED)
    await desk.engine.backup_now()
    await desk.close()
    path = data_dir / "bamboo.db"
    raw = bytearray(path.read_bytes())
    for at in range(4096, len(raw) - 512, 4096):
        raw[at : at + 64] = b"\xff" * 64
    path.write_bytes(raw)
    (data_dir / "open").touch()
    await desk.open()
    assert any(isinstance(notice, Restored) for notice in desk.engine.notices)
    assert "assistant kept" in await desk.shown(kept)


@pytest.mark.usefixtures("expects_log")
@pytest.mark.parametrize(
    "column", ["status", "cause", "snapshot", "usage", "boot_id", "started_at"]
)
async def test_a_damaged_run_keeps_no_program_from_its_start(data_dir: Path, column: str) -> None:
    async with Desk(data_dir) as desk:
        session_id = await desk.begin(say("one"))
        await desk.ends(session_id, AgentStatus.COMPLETED)
    with closing(sqlite3.connect(data_dir / "bamboo.db")) as raw:
        raw.execute(f"UPDATE run SET {column} = '?', completed_at = NULL")
        raw.commit()
    async with Desk(data_dir) as desk:
        (row,) = await desk.engine.sessions.summaries()
        assert row.status is AgentStatus.INTERRUPTED
        desk.plays(say("two"))
        await desk.send(session_id, "go on")
        await desk.ends(session_id, AgentStatus.COMPLETED)
        assert "assistant one" in await desk.shown(session_id)
