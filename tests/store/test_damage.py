"""A damaged value costs itself: everything beside it is read as before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import Table
from sqlmodel import SQLModel

from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.question import ItemAnswer, QuestionKind, check_answer
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.domain.tool import ToolClass
from bamboo_desktop.domain.transcript import CallState, EntryKind
from bamboo_desktop.store import (
    asked,
    calls,
    drafts,
    events,
    grants,
    messages,
    preferences,
    provider_configs,
    questions,
    queue,
    run_waits,
    runs,
    search,
    sessions,
    summaries,
    tasklists,
    transcript,
    work,
)
from bamboo_desktop.store import usage as usages
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.transaction import Tx
from tests.store.making import C1, Q1, S1, S2, World, a_call, a_question, a_session
from tests.store.test_sessions import fill

T = TypeVar("T")
C2 = ToolCallId("call-2")
KEYS = {("event", "session_id"), ("question", "id")}
"""What others refer to without a key of the schema's."""


def columns() -> list[tuple[str, str]]:
    """Every column that is neither a key nor a reference."""
    tables: list[Table] = [
        table for table in SQLModel.metadata.sorted_tables if table.name != "migration"
    ]
    return [
        (table.name, column.name)
        for table in tables
        for column in table.columns
        if not column.primary_key
        and not column.foreign_keys
        and (table.name, column.name) not in KEYS
    ]


async def damaged(
    db: Database,
    table: str,
    column: str,
    value: Any,
    look: Callable[[Tx], T],
    *,
    key: str = "1",
) -> T:
    """Look at the store while a value is one that no program of ours would write."""
    seen: list[T] = []

    def do(tx: Tx) -> None:
        run = tx.connection.exec_driver_sql
        run(f"DROP TRIGGER IF EXISTS {table}_no_update")
        run(f'UPDATE OR IGNORE {table} SET "{column}" = ? WHERE {key}', (value,))
        seen.append(look(tx))
        raise UndoneError

    with pytest.raises(UndoneError):
        await db.write(do)
    return seen[0]


class UndoneError(Exception):
    """What was damaged is sound again."""


def everything(tx: Tx) -> None:
    """Read all that the program reads of both sessions, as it reads it."""
    for scope in SessionScope:
        sessions.summaries(tx, scope=scope, limit=100)
    for key in (S1, S2):
        sessions.get(tx, key)
        sessions.summary(tx, key)
        messages.history(tx, key)
        transcript.page(tx, key, first=0, count=1_000)
        runs.latest(tx, key)
        runs.of_session(tx, key)
        calls.unfinished(tx, key)
        calls.files_touched(tx, key)
        questions.open(tx, key)
        for kind in QuestionKind:
            asked.of_kind(tx, key, kind)
        work.open(tx, key)
        queue.listed(tx, key)
        grants.active(tx, key)
        tasklists.get(tx, key)
        drafts.get(tx, key)
        summaries.latest(tx, key)
        usages.of_session(tx, key)
        search.find(tx, "bamboo", limit=10, session_id=key)
    calls.get(tx, S1, C1)
    questions.get(tx, Q1)
    questions.draft(tx, Q1)
    questions.open(tx)
    runs.stale(tx)
    run_waits.interrupted_sessions(tx)
    work.sessions_with_open(tx)
    grants.all_active(tx)
    provider_configs.all(tx)
    preferences.get(tx, "default_model")
    events.since(tx, 0, 1_000)
    search.find(tx, "bamboo", limit=10)


pytestmark = pytest.mark.usefixtures("expects_log")


@pytest.fixture
async def filled(world: World) -> World:
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2)))
    await world.db.write(lambda tx: fill(tx, S1))
    await world.db.write(lambda tx: fill(tx, S2))
    return world


@pytest.mark.parametrize("value", ["\x07?", "[1", '{"a": 1}', b"\xff\xfe", 9e99])
async def test_whatever_value_is_damaged_everything_can_still_be_read(
    filled: World, value: Any
) -> None:
    failed = []
    for table, column in columns():
        for key in ("1", "rowid % 2 = 0"):
            try:
                await damaged(filled.db, table, column, value, everything, key=key)
            except Exception as error:  # noqa: BLE001 - each failure is counted
                failed.append(f"{table}.{column}: {error!r}")
    assert not failed, "\n".join(failed)


async def test_a_damaged_row_of_the_list_stands_beside_the_sound_ones(filled: World) -> None:
    for column in ("title_source", "kind"):
        rows = await damaged(
            filled.db,
            "session",
            column,
            "?",
            lambda tx: sessions.summaries(tx, scope=SessionScope.ACTIVE, limit=10),
            key="id = 'session-1'",
        )
        assert S2 in {row.session.id for row in rows}
    row = await damaged(filled.db, "run", "status", "?", lambda tx: sessions.summary(tx, S1))
    assert row is not None
    assert row.status is AgentStatus.ERROR


async def test_a_damaged_entry_is_shown_as_such(filled: World, expects_log: list[Any]) -> None:
    before = await filled.db.read(lambda tx: transcript.page(tx, S1, first=0, count=99))
    page = await damaged(
        filled.db,
        "entry",
        "kind",
        "?",
        lambda tx: transcript.page(tx, S1, first=0, count=99),
        key="session_id = 'session-1' AND position = 0",
    )
    assert page[1:] == before[1:]
    assert page[0].kind is EntryKind.NOTE
    assert page[0].text == f"This entry is damaged. What is left of it: {before[0].text}"
    assert "EntryKind" in expects_log[-1].getMessage()


async def test_a_call_that_cannot_be_read_may_have_had_its_effect(filled: World) -> None:
    await filled.db.write(lambda tx: calls.plan(tx, [a_call(C2)]))
    where = f"call_id = '{C2}'"
    call = await damaged(
        filled.db, "tool_call", "state", "?", lambda tx: calls.get(tx, S1, C2), key=where
    )
    assert call is not None
    assert call.state is CallState.RUNNING
    call = await damaged(
        filled.db, "tool_call", "tool_class", "?", lambda tx: calls.get(tx, S1, C2), key=where
    )
    assert call is not None
    assert call.tool_class is ToolClass.EFFECT


@pytest.mark.parametrize("column", ["items", "consent"])
async def test_a_damaged_question_can_be_answered_and_allows_nothing(
    filled: World, column: str
) -> None:
    asked_now = a_question(Q1, kind=QuestionKind.CONSENT)
    await filled.db.write(lambda tx: questions.ask(tx, asked_now))
    record = await damaged(filled.db, "question", column, "[{", lambda tx: questions.get(tx, Q1))
    assert record is not None
    question = record.question
    assert (question.kind, question.consent) == (QuestionKind.ASK, None)
    check_answer(question, (ItemAnswer(item_id=question.items[0].id, text="leave it"),))


async def test_a_message_that_cannot_be_read_names_no_call(filled: World) -> None:
    (message,) = await damaged(
        filled.db,
        "message",
        "parts",
        "[{",
        lambda tx: messages.history(tx, S1),
        key="session_id = 'session-1'",
    )
    assert "damaged" in message.text
    assert (message.tool_calls, message.library_json) == ((), None)


async def test_a_permission_that_cannot_be_read_permits_nothing(filled: World) -> None:
    left = await damaged(filled.db, "permission_grant", "scope", "?", grants.all_active)
    assert left == ()
