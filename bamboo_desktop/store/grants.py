"""Permissions a person gave, for one session or as a rule for all."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, true, update

from bamboo_desktop.domain.grant import Grant, GrantScope
from bamboo_desktop.domain.ids import GrantId, SessionId
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
    return tuple(
        Grant(
            id=GrantId(row.id),
            scope=GrantScope(row.scope),
            rule=row.rule,
            created_at=row.created_at,
            session_id=SessionId(row.session_id) if row.session_id is not None else None,
            revoked_at=row.revoked_at,
        )
        for row in rows
    )
