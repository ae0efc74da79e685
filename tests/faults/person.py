"""A person who keeps nothing in mind: what is to be done next is read off the store."""

from __future__ import annotations

import asyncio
import time

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import OptionId, SessionId
from bamboo_desktop.domain.message import Role
from bamboo_desktop.domain.question import (
    ALLOW_ONCE,
    EFFECT_RUN_AGAIN,
    EFFECT_WORKED,
    ItemAnswer,
    PendingQuestion,
    QuestionKind,
)
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.engine import Engine
from bamboo_desktop.store import messages, queue, runs, work
from bamboo_desktop.store.transaction import Tx
from tests.faults.story import MODEL, TELLER, Place
from tests.waiting import until

MESSAGES = ("do the work", "and this too", "one thing more")
CHOICE = OptionId("second")
MOST_STEPS = 60


class Person:
    """Does whatever there is to be done until the story is over."""

    def __init__(self, engine: Engine, place: Place) -> None:
        self._engine = engine
        self._place = place

    async def play(self) -> None:
        """Go on until nothing is left to do."""
        session_id = await self._session()
        for step in range(MOST_STEPS):
            if not await self._act(session_id):
                return
            await until(lambda: self._engine.runs.live(session_id) is None, what="the run ended")
            if step % 4 == 0:
                await self._engine.backup_now()
        raise AssertionError("the story does not come to an end")

    async def _session(self) -> SessionId:
        """Everything a new user has to set up, each thing once."""
        engine = self._engine
        if not await engine.models.providers() or await engine.models.default_model() is None:
            await engine.models.save_provider(TELLER)
            await engine.models.set_default_model(MODEL)
        if not await engine.grants.active():
            await engine.grants.add_rule("Bash(./effect free *)")
        found = await engine.sessions.summaries()
        if found:
            return found[0].session.id
        session = await engine.sessions.create(workspace=str(self._place.workspace), model=MODEL)
        return session.id

    async def _act(self, session_id: SessionId) -> bool:
        """The next thing a person would do; False when all is done."""
        await until(lambda: self._engine.runs.live(session_id) is None, what="the run ended")
        waiting = await self._engine.questions.open(session_id)
        if waiting:
            await self._answer(waiting[0].question)
            return True
        row = await self._engine.sessions.summary(session_id)
        assert row is not None
        if row.status is not None and row.status.can_continue:
            await self._engine.runs.continue_(session_id)
            return True
        left = await self._unsent(session_id)
        if left:
            # The second one is typed while the first one is being worked on, so it is queued.
            await asyncio.gather(*(self._send(session_id, text) for text in left[:2]))
            return True
        assert row.status is AgentStatus.COMPLETED, row
        if await self._is_at_rest(session_id):
            return False
        await self._followed(session_id)
        return True

    async def _is_at_rest(self, session_id: SessionId) -> bool:
        """The last run has completed and nothing is to follow it, all by one look."""

        def look(tx: Tx) -> bool:
            latest = runs.latest(tx, session_id)
            is_through = latest is not None and latest.status is AgentStatus.COMPLETED
            return is_through and not queue.listed(tx, session_id) and not work.open(tx, session_id)

        return await self._engine._services.database.read(look)

    async def _followed(self, session_id: SessionId) -> None:
        """What waits behind a completed run is taken up without anybody asking."""
        deadline = time.monotonic() + 20
        while self._engine.runs.live(session_id) is None:
            assert time.monotonic() < deadline, "what was to follow a run is left lying"
            if await self._is_at_rest(session_id):
                return

    async def _send(self, session_id: SessionId, text: str) -> None:
        await self._engine.runs.send(session_id, text)
        self._place.promise(f"sent {text}")

    async def _unsent(self, session_id: SessionId) -> list[str]:
        # The queue first: what is in it may be delivered meanwhile, and what is delivered stays.
        known = {item.text for item in await self._engine.runs.queued(session_id)}
        history = await self._engine._services.database.read(
            lambda tx: messages.history(tx, session_id)
        )
        known |= {message.text for message in history if message.role is Role.USER}
        return [text for text in MESSAGES if text not in known]

    async def _answer(self, question: PendingQuestion) -> None:
        (item,) = question.items
        call_id = str(question.tool_call_id)
        choice = {
            QuestionKind.ASK: CHOICE,
            QuestionKind.CONSENT: ALLOW_ONCE,
            QuestionKind.UNKNOWN_EFFECT: (
                EFFECT_WORKED if self._place.effects()[call_id] else EFFECT_RUN_AGAIN
            ),
        }[question.kind]
        answer = ItemAnswer(item_id=item.id, option_ids=(choice,))
        try:
            await self._engine.questions.answer(question.id, (answer,))
        except UserError as error:
            raise AssertionError(f"an open question refused its answer: {error}") from error
        self._place.promise(f"answered {question.id}")
