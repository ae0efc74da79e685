"""BackgroundEnds: tells a session that a command it left running has ended."""

from __future__ import annotations

from bamboo_desktop.domain.events import BashCompleted
from bamboo_desktop.store import sessions
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.shells import BackgroundEnd


class BackgroundEnds:
    """Writes the end of background commands into their sessions' events."""

    def __init__(self, database: Database, tasks: TaskSet) -> None:
        self._database = database
        self._tasks = tasks

    def told(self, end: BackgroundEnd) -> None:
        """A command has ended; at the program's own end nobody needs to be told."""
        if not self._tasks.is_closed:
            self._tasks.spawn(self._store(end), name=f"end of {end.bash_id}")

    async def _store(self, end: BackgroundEnd) -> None:
        event = BashCompleted(
            bash_id=end.bash_id,
            command=end.command,
            exit_code=end.exit_code,
            status=end.status,
        )

        def work(tx: Tx) -> None:
            if sessions.get(tx, end.session_id) is not None:
                tx.emit(end.session_id, None, event)

        await self._database.write(work)
