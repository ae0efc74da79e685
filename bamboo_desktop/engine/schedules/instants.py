"""Instants as people and agents write them: read in one way only."""

from __future__ import annotations

from datetime import UTC, datetime

from bamboo_desktop.domain.errors import InvalidInputError

FIRST_YEAR, LAST_YEAR = 1900, 9000
_SHOWN = 40


def instant_of(text: str, what: str) -> datetime:
    """An instant with its zone, as UTC.

    Args:
        text: what was written.
        what: how the sentence of an error calls it.

    Raises:
        InvalidInputError: it is none, names no zone, or is too far away to be computed with.
    """
    shown = ascii(text[:_SHOWN])
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(
            f"{what} {shown} is no instant; write it like 2026-03-29T01:30:00Z."
        ) from error
    if at.tzinfo is None:
        raise InvalidInputError(
            f"{what} {shown} names no time zone; write it like 2026-03-29T01:30:00Z or with an "
            "offset like +02:00."
        )
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise InvalidInputError(
            f"{what} {shown} is too far away; the year is between {FIRST_YEAR} and {LAST_YEAR}."
        )
    return at.astimezone(UTC)
