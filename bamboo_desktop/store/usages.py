"""Usage from and to columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bamboo_desktop.domain.usage import Usage


def usage_columns(usage: Usage) -> dict[str, int | None]:
    """The columns of a usage row."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "thinking_tokens": usage.thinking_tokens,
        "cost_micros": usage.cost_micros,
    }


def usage_of(row: Row[*tuple[Any, ...]]) -> Usage:
    """The usage of a row, or the sum of many, where nothing at all counts as zero."""
    return Usage(
        input_tokens=row.input_tokens or 0,
        output_tokens=row.output_tokens or 0,
        cache_read_tokens=row.cache_read_tokens or 0,
        cache_write_tokens=row.cache_write_tokens or 0,
        thinking_tokens=row.thinking_tokens or 0,
        cost_micros=row.cost_micros,
    )
