"""One transaction, as the functions of the store are handed it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.errors import Bug
from bamboo_desktop.domain.events import AgentEvent, Envelope
from bamboo_desktop.domain.ids import BootId, RunId, SessionId
from bamboo_desktop.domain.schedule_news import ScheduleNews
from bamboo_desktop.store.columns import json_text, micros_of
from bamboo_desktop.store.faults import FaultPoints

# The one statement of nearly every transaction, so it goes to the driver without a detour.
_APPEND_EVENT = (
    "INSERT INTO event (session_id, sequence, run_id, at, type, data) "
    "SELECT ?1, coalesce(max(sequence), 0) + 1, ?2, ?3, ?4, ?5 "
    "FROM event WHERE session_id = ?1 RETURNING sequence, account_sequence"
)


Fact = Envelope | ScheduleNews
"""What a transaction has to say once it is committed."""


class Tx:
    """A transaction: its connection, its one instant, the events it will publish.

    The work it is handed to may run a second time when the disk made the first try void, so it
    must have no effect but through the transaction.

    Attributes:
        connection: the SQLAlchemy connection; for the functions of the store only.
        now: the instant of the transaction.
        boot_id: which start of the program this is.
        faults: `reached(name)` marks a place where tests may kill the program.
    """

    def __init__(
        self,
        *,
        raw: sqlite3.Connection,
        connection: Connection,
        now: datetime,
        boot_id: BootId,
        faults: FaultPoints,
        is_writing: bool,
    ) -> None:
        self._raw = raw
        self.connection = connection
        self.now = now
        self.boot_id = boot_id
        self.faults = faults
        self._is_writing = is_writing
        self._facts: list[Fact] = []
        self._told: set[ScheduleNews] = set()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The events emitted and the news told so far, in order."""
        return tuple(self._facts)

    def tell(self, news: ScheduleNews) -> None:
        """Publish news when the transaction has been committed; they are not stored.

        Raises:
            Bug: the transaction only reads.
        """
        if not self._is_writing:
            raise Bug("a transaction that reads has no news")
        if news not in self._told:
            self._told.add(news)
            self._facts.append(news)

    def emit(self, session_id: SessionId, run_id: RunId | None, event: AgentEvent) -> None:
        """Store a durable event; it is published when the transaction has been committed.

        Raises:
            Bug: the event is not durable, or the transaction only reads.
        """
        if not event.durable or not self._is_writing:
            raise Bug(f"{event.type_name()} cannot be stored here")
        (row,) = self._raw.execute(
            _APPEND_EVENT,
            (
                clean_text(session_id),
                None if run_id is None else clean_text(run_id),
                micros_of(self.now),
                event.type_name(),
                json_text(event),
            ),
        ).fetchall()
        self._facts.append(
            Envelope(
                session_id=session_id,
                run_id=run_id,
                at=self.now,
                event=event,
                sequence=row[0],
                account_sequence=row[1],
            )
        )

    def run(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run one statement; for the functions of the store only."""
        return self.connection.execute(statement, parameters)
