"""Settings of the whole program: text by key."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from bamboo_desktop.store.tables_settings import PREFERENCE
from bamboo_desktop.store.transaction import Tx


def get(tx: Tx, key: str) -> str | None:
    """The value of a key, or None when it was never set."""
    found = tx.run(select(PREFERENCE.c.value).where(PREFERENCE.c.key == key)).scalar()
    return None if found is None else str(found)


def put(tx: Tx, key: str, value: str | None) -> None:
    """Set a key; None removes it."""
    if value is None:
        tx.run(delete(PREFERENCE).where(PREFERENCE.c.key == key))
        return
    row = insert(PREFERENCE).values(key=key, value=value)
    tx.run(row.on_conflict_do_update(index_elements=["key"], set_={"value": row.excluded.value}))


def all(tx: Tx) -> Mapping[str, str]:  # noqa: A001 - the word of the house
    """Everything that is set."""
    return {row.key: row.value for row in tx.run(select(PREFERENCE).order_by(PREFERENCE.c.key))}
