"""Erasure: takes what is deleted for good off the disk, in the background and in small pieces.

What is marked is gone for everybody at once; only its rows are still there. Quitting does not wait
for them: the marks are on disk, and the next start goes on where this one left off.
"""

from __future__ import annotations

import logging

from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import erasing

ROWS = 100
"""A piece; so many rows cost about as much as any other commit. Whoever writes waits for one."""

log = logging.getLogger(__name__)


class Erasure:
    """Erases, one piece after the other, what the store marks as gone."""

    def __init__(self, services: RunServices) -> None:
        self._services = services
        self._is_wanted = False
        self._is_running = False

    def begin(self) -> None:
        """Erase all that is marked; what is not finished today is finished at the next start."""
        self._is_wanted = True
        if not self._is_running and not self._services.tasks.is_closed:
            self._is_running = True
            self._services.tasks.spawn(self._run(), name="erasing what was deleted")

    async def _run(self) -> None:
        try:
            while self._is_wanted:
                self._is_wanted = False
                while await self._services.database.write(lambda tx: erasing.step(tx, rows=ROWS)):
                    continue
        except StorageError as error:
            log.warning("what was deleted is erased at the next start: %s", error)
        finally:
            self._is_running = False
