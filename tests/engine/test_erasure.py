"""What is deleted for good is gone at once and leaves the disk soon, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.engine.erasure import ROWS
from bamboo_desktop.store.transaction import Tx
from tests.engine.scripted import Desk, call, say, use
from tests.faults.moment import Moment, cut_off
from tests.waiting import until

SECRET = "grandmother's recipe"


async def remains(desk: Desk, session_id: SessionId) -> int:
    """How many rows still bear the session's id, but for the event that tells of its end."""

    def count(tx: Tx) -> int:
        run = tx.connection.exec_driver_sql
        tables = ("entry", "message", "event", "run", "tool_call", "question", "model_usage")
        found = [
            run(f"SELECT count(*) FROM {table} WHERE session_id = ?", (session_id,)).scalar()
            for table in tables
        ]
        kept = run("SELECT count(*) FROM event WHERE type = 'session_deleted'").scalar()
        return sum(int(each or 0) for each in found) - int(kept or 0)

    return await desk.engine._services.database.read(count)


async def erased(desk: Desk, session_id: SessionId) -> None:
    async def is_done() -> bool:
        return await remains(desk, session_id) == 0

    async with asyncio.timeout(20):
        while not await is_done():
            await asyncio.sleep(0)


async def test_a_session_deleted_for_good_is_gone_and_its_rows_follow(desk: Desk) -> None:
    session_id = await desk.begin(say(SECRET))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    await desk.engine.sessions.purge(session_id)
    with pytest.raises(NotFoundError):
        await desk.engine.sessions.get(session_id)
    assert await desk.engine.transcripts.find("recipe") == ()
    await erased(desk, session_id)


@pytest.mark.usefixtures("expects_log")
async def test_what_a_crash_left_of_a_deleted_session_goes_at_the_next_start(
    data_dir: Path,
) -> None:
    moment = Moment()
    async with Desk(data_dir, faults=moment) as desk:
        session_id = await desk.begin(say(SECRET))
        await desk.ends(session_id, AgentStatus.COMPLETED)
        await until(lambda: len(desk.engine._services.tasks) == 1)
        moment.disk_breaks_at("erase.step")
        await desk.engine.sessions.purge(session_id)
        await until(lambda: moment.is_broken)
        assert await remains(desk, session_id) > 0
        await cut_off(desk, moment)
        assert await desk.engine.sessions.summaries(scope=SessionScope.BIN) == ()
        await erased(desk, session_id)


async def test_a_bin_of_many_sessions_is_emptied_at_the_start_after_thirty_days(
    desk: Desk,
) -> None:
    made = [(await desk.session()).id for _ in range(45)]
    for session_id in made:
        await desk.engine.sessions.trash(session_id)
    desk.passes(timedelta(days=29))
    await desk.restart()
    assert len(await desk.engine.sessions.summaries(scope=SessionScope.BIN)) == 45
    desk.passes(timedelta(days=2))
    await desk.restart()
    assert await desk.engine.sessions.summaries(scope=SessionScope.BIN) == ()


async def lengthened(desk: Desk, session_id: SessionId, *, pieces: int) -> None:
    """Give a session a history that is erased in so many pieces."""

    def lengthen(tx: Tx) -> None:
        run = tx.connection.exec_driver_sql
        run(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO entry (session_id, position, kind, at, is_partial, text) "
            "SELECT ?, i, 'user', 0, 0, '' FROM n",
            (100 + pieces * ROWS, session_id),
        )

    await desk.engine._services.database.write(lengthen)


async def test_who_quits_right_after_deleting_waits_for_nothing_and_the_next_start_goes_on(
    desk: Desk,
) -> None:
    session_id = await desk.begin(say(SECRET))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    await lengthened(desk, session_id, pieces=60)
    await desk.engine.sessions.purge(session_id)
    await desk.close()
    with closing(sqlite3.connect(desk.data_dir / "bamboo.db")) as raw:
        (left,) = raw.execute(
            "SELECT count(*) FROM entry WHERE session_id = ?", (session_id,)
        ).fetchone()
    assert left > ROWS
    await desk.open()
    assert await desk.engine.sessions.summary(session_id) is None
    assert await desk.engine.transcripts.find("recipe") == ()
    await erased(desk, session_id)


async def test_others_write_between_the_pieces_of_a_long_history(desk: Desk) -> None:
    session_id = await desk.begin(say(SECRET))
    await desk.ends(session_id)
    await lengthened(desk, session_id, pieces=10)
    await desk.engine.sessions.purge(session_id)
    seen = set()
    while left := await remains(desk, session_id):
        seen.add(left // ROWS)
        await desk.engine.preferences.put("written", str(left))
    assert len(seen) > 2, "somebody wrote while it was under way"


async def test_a_run_that_follows_while_a_session_is_deleted_is_not_waited_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, never = asyncio.Event(), asyncio.Event()
    sleep = desk.clock.sleep

    async def stubborn() -> None:
        try:
            await never.wait()
        except asyncio.CancelledError:
            await release.wait()
            raise

    async def until_the_next_run(seconds: float) -> None:
        await until(lambda: len(desk.model.requests) == 2)
        await sleep(seconds)

    session = await desk.session()
    desk.plays(say("one", gate=stubborn), say("two", gate=never.wait))
    await desk.send(session.id)
    await until(lambda: len(desk.model.requests) == 1)
    await desk.engine.runs.stop(session.id)
    await desk.send(session.id, "typed after the stop, so it is next")
    monkeypatch.setattr(desk.clock, "sleep", until_the_next_run)
    try:
        async with asyncio.timeout(10):
            await desk.engine.sessions.purge(session.id)
    finally:
        release.set()
    assert desk.engine.runs.live(session.id) is None


async def test_a_message_sent_while_a_session_is_deleted_starts_nothing_that_goes_on(
    data_dir: Path,
) -> None:
    moment = Moment()
    async with Desk(data_dir, faults=moment) as desk:
        session = await desk.session()
        desk.plays(use(call("Bash", command="sleep 60")), say("never"))
        moment.at("run.after", lambda: desk.engine.sessions.purge(session.id))
        await desk.send(session.id, "go", allow=("Bash",))
        await until(lambda: bool(moment.tasks) and moment.tasks[0].done())
        assert desk.engine.runs.live(session.id) is None
        assert await desk.engine.sessions.summary(session.id) is None
        await erased(desk, session.id)
