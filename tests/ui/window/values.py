"""Values for the tests of the window."""

from __future__ import annotations

from datetime import datetime, timedelta

from bamboo_desktop.domain.events import AgentEvent, Envelope
from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import Session, SessionSummary
from tests.sim import START


def summary(
    name: str,
    *,
    status: AgentStatus | None = AgentStatus.COMPLETED,
    age: timedelta = timedelta(minutes=5),
    questions: int = 0,
    is_pinned: bool = False,
    born: datetime | None = None,
    last_line: str = "",
    error: str = "",
) -> SessionSummary:
    """A row of the list."""
    at = START - age
    session = Session(
        id=SessionId(name), title=name, created_at=born or at, updated_at=at, is_pinned=is_pinned
    )
    return SessionSummary(
        session=session,
        status=status,
        last_activity_at=at,
        open_questions=questions,
        question="Shall I?" if questions else "",
        last_line=last_line,
        error=error,
    )


def envelope(
    event: AgentEvent, *, session: str = "s", run: str = "r", index: int | None = None
) -> Envelope:
    """An event in its envelope."""
    return Envelope(
        session_id=SessionId(session),
        run_id=RunId(run),
        at=START,
        event=event,
        sequence=1,
        index=index,
    )
