"""Permissions a person gave, for one session or as a rule for all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, true, update

from bamboo_desktop.domain.grant import Grant, GrantScope
from bamboo_desktop.domain.ids import GrantId, SessionId
from bamboo_desktop.store.damage import known_word
from bamboo_desktop.store.tables_settings import GRANT
from bamboo_desktop.store.transaction import Tx


def add(tx: Tx, grant: Grant) -> None:
    """Store a permission.

    Raises:
        NotFoundError: the session it is for does not exist any more.
    """
    tx.run(
        GRANT.insert(),
        {
            "id": grant.id,
            "scope": grant.scope.value,
            "rule": grant.rule,
            "session_id": grant.session_id,
            "created_at": grant.created_at,
            "revoked_at": grant.revoked_at,
        },
    )


def revoke(tx: Tx, grant_id: GrantId) -> None:
    """End a permission; ending it twice changes nothing."""
    tx.run(
        update(GRANT)
        .where(GRANT.c.id == grant_id, GRANT.c.revoked_at.is_(None))
        .values(revoked_at=tx.now)
    )


def active(tx: Tx, session_id: SessionId | None) -> tuple[Grant, ...]:
    """The rules for every session and, if one is named, the permissions of that session."""
    wanted = or_(GRANT.c.scope == GrantScope.RULE.value, GRANT.c.session_id == session_id)
    return _found(tx, wanted)


def all_active(tx: Tx) -> tuple[Grant, ...]:
    """Every permission in force, of whatever session; what is in the bin keeps its own."""
    return _found(tx, true())


def _found(tx: Tx, wanted: ColumnElement[bool]) -> tuple[Grant, ...]:
    rows = tx.run(
        select(GRANT)
        .where(GRANT.c.revoked_at.is_(None), wanted)
        .order_by(GRANT.c.created_at, GRANT.c.id)
    )
    return tuple(grant for grant in map(_grant_of, rows) if grant is not None)


def _grant_of(row: Row[*tuple[Any, ...]]) -> Grant | None:
    scope = known_word(GrantScope, row.scope)
    if scope is None:
        return None  # a permission that cannot be read permits nothing
    return Grant(
        id=GrantId(row.id),
        scope=scope,
        rule=row.rule,
        created_at=row.created_at,
        session_id=SessionId(row.session_id) if row.session_id is not None else None,
        revoked_at=row.revoked_at,
    )
