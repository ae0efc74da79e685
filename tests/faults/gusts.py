"""A storm: many hands on a few sessions at once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from bamboo_desktop.domain.errors import AlreadyAnsweredError, UserError
from bamboo_desktop.domain.events import Envelope
from bamboo_desktop.domain.ids import QuestionId, RunId, SessionId
from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.domain.question import ItemAnswer
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.engine import Engine, EngineOptions, RunLimits
from bamboo_desktop.providers.keys import MemoryKeys
from bamboo_desktop.store.faults import FaultPoints
from tests.engine.scripted import ShiftedClock
from tests.faults.gusty_model import GustyModel
from tests.faults.story import MODEL, TELLER
from tests.waiting import until

REFLEX = 0.12
Step = Callable[[SessionId], Awaitable[object]]


class Storm:
    """The sessions of one storm, the hands in it, and what was promised to them."""

    def __init__(self, path: Path, seed: int) -> None:
        self._path = path
        self.dice = random.Random(seed)
        self.model = GustyModel(self.dice)
        self.bugs: list[str] = []
        self.published: list[Envelope] = []
        self.sessions: list[SessionId] = []
        self.accepted: dict[SessionId, list[str]] = {}
        self.answered: Counter[QuestionId] = Counter()
        self.stopped: dict[RunId, SessionId] = {}
        self.ever_stopped: set[RunId] = set()
        self.clock = ShiftedClock()
        self.faults = FaultPoints()
        self._hands: set[asyncio.Task[None]] = set()
        self._number = 0
        self.began_at = 0
        self.engine: Engine
        self._steps: list[Step] = [
            self.send, self.send, self.steer, self.resume, self.go_on, self.answer, self.answer,
            self.answer_twice, self.stop, self.force_stop, self.trash, self.restore, self.restore,
        ]  # fmt: skip

    async def open(self) -> None:
        workspace = self._path / "workspace"
        (workspace / "free").mkdir(parents=True, exist_ok=True)
        (workspace / "notes.txt").write_text("a line\n" * 9)
        self.engine = await Engine.open(
            EngineOptions(
                data_dir=self._path / "data",
                on_bug=lambda error, where: self.bugs.append(f"{where}: {error!r}"),
                keys=MemoryKeys(),
                clock=self.clock,
                faults=self.faults,
                environ={"PATH": "/usr/bin:/bin", "HOME": str(self._path)},
                limits=RunLimits(model_delay=0.001),
                builders={ProviderKind.OPENAI_COMPATIBLE: lambda _: self.model},
            )
        )
        self.engine.feed.subscribe(self._heard)
        self.model.holder = self._holder
        if not await self.engine.grants.active():
            await self.engine.models.save_provider(TELLER)
            await self.engine.grants.add_rule(f"Write({workspace}/free/**)")

    def _holder(self, session_id: SessionId) -> RunId | None:
        live = self.engine.runs.live(session_id)
        return live.run_id if live is not None else None

    async def calls_for(self, seed: int) -> None:
        """The next storm, in the same engine and with sessions of its own."""
        self.dice.seed(seed)
        self.model.is_calm = False
        self.sessions, self.accepted = [], {}
        self.answered.clear()
        self.bugs.clear()
        self.published.clear()
        self.began_at = await self.engine.feed.last()
        self.model.complaints.clear()

    async def begin(self) -> None:
        for _ in range(self.dice.randint(1, 3)):
            workspace = str(self._path / "workspace")
            session = await self.engine.sessions.create(workspace=workspace, model=MODEL)
            self.sessions.append(session.id)
            self.accepted[session.id] = []

    def _heard(self, envelope: Envelope) -> None:
        """Now and then somebody reacts the very moment that something is told."""
        self.published.append(envelope)
        is_near = envelope.session_id in self.sessions and not self.model.is_calm
        if is_near and self.dice.random() < REFLEX:
            self._start(self.dice.choice(self._steps), envelope.session_id)

    async def rage(self, gusts: int) -> None:
        """One random thing after another, most of them before the last one has come to its end."""
        for _ in range(gusts):
            self._start(self.dice.choice(self._steps), self.dice.choice(self.sessions))
            for _ in range(self.dice.choice([0, 0, 1, 3, 10, 40])):
                await asyncio.sleep(0)
            if self.dice.random() < 0.5:
                self.model.open_one()
            if self.dice.random() < 0.2:
                await self.landed()

    def _start(self, step: Step, session_id: SessionId) -> None:
        task = asyncio.create_task(self._refusable(step, session_id))
        self._hands.add(task)
        task.add_done_callback(self._hands.discard)

    async def _refusable(self, step: Step, session_id: SessionId) -> None:
        try:
            await step(session_id)
        except UserError:
            return
        except Exception as error:  # noqa: BLE001 - nothing else may come out of the door
            self.bugs.append(f"{step.__name__}: {error!r}")

    async def landed(self) -> None:
        """Every hand has come to its end."""
        while self._hands:
            await asyncio.wait(self._hands)

    # --- what hands do ----------------------------------------------------------------------

    async def send(self, session_id: SessionId, mode: QueueMode = QueueMode.QUEUE) -> None:
        self._number += 1
        text = f"message {self._number}"
        await self.engine.runs.send(session_id, text, mode=mode)
        self.accepted[session_id].append(text)

    async def steer(self, session_id: SessionId) -> None:
        await self.send(session_id, QueueMode.STEER)

    async def resume(self, session_id: SessionId) -> None:
        await self.engine.runs.resume(session_id)

    async def go_on(self, session_id: SessionId) -> None:
        await self.engine.runs.continue_(session_id)

    async def answer(self, session_id: SessionId) -> None:
        for record in (await self.engine.questions.open(session_id))[:1]:
            question = record.question
            (item,) = question.items
            options = (self.dice.choice(item.options).id,) if item.options else ()
            given = ItemAnswer(
                item_id=item.id, option_ids=options, text="" if options else "this way"
            )
            try:
                await self.engine.questions.answer(question.id, (given,))
            except AlreadyAnsweredError:
                continue
            self.answered[question.id] += 1

    async def answer_twice(self, session_id: SessionId) -> None:
        await asyncio.gather(self.answer(session_id), self.answer(session_id))

    async def stop(self, session_id: SessionId) -> None:
        run_id = self._holder(session_id)
        if await self.engine.runs.stop(session_id) and run_id is not None:
            self.stopped[run_id] = session_id
            self.ever_stopped.add(run_id)

    async def force_stop(self, session_id: SessionId) -> None:
        run_id = self._holder(session_id)
        if await self.engine.runs.force_stop(session_id) and run_id is not None:
            self.stopped[run_id] = session_id
            self.ever_stopped.add(run_id)

    async def trash(self, session_id: SessionId) -> None:
        await self.engine.sessions.trash(session_id)

    async def restore(self, session_id: SessionId) -> None:
        await self.engine.sessions.restore(session_id)

    async def restart(self) -> None:
        """Quit and start again, in the middle of everything."""
        self.stopped.clear()
        await self.engine.close()
        await self.landed()
        await self.open()

    async def settle(self) -> None:
        """Let the storm come to its end: all answers come, nobody does anything any more."""
        self.model.calm()
        await self.landed()
        await until(self._is_still, what="the engine is at rest")

    async def clear_up(self) -> None:
        """Do everything that is offered in each session, until nothing is left."""
        for session_id in self.sessions:
            await self.restore(session_id)
            for _ in range(20):
                await self.settle()
                row = await self.engine.sessions.summary(session_id)
                assert row is not None
                if row.open_questions:
                    await self.answer(session_id)
                elif row.status is not None and row.status.can_continue:
                    await self.go_on(session_id)
                else:
                    break

    def _is_still(self) -> bool:
        # The watch over deadlines is the one task that stays.
        return not self.engine.runs.active() and len(self.engine._services.tasks) == 1
