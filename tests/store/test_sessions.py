"""Sessions: listed quickly and rightly, edited a column at a time, thrown away as a tree."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.context import ContextSummary
from bamboo_desktop.domain.errors import ConflictError, NotFoundError
from bamboo_desktop.domain.grant import Grant, GrantScope
from bamboo_desktop.domain.ids import GrantId, MessageId, ProviderId, QueuedId, SessionId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.model import ModelRef, ReasoningEffort
from bamboo_desktop.domain.question import ItemAnswer
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import Session, SessionScope, TitleSource
from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.domain.tool import ToolResult
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.domain.work import QueuedMessage, QueueMode
from bamboo_desktop.store import (
    calls,
    drafts,
    erasing,
    events,
    grants,
    messages,
    questions,
    queue,
    runs,
    search,
    sessions,
    summaries,
    tasklists,
    transcript,
    usage,
    work,
)
from bamboo_desktop.store.transaction import Tx
from tests.sim import START, SimClock
from tests.store.making import (
    C1,
    ITEM,
    Q1,
    R1,
    S1,
    S2,
    YES,
    World,
    a_call,
    a_message,
    a_question,
    a_run,
    a_session,
    an_answer,
    an_entry,
    opened,
    some_work,
)

ACTIVE, ARCHIVED, BIN = SessionScope.ACTIVE, SessionScope.ARCHIVED, SessionScope.BIN


async def titles(world: World, scope: SessionScope = ACTIVE, *, contains: str = "") -> list[str]:
    found = await world.db.read(
        lambda tx: sessions.summaries(tx, scope=scope, limit=100, title_contains=contains)
    )
    return [summary.session.title for summary in found]


def manual(tx: Tx, title: str, expected: int | None = None) -> Session:
    return sessions.set_title(
        tx, S1, title=title, source=TitleSource.MANUAL, expected_version=expected
    )


async def test_a_session_comes_back_as_it_was(data_dir: Path) -> None:
    whole = Session(
        id=S1,
        title="Ärger mit 竹 \u202eabc",
        created_at=START,
        updated_at=START + timedelta(microseconds=1),
        title_version=3,
        title_source=TitleSource.AUTO,
        is_pinned=True,
        is_archived=True,
        metadata_version=4,
        model=ModelRef(provider=ProviderId("p"), model="m/x"),
        reasoning_effort=ReasoningEffort.XHIGH,
        workspace="/home/me",
        system_prompt="Be kind.",
        metadata={"a": "1", "b": ""},
    )
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, whole))
        assert await world.db.read(lambda tx: sessions.get(tx, S1)) == whole
        assert await world.db.read(lambda tx: sessions.get(tx, S2)) is None
        assert world.told == ["session_created"]


async def test_the_program_never_renames_what_a_person_named(world: World) -> None:
    await world.db.write(lambda tx: manual(tx, "Mine"))
    for source in (TitleSource.AUTO, TitleSource.FALLBACK):
        kept = await world.db.write(
            lambda tx, by=source: sessions.set_title(  # type: ignore[misc]
                tx, S1, title="Theirs", source=by, expected_version=None
            )
        )
        assert (kept.title, kept.title_version) == ("Mine", 1)
    assert world.told == ["session_title_updated"]


async def test_a_rename_of_an_older_title_is_refused(world: World) -> None:
    first = await world.db.write(lambda tx: manual(tx, "One", 0))
    assert (first.title_version, first.metadata_version) == (1, 1)
    with pytest.raises(ConflictError, match="renamed to 'One'"):
        await world.db.write(lambda tx: manual(tx, "Two", 0))
    assert (await world.db.write(lambda tx: manual(tx, "Two", 1))).title == "Two"


async def test_edits_do_not_undo_each_other(world: World) -> None:
    def edits(tx: Tx) -> None:
        sessions.set_pinned(tx, S1, pinned=True)
        sessions.set_model(
            tx, S1, ModelRef(provider=ProviderId("p"), model="m"), ReasoningEffort.LOW
        )
        sessions.set_workspace(tx, S1, "/tmp")
        sessions.set_system_prompt(tx, S1, "Short answers.")
        sessions.set_metadata(tx, S1, "k", "v")
        sessions.set_metadata(tx, S1, "gone", "x")
        sessions.set_metadata(tx, S1, "k", "w")
        sessions.set_metadata(tx, S1, "gone", None)
        sessions.set_archived(tx, S1, archived=True)
        manual(tx, "Named")

    await world.db.write(edits)
    session = await world.db.read(lambda tx: sessions.get(tx, S1))
    assert session is not None
    assert (session.title, session.is_pinned, session.is_archived) == ("Named", True, True)
    assert (session.workspace, session.system_prompt) == ("/tmp", "Short answers.")
    assert session.model == ModelRef(provider=ProviderId("p"), model="m")
    assert session.metadata == {"k": "w"}
    assert world.told.count("session_settings_updated") == 8
    assert [envelope.sequence for envelope in world.published] == list(range(2, 12))


async def test_a_missing_session_is_said_so(world: World) -> None:
    for edit in (
        lambda tx: sessions.set_pinned(tx, S2, pinned=True),
        lambda tx: sessions.set_workspace(tx, S2, ""),
        lambda tx: sessions.trash(tx, S2),
        lambda tx: sessions.restore(tx, S2),
        lambda tx: sessions.purge_one(tx, S2),
    ):
        with pytest.raises(NotFoundError):
            await world.db.write(edit)


async def test_the_list_is_by_last_activity_with_pins_on_top(
    data_dir: Path, clock: SimClock
) -> None:
    async with opened(data_dir, clock=clock) as world:
        for number in range(5):
            session = a_session(SessionId(f"s{number}"), title=f"T{number}")
            await world.db.write(lambda tx, s=session: sessions.insert(tx, s))  # type: ignore[misc]
        await clock.advance(60)
        await world.db.write(
            lambda tx: messages.append(tx, a_message(session_id=SessionId("s1")), ())
        )
        await clock.advance(60)
        await world.db.write(lambda tx: transcript.append(tx, SessionId("s3"), an_entry("later")))
        await world.db.write(lambda tx: sessions.set_pinned(tx, SessionId("s0"), pinned=True))
        assert await titles(world) == ["T0", "T3", "T1", "T4", "T2"]
        pages = [
            await world.db.read(
                lambda tx, o=offset: sessions.summaries(tx, scope=ACTIVE, limit=2, offset=o)  # type: ignore[misc]
            )
            for offset in (0, 2, 4)
        ]
        assert [s.session.title for page in pages for s in page] == ["T0", "T3", "T1", "T4", "T2"]


async def test_scopes_hold_roots_only_and_each_its_own(data_dir: Path) -> None:
    async with opened(data_dir) as world:

        def setup(tx: Tx) -> None:
            for name in ("active", "archived", "binned", "both"):
                sessions.insert(tx, a_session(SessionId(name), title=name))
            sessions.insert(tx, a_session(S2, title="child", parent=SessionId("active")))
            for name in ("archived", "both"):
                sessions.set_archived(tx, SessionId(name), archived=True)
            for name in ("binned", "both"):
                sessions.trash(tx, SessionId(name))

        await world.db.write(setup)
        assert await titles(world, ACTIVE) == ["active"]
        assert await titles(world, ARCHIVED) == ["archived"]
        assert sorted(await titles(world, BIN)) == ["binned", "both"]


async def test_titles_are_found_whatever_the_case_and_the_signs(world: World) -> None:
    await world.db.write(lambda tx: manual(tx, "100% ÄRGER_mit [竹] 'x'"))
    for part in ("ärger", "100%", "r_m", "[竹]", "'X'", "  ärger  ", ""):
        assert len(await titles(world, contains=part)) == 1, part
    for part in ("100x", "r%m", "\x00", "\ud800", "bear"):
        assert await titles(world, contains=part) == [], part


async def test_a_summary_shows_the_live_state(world: World) -> None:
    def happen(tx: Tx) -> None:
        messages.append(tx, a_message("First\nsecond"), [an_entry("First\nsecond")])
        runs.insert(tx, a_run(boot_id=tx.boot_id))
        usage.add(tx, S1, R1, round=1, model="m", usage=Usage(input_tokens=5, output_tokens=2))
        usage.add(tx, S1, R1, round=2, model="m", usage=Usage(input_tokens=5, cost_micros=7))
        questions.ask(tx, a_question())

    await world.db.write(happen)
    summary = await world.db.read(lambda tx: sessions.summary(tx, S1))
    assert summary is not None
    assert (summary.status, summary.run_id) == (AgentStatus.RUNNING, R1)
    assert (summary.message_count, summary.open_questions) == (1, 1)
    assert summary.question == "Shall I?"
    assert summary.usage == Usage(input_tokens=10, output_tokens=2, cost_micros=7)
    assert summary.usage == await world.db.read(lambda tx: usage.of_session(tx, S1))

    def end(tx: Tx) -> None:
        questions.answer(tx, an_answer())
        runs.settle(tx, R1, status=AgentStatus.ERROR, error="No network.", rounds=2, usage=Usage())

    await world.db.write(end)
    after = await world.db.read(lambda tx: sessions.summaries(tx, scope=ACTIVE, limit=5))
    assert (after[0].status, after[0].error) == (AgentStatus.ERROR, "No network.")
    assert (after[0].question, after[0].open_questions) == ("", 0)
    assert after[0].last_line == "Shall I?"


async def test_the_last_line_is_one_short_line(world: World) -> None:
    async def line() -> str:
        summary = await world.db.read(lambda tx: sessions.summary(tx, S1))
        assert summary is not None
        return summary.last_line

    def add(text: str, kind: EntryKind = EntryKind.ASSISTANT) -> object:
        return lambda tx: transcript.append(tx, S1, an_entry(text, kind=kind))

    await world.db.write(add("\n\n  two   words \nmore"))  # type: ignore[arg-type]
    assert await line() == "two words"
    await world.db.write(add("hidden thoughts", EntryKind.THINKING))  # type: ignore[arg-type]
    assert await line() == "two words"
    await world.db.write(lambda tx: calls.plan(tx, [a_call()]))
    assert await line() == "Bash: ls"
    await world.db.write(add('Bash {"command": "ls"}', EntryKind.TOOL))  # type: ignore[arg-type]
    assert await line() == "Bash: ls"
    await world.db.write(add("x" * 10_000))  # type: ignore[arg-type]
    assert await line() == "x" * 200


def fill(tx: Tx, session_id: SessionId) -> None:
    """Something in every table that belongs to a session."""
    run_id = type(R1)(f"run-{session_id}")
    messages.append(
        tx,
        a_message("bamboo grows", message_id=f"m-{session_id}", session_id=session_id),
        [an_entry("bamboo grows")],
    )
    runs.insert(tx, a_run(run_id, session_id=session_id, boot_id=tx.boot_id))
    transcript.append(tx, session_id, an_entry("Bash", kind=EntryKind.TOOL, ref=C1))
    if session_id == S1:
        calls.plan(tx, [a_call()])
        calls.finish(
            tx, S1, C1, ToolResult(outcome=ToolOutcome.OK, content="giant panda"), duration_ms=1
        )
    question_id = type(Q1)(f"q-{session_id}")
    questions.ask(tx, a_question(question_id, session_id=session_id))
    questions.answer(tx, an_answer(question_id=question_id))
    open_id = type(Q1)(f"open-{session_id}")
    questions.ask(tx, a_question(open_id, session_id=session_id))
    questions.save_draft(tx, open_id, (ItemAnswer(item_id=ITEM, option_ids=(YES,)),), "")
    for item in some_work([f"w-{session_id}"], session_id=session_id):
        work.add(tx, item)
    queued = QueuedMessage(
        id=QueuedId(f"k-{session_id}"),
        session_id=session_id,
        text="later",
        mode=QueueMode.QUEUE,
        created_at=START,
    )
    queue.add(tx, queued)
    drafts.save(tx, session_id, "half a")
    grants.add(
        tx,
        Grant(
            id=GrantId(f"g-{session_id}"),
            scope=GrantScope.SESSION,
            rule="Bash(ls)",
            created_at=START,
            session_id=session_id,
        ),
    )
    tasklists.put(tx, session_id, (TaskItem(id="1", content="t", status=TaskStatus.PENDING),))
    summaries.put(
        tx,
        ContextSummary(
            session_id=session_id,
            text="so far",
            upto_message_id=MessageId(f"m-{session_id}"),
            created_at=START,
        ),
    )
    usage.add(tx, session_id, run_id, round=1, model="m", usage=Usage(input_tokens=1))
    sessions.set_metadata(tx, session_id, "k", "v")


async def test_the_bin_takes_the_whole_tree_and_gives_it_back(
    data_dir: Path, clock: SimClock
) -> None:
    async with opened(data_dir, clock=clock) as world:
        a, b, c = SessionId("a"), SessionId("b"), SessionId("c")

        def setup(tx: Tx) -> None:
            sessions.insert(tx, a_session(a))
            sessions.insert(tx, a_session(b, parent=a))
            sessions.insert(tx, a_session(c, parent=b))

        await world.db.write(setup)
        await world.db.write(lambda tx: sessions.trash(tx, c))
        await clock.advance(5)
        assert await world.db.write(lambda tx: sessions.trash(tx, a)) == (a, b)
        assert await world.db.write(lambda tx: sessions.trash(tx, a)) == ()
        assert await world.db.write(lambda tx: sessions.restore(tx, a)) == (a, b)
        assert await world.db.write(lambda tx: sessions.restore(tx, a)) == ()
        left = await world.db.read(lambda tx: sessions.get(tx, c))
        assert left is not None
        assert left.deleted_at is not None, "it went into the bin by itself, before"
        assert world.told[3:] == ["session_deleted"] * 3 + ["session_restored"] * 2


async def erased(world: World, *, rows: int) -> int:
    """Erase all that is marked; returns in how many pieces."""
    for count in itertools.count(1):
        if not await world.db.write(lambda tx: erasing.step(tx, rows=rows)):
            return count
    raise AssertionError


@pytest.mark.parametrize("rows", [1, 2, 3, 1_000])
async def test_a_purge_leaves_nothing_of_a_session_and_all_of_the_others(
    world: World, clock: SimClock, rows: int
) -> None:
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2)))
    for session_id in (S1, S2):
        await world.db.write(functools.partial(fill, session_id=session_id))
    await world.db.write(lambda tx: sessions.trash(tx, S1))
    await clock.advance(10)
    assert await world.db.write(lambda tx: sessions.purge(tx, deleted_before=START, most=9)) == ()
    now = clock.now()
    for expected in ((S1,), ()):
        purged = await world.db.write(lambda tx: sessions.purge(tx, deleted_before=now, most=9))
        assert purged == expected
    assert await erased(world, rows=rows) > 1

    def left(tx: Tx) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        names = tx.connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_words%' "
            "ESCAPE '\\' AND name NOT LIKE 'sqlite%'"
        )
        for (name,) in names.all():
            for row in tx.connection.exec_driver_sql(f"SELECT * FROM {name}"):
                if any(isinstance(value, str) and "session-1" in value for value in row):
                    found.setdefault(name, []).append(str(row))
        return found

    remains = await world.db.read(left)
    assert set(remains) == {"event"}
    assert all("session_deleted" in row for row in remains["event"])
    hits = await world.db.read(lambda tx: search.find(tx, "bamboo", limit=10))
    assert {hit.session_id for hit in hits} == {S2}
    words = await world.db.read(
        lambda tx: tx.connection.exec_driver_sql(
            "SELECT count(*) FROM entry_words WHERE entry_words MATCH 'panda'"
        ).scalar()
    )
    assert words == 0
    check = "INSERT INTO entry_words(entry_words) VALUES ('integrity-check')"
    await world.db.write(lambda tx: tx.connection.exec_driver_sql(check).close())
    assert await world.db.read(lambda tx: messages.count(tx, S2)) == 1


async def test_the_feed_of_a_purged_session_ends_with_its_end(world: World) -> None:
    await world.db.write(lambda tx: fill(tx, S1))
    before = await world.db.read(events.last)
    assert await world.db.write(lambda tx: sessions.purge_one(tx, S1)) == (S1,)
    after = await world.db.read(lambda tx: events.since(tx, before, 10))
    assert [(event.type, event.session_id) for event in after] == [("session_deleted", S1)]
    assert '"is_final":true' in after[0].data
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2)))
    assert await world.db.read(events.last) == before + 2


async def test_a_purge_takes_the_children_along(world: World) -> None:
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2, parent=S1)))
    assert await world.db.write(lambda tx: sessions.purge_one(tx, S1)) == (S2, S1)
    assert await world.db.read(lambda tx: sessions.get(tx, S2)) is None


async def test_what_is_purged_is_gone_before_its_rows_are(world: World) -> None:
    await world.db.write(lambda tx: fill(tx, S1))
    await world.db.write(lambda tx: sessions.purge_one(tx, S1))

    def seen(tx: Tx) -> list[object]:
        found: list[object] = [
            sessions.get(tx, S1),
            sessions.summary(tx, S1),
            *sessions.summaries(tx, scope=SessionScope.ACTIVE, limit=9),
            *sessions.summaries(tx, scope=SessionScope.BIN, limit=9),
            *transcript.page(tx, S1, first=0, count=9),
            *questions.open(tx),
            *questions.open(tx, S1),
            *search.find(tx, "bamboo", limit=9),
            *search.find(tx, "bamboo", limit=9, session_id=S1),
            *runs.of_session(tx, S1),
            *work.sessions_with_open(tx),
            *queue.listed(tx, S1),
            *grants.all_active(tx),
        ]
        return [each for each in found if each is not None]

    assert await world.db.read(lambda tx: messages.count(tx, S1)) == 1, "the history is still there"
    assert await world.db.read(seen) == []
    assert await world.db.read(lambda tx: transcript.length(tx, S1)) == 0
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: sessions.restore(tx, S1))
    with pytest.raises(NotFoundError):
        await world.db.write(lambda tx: sessions.purge_one(tx, S1))


async def test_a_long_history_is_erased_in_small_pieces(world: World) -> None:
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2)))
    for session_id in (S1, S2):
        await world.db.write(functools.partial(many, session_id=session_id, count=300))
    await world.db.write(lambda tx: sessions.purge_one(tx, S1))
    left = await world.db.read(total)
    while await world.db.write(lambda tx: erasing.step(tx, rows=50)):
        now_left = await world.db.read(total)
        assert left - now_left <= 50 + 2, "beside the rows, the session and its mark"
        left = now_left
    page = await world.db.read(lambda tx: transcript.page(tx, S2, first=0, count=999))
    assert len(page) == 300


def many(tx: Tx, *, session_id: SessionId, count: int) -> None:
    for number in range(count):
        text = f"entry {number}"
        message = a_message(text, message_id=f"{session_id} {number}", session_id=session_id)
        messages.append(tx, message, [an_entry(text)])


def total(tx: Tx) -> int:
    run = tx.connection.exec_driver_sql
    tables = ("entry", "message", "event", "session", "purge")
    return sum(int(run(f"SELECT count(*) FROM {name}").scalar() or 0) for name in tables)


async def test_a_long_list_is_whole_in_order_and_each_session_has_its_own_metadata(
    world: World,
) -> None:
    names = [f"s{number:04}" for number in range(450)]

    def make(tx: Tx) -> None:
        for name in names:
            made = a_session(SessionId(name))
            sessions.insert(tx, dataclasses.replace(made, metadata={"name": name}))

    await world.db.write(make)
    found = await world.db.read(lambda tx: sessions.summaries(tx, scope=ACTIVE, limit=451))
    assert [one.session.id for one in found[:450]] == names[::-1]
    assert all(one.session.metadata == {"name": one.session.id} for one in found[:450])
    assert len(found) == 451
