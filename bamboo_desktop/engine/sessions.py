"""Sessions: creating, finding and arranging conversations."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import ModelRef, ReasoningEffort
from bamboo_desktop.domain.session import Session, TitleSource
from bamboo_desktop.domain.tasklist import TaskItem
from bamboo_desktop.domain.tool import FileTouch
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine.erasure import Erasure
from bamboo_desktop.engine.runs import stopping
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.prompt import read_instructions, system_prompt
from bamboo_desktop.engine.runs.runner import StopReason
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.session_list import SessionList
from bamboo_desktop.engine.workspace import checked_workspace
from bamboo_desktop.store import calls, drafts, sessions, tasklists
from bamboo_desktop.store import usage as usages
from bamboo_desktop.store.transaction import Tx

NEW_TITLE = "New session"
LONGEST_TITLE = 200
BIN_DAYS = 30
AT_ONCE = 20
GONE = "This session does not exist any more."


class Sessions(SessionList):
    """What a person can do with sessions, apart from running them."""

    def __init__(self, services: RunServices, launcher: Launcher) -> None:
        super().__init__(services.database)
        self._services = services
        self._launcher = launcher
        self._erasure = Erasure(services)

    async def create(
        self, *, workspace: str = "", model: ModelRef | None = None, title: str = ""
    ) -> Session:
        """A new root session.

        Raises:
            InvalidInputError: the workspace cannot be used.
        """
        place = await asyncio.to_thread(checked_workspace, workspace)
        now = self._services.clock.now()
        session_id = SessionId(self._services.ids.fresh())
        session = Session(
            id=session_id,
            title=_title(title) if title.strip() else NEW_TITLE,
            title_source=TitleSource.MANUAL if title.strip() else TitleSource.FALLBACK,
            created_at=now,
            updated_at=now,
            root_session_id=session_id,
            model=model,
            workspace=place,
        )
        await self._services.database.write(lambda tx: sessions.insert(tx, session))
        return session

    async def get(self, session_id: SessionId) -> Session:
        """The session, also when it is in the bin.

        Raises:
            NotFoundError: there is none.
        """
        found = await self._services.database.read(lambda tx: sessions.get(tx, session_id))
        if found is None:
            raise NotFoundError(GONE)
        return found

    async def rename(
        self, session_id: SessionId, title: str, *, expected_version: int | None = None
    ) -> Session:
        """Give a title by hand; the program never overwrites it.

        Raises:
            InvalidInputError: the title is empty.
            ConflictError: the title changed since `expected_version`.
        """
        wanted = _title(title)
        return await self._services.database.write(
            lambda tx: sessions.set_title(
                tx,
                session_id,
                title=wanted,
                source=TitleSource.MANUAL,
                expected_version=expected_version,
            )
        )

    async def set_pinned(self, session_id: SessionId, *, pinned: bool) -> None:
        """Keep the session at the top of the list, or not."""
        await self._services.database.write(
            lambda tx: sessions.set_pinned(tx, session_id, pinned=pinned)
        )

    async def set_archived(self, session_id: SessionId, *, archived: bool) -> None:
        """Take the session out of the list without deleting it, or bring it back."""
        await self._services.database.write(
            lambda tx: sessions.set_archived(tx, session_id, archived=archived)
        )

    async def set_model(
        self, session_id: SessionId, model: ModelRef | None, effort: ReasoningEffort | None
    ) -> None:
        """Choose model and effort of the session's next runs; None follows the default."""
        await self._services.database.write(
            lambda tx: sessions.set_model(tx, session_id, model, effort)
        )

    async def set_workspace(self, session_id: SessionId, path: str) -> None:
        """Choose the folder the session's tools work in.

        Raises:
            InvalidInputError: it is missing, not a folder, or not readable.
        """
        place = await asyncio.to_thread(checked_workspace, path)
        await self._services.database.write(
            lambda tx: sessions.set_workspace(tx, session_id, place)
        )

    async def set_system_prompt(self, session_id: SessionId, text: str) -> None:
        """Replace the base prompt of the session's next runs; empty restores it."""
        cleaned = clean_text(text)
        await self._services.database.write(
            lambda tx: sessions.set_system_prompt(tx, session_id, cleaned)
        )

    async def trash(self, session_id: SessionId) -> None:
        """Move the session and its children into the bin; what runs is stopped."""

        def work(tx: Tx) -> tuple[SessionId, ...]:
            trashed = sessions.trash(tx, session_id)
            for one in trashed:
                stopping.withdraw(self._services, tx, one)
            return trashed

        for one in await self._services.database.write(work):
            self._services.registry.stopping(one, StopReason.DELETED)

    async def restore(self, session_id: SessionId) -> None:
        """Bring the session back from the bin; work that was accepted before it went is done."""
        await self._services.database.write(lambda tx: sessions.restore(tx, session_id))
        await self._launcher.launch(session_id)

    async def purge(self, session_id: SessionId) -> None:
        """Delete the session for good, after its run has ended; it is gone at once.

        Raises:
            NotFoundError: there is no such session.
        """
        await self._quieten(session_id)
        await self._services.database.write(lambda tx: sessions.purge_one(tx, session_id))
        # A message sent while the tools were ended may have started one more run.
        await self._quieten(session_id)
        self._services.registry.forget(session_id)
        self._erasure.begin()

    async def _quieten(self, session_id: SessionId) -> None:
        # One run may be followed by another that takes up what was waiting: that is stopped too.
        while runner := self._services.registry.stopping(session_id, StopReason.DELETED):
            self._launcher.supervisor.abandon(runner.run_id)
            while self._services.registry.live(session_id) is runner:
                await self._services.clock.sleep(0.02)
        await self._services.toolbox.end_session(session_id)

    async def empty_bin(self) -> int:
        """Delete for good what has been in the bin for 30 days; returns how many sessions."""
        before = self._services.clock.now() - timedelta(days=BIN_DAYS)
        count = 0
        while purged := await self._services.database.write(
            lambda tx: sessions.purge(tx, deleted_before=before, most=AT_ONCE)
        ):
            count += len(purged)
        self._erasure.begin()
        return count

    async def draft(self, session_id: SessionId) -> str:
        """What stands unsent in the composer."""
        return await self._services.database.read(lambda tx: drafts.get(tx, session_id))

    async def save_draft(self, session_id: SessionId, text: str) -> None:
        """Keep what stands unsent in the composer."""
        cleaned = clean_text(text)
        await self._services.database.write(lambda tx: drafts.save(tx, session_id, cleaned))

    async def files_touched(self, session_id: SessionId) -> tuple[FileTouch, ...]:
        """The files the session's tools named in their results."""
        return await self._services.database.read(lambda tx: calls.files_touched(tx, session_id))

    async def tasks(self, session_id: SessionId) -> tuple[TaskItem, ...]:
        """The agent's task list."""
        items, _ = await self._services.database.read(lambda tx: tasklists.get(tx, session_id))
        return items

    async def usage(self, session_id: SessionId) -> Usage:
        """What the session has cost so far."""
        return await self._services.database.read(lambda tx: usages.of_session(tx, session_id))

    async def usage_today(self) -> Usage:
        """What all sessions have cost since local midnight."""
        today = self._services.clock.now().astimezone().date()
        # From the date alone: the distance to UTC of now need not be that of midnight.
        midnight = datetime.combine(today, time.min).astimezone()
        return await self._services.database.read(lambda tx: usages.since(tx, midnight))

    async def prompt(self, session_id: SessionId) -> str:
        """The system prompt as the next run will send it."""
        session = await self.get(session_id)
        instructions = await asyncio.to_thread(read_instructions, session.workspace)
        now = self._services.clock.now()
        return system_prompt(session.system_prompt, session.workspace, instructions, now)


def _title(text: str) -> str:
    title = " ".join(clean_text(text).split())[:LONGEST_TITLE]
    if not title:
        raise InvalidInputError("The title is empty; write at least one letter.")
    return title
