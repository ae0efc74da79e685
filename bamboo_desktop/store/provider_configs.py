"""Configured model back ends; their keys are never here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects.sqlite import insert

from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind
from bamboo_desktop.store.damage import known_word
from bamboo_desktop.store.tables_settings import PROVIDER
from bamboo_desktop.store.transaction import Tx


def all(tx: Tx) -> tuple[ProviderConfig, ...]:  # noqa: A001 - the word of the house
    """Every back end, by label; one of a kind that cannot be read is left out."""
    rows = tx.run(select(PROVIDER).order_by(PROVIDER.c.label, PROVIDER.c.id))
    return tuple(config for config in map(_config_of, rows) if config is not None)


def _config_of(row: Row[*tuple[Any, ...]]) -> ProviderConfig | None:
    kind = known_word(ProviderKind, row.kind)
    if kind is None:
        return None
    return ProviderConfig(
        id=ProviderId(row.id),
        kind=kind,
        label=row.label,
        base_url=row.base_url,
        default_model=row.default_model,
        is_enabled=row.is_enabled,
        context_window=row.context_window,
    )


def save(tx: Tx, config: ProviderConfig) -> None:
    """Store a back end, in the place of one of the same id."""
    columns = {
        "kind": config.kind.value,
        "label": config.label,
        "base_url": config.base_url,
        "default_model": config.default_model,
        "is_enabled": config.is_enabled,
        "context_window": config.context_window,
    }
    row = insert(PROVIDER).values(id=config.id, **columns)
    tx.run(row.on_conflict_do_update(index_elements=["id"], set_=columns))


def delete(tx: Tx, provider_id: ProviderId) -> None:
    """Forget a back end; sessions that name it keep the name."""
    tx.run(delete_from(PROVIDER).where(PROVIDER.c.id == provider_id))
