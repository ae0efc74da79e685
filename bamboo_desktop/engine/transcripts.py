"""Transcripts: what a session's pane shows, found text, and exports."""

from __future__ import annotations

import asyncio

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import QuestionId, SessionId, ToolCallId
from bamboo_desktop.domain.search import SearchHit
from bamboo_desktop.domain.tool import CallRecord
from bamboo_desktop.domain.transcript import ToolCallView, TranscriptEntry
from bamboo_desktop.engine import export
from bamboo_desktop.store import calls, search, sessions, transcript
from bamboo_desktop.store.reads import Reads

EXPORT_PAGE = 500


class Transcripts:
    """Reads what happened in sessions."""

    def __init__(self, database: Reads) -> None:
        self._database = database

    async def length(self, session_id: SessionId) -> int:
        """How many entries the session has."""
        return await self._database.read(lambda tx: transcript.length(tx, session_id))

    async def page(
        self, session_id: SessionId, *, first: int, count: int
    ) -> tuple[TranscriptEntry, ...]:
        """Entries at the positions from `first` on."""
        return await self._database.read(
            lambda tx: transcript.page(tx, session_id, first=first, count=count)
        )

    async def position_of_question(
        self, session_id: SessionId, question_id: QuestionId
    ) -> int | None:
        """Where a question stands in its session."""
        return await self._database.read(
            lambda tx: transcript.position_of_question(tx, session_id, question_id)
        )

    async def call(self, session_id: SessionId, call_id: ToolCallId) -> ToolCallView:
        """A tool call with its whole output.

        Raises:
            NotFoundError: there is no such call.
        """
        record = await self._database.read(lambda tx: calls.get(tx, session_id, call_id))
        if record is None:
            raise NotFoundError("This tool call does not exist any more.")
        return _view(record)

    async def find(
        self, query: str, *, limit: int = 100, session_id: SessionId | None = None
    ) -> tuple[SearchHit, ...]:
        """Full-text search over everything, or one session; any text is a valid query."""
        return await self._database.read(
            lambda tx: search.find(tx, query, limit=limit, session_id=session_id)
        )

    async def find_in(self, session_id: SessionId, query: str) -> tuple[int, ...]:
        """The positions in one session where the words are found, in order."""
        return await self._database.read(lambda tx: search.positions(tx, session_id, query))

    async def export_markdown(self, session_id: SessionId) -> str:
        """The session as a Markdown document."""
        title, entries = await self._whole(session_id)
        return await asyncio.to_thread(export.to_markdown, title, entries)

    async def export_json(self, session_id: SessionId) -> str:
        """The session as a JSON document."""
        title, entries = await self._whole(session_id)
        return await asyncio.to_thread(export.to_json, session_id, title, entries)

    async def _whole(self, session_id: SessionId) -> tuple[str, list[TranscriptEntry]]:
        session = await self._database.read(lambda tx: sessions.get(tx, session_id))
        if session is None:
            raise NotFoundError("This session does not exist any more.")
        entries: list[TranscriptEntry] = []
        while True:
            first = len(entries)
            page = await self.page(session_id, first=first, count=EXPORT_PAGE)
            if not page:
                return session.title, entries
            entries += page


def _view(record: CallRecord) -> ToolCallView:
    return ToolCallView(
        call_id=record.call_id,
        tool=record.tool,
        arguments=record.arguments,
        headline=record.headline,
        state=record.state,
        outcome=record.outcome,
        content=record.content,
        diff=record.diff,
        duration_ms=record.duration_ms,
    )
