"""DeadlineWatch: answers the questions whose time has passed."""

from __future__ import annotations

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.engine.runs.deadlines import default_answers
from bamboo_desktop.engine.runs.questions import Questions
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import questions

TICK_SECONDS = 15.0


class DeadlineWatch:
    """Looks every 15 s for questions whose time has passed."""

    def __init__(self, services: RunServices, desk: Questions) -> None:
        self._services = services
        self._desk = desk

    async def keep_watch(self) -> None:
        """Run until cancelled."""
        while True:
            await self.tick()
            await self._services.clock.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Answer what is due."""
        now = self._services.clock.now()
        due = await self._services.database.read(lambda tx: questions.due(tx, now))
        for record in due:
            items = default_answers(record.question)
            if items is None:
                continue
            try:
                await self._desk.answer(record.question.id, items, answered_by="deadline")
            except UserError:
                # Answered or withdrawn by somebody in this very moment: nothing is left to do.
                continue
