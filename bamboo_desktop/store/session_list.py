"""The session list: each row with its live state, a page in one query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Row, Select, and_, bindparam, func, literal_column, select

from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionKind, SessionScope, SessionSummary
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.damage import word_of
from bamboo_desktop.store.erasing import IS_LEFT
from bamboo_desktop.store.session_rows import folded, metadata_of, session_of, used_of
from bamboo_desktop.store.tables_history import MESSAGE
from bamboo_desktop.store.tables_question import QUESTION
from bamboo_desktop.store.tables_run import RUN
from bamboo_desktop.store.tables_session import SESSION
from bamboo_desktop.store.transaction import Tx

_EVERY_RUN = RUN.alias("every_run")
_NEWEST = (
    select(func.max(_EVERY_RUN.c.number))
    .where(_EVERY_RUN.c.session_id == SESSION.c.id)
    .scalar_subquery()
)
_IS_OPEN = and_(QUESTION.c.session_id == SESSION.c.id, QUESTION.c.closed_at.is_(None))
_ROWS = (
    select(
        SESSION,
        RUN.c.id.label("newest_run"),
        RUN.c.status.label("run_status"),
        RUN.c.error.label("run_error"),
        select(func.count()).where(_IS_OPEN).scalar_subquery().label("open_questions"),
        select(QUESTION.c.headline)
        .where(_IS_OPEN)
        .order_by(QUESTION.c.number)
        .limit(1)
        .scalar_subquery()
        .label("question"),
        select(func.coalesce(func.max(MESSAGE.c.position) + 1, 0))
        .where(MESSAGE.c.session_id == SESSION.c.id)
        .scalar_subquery()
        .label("message_count"),
    )
    .select_from(SESSION)
    .outerjoin(RUN, and_(RUN.c.session_id == SESSION.c.id, RUN.c.number == _NEWEST))
)
_ONE = _ROWS.where(SESSION.c.id == bindparam("id"), IS_LEFT)
_ROOTS = SESSION.c.kind == SessionKind.ROOT.value
_SCOPES = {
    SessionScope.ACTIVE: and_(
        _ROOTS, SESSION.c.deleted_at.is_(None), SESSION.c.is_archived == bindparam("archived", 0)
    ),
    SessionScope.ARCHIVED: and_(
        _ROOTS, SESSION.c.deleted_at.is_(None), SESSION.c.is_archived == bindparam("archived", 1)
    ),
    SessionScope.BIN: and_(_ROOTS, SESSION.c.deleted_at.is_not(None), IS_LEFT),
}
_TITLE = func.instr(SESSION.c.title_folded, bindparam("wanted", type_=CleanText())) > 0


def _page(scope: SessionScope) -> Select[*tuple[Any, ...]]:
    return (
        _ROWS.where(_SCOPES[scope])
        .order_by(
            SESSION.c.is_pinned.desc(),
            SESSION.c.last_activity_at.desc(),
            literal_column("session.rowid").desc(),
        )
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


_PAGES = {scope: _page(scope) for scope in SessionScope}
_FOUND = {scope: page.where(_TITLE) for scope, page in _PAGES.items()}

_AT_ONCE = 200
"""Rows read before they are turned into summaries: all at once they leave holes in the memory."""


def summary(tx: Tx, session_id: SessionId) -> SessionSummary | None:
    """One row of the list, also of a child and also from the bin; None if there is none."""
    rows = _summaries(tx, tx.run(_ONE, {"id": session_id}))
    return rows[0] if rows else None


def summaries(
    tx: Tx, *, scope: SessionScope, limit: int, offset: int = 0, title_contains: str = ""
) -> tuple[SessionSummary, ...]:
    """A page of the list of root sessions: the pinned ones first, each by last activity.

    `title_contains` narrows it to titles that hold this text, whatever the case.
    """
    parameters: dict[str, Any] = {"limit": limit, "offset": offset}
    if wanted := folded(title_contains.strip()):
        return _summaries(tx, tx.run(_FOUND[scope], {**parameters, "wanted": wanted}))
    return _summaries(tx, tx.run(_PAGES[scope], parameters))


def _status(stored: str | None) -> AgentStatus | None:
    return None if stored is None else word_of(AgentStatus, stored, AgentStatus.ERROR)


def _summaries(tx: Tx, result: CursorResult[*tuple[Any, ...]]) -> tuple[SessionSummary, ...]:
    found: list[SessionSummary] = []
    for rows in result.partitions(_AT_ONCE):
        metadata = metadata_of(tx, [row.id for row in rows])
        found.extend(_summary(row, metadata.get(row.id, {})) for row in rows)
    return tuple(found)


def _summary(row: Row[*tuple[Any, ...]], metadata: Mapping[str, str]) -> SessionSummary:
    return SessionSummary(
        session=session_of(row, metadata),
        status=_status(row.run_status),
        run_id=RunId(row.newest_run) if row.newest_run else None,
        last_activity_at=row.last_activity_at,
        last_line=row.last_line,
        question=row.question or "",
        open_questions=row.open_questions,
        message_count=row.message_count,
        error=row.run_error or "",
        usage=used_of(row),
    )
