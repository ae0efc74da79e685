"""SessionList: the sessions that are stored, to be looked at."""

from __future__ import annotations

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionScope, SessionSummary
from bamboo_desktop.store import session_list
from bamboo_desktop.store.reads import Reads


class SessionList:
    """What can be read of sessions."""

    def __init__(self, database: Reads) -> None:
        self._database = database

    async def summaries(
        self,
        *,
        scope: SessionScope = SessionScope.ACTIVE,
        limit: int = 500,
        offset: int = 0,
        title_contains: str = "",
    ) -> tuple[SessionSummary, ...]:
        """A page of the session list, newest activity first."""
        return await self._database.read(
            lambda tx: session_list.summaries(
                tx, scope=scope, limit=limit, offset=offset, title_contains=title_contains
            )
        )

    async def summary(self, session_id: SessionId) -> SessionSummary | None:
        """One row of the list."""
        return await self._database.read(lambda tx: session_list.summary(tx, session_id))
