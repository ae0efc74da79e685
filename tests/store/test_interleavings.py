"""Many hands at once: whatever the order, each promise of the store holds."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import (
    AlreadyAnsweredError,
    ConflictError,
    FencedError,
    NotFoundError,
)
from bamboo_desktop.domain.ids import QuestionId, RunId, SessionId, WorkItemId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.store import events, messages, questions, runs, sessions, transcript, work
from bamboo_desktop.store.transaction import Tx
from tests.store.making import (
    World,
    a_message,
    a_question,
    a_run,
    a_session,
    an_answer,
    an_entry,
    opened,
    some_work,
)

IDS = [SessionId(f"s{n}") for n in range(3)]


class Hands:
    """Does one random thing after another, and keeps count of what was promised to it."""

    def __init__(self, world: World, dice: random.Random, name: str) -> None:
        self.world = world
        self.dice = dice
        self.name = name
        self.done: Counter[str] = Counter()
        self.taken: list[WorkItemId] = []
        self.number = 0

    async def act(self, times: int) -> None:
        for _ in range(times):
            act = self.dice.choice(
                [self.say, self.ask, self.answer, self.begin, self.end, self.want, self.stop,
                 self.fail, self.trash]
            )  # fmt: skip
            try:
                await act(self.dice.choice(IDS))
            except (AlreadyAnsweredError, ConflictError, FencedError, NotFoundError) as refusal:
                self.done[type(refusal).__name__] += 1

    def fresh(self) -> str:
        self.number += 1
        return f"{self.name}-{self.number}"

    async def say(self, session_id: SessionId) -> None:
        message = a_message(self.fresh(), message_id=self.fresh(), session_id=session_id)
        await self.world.db.write(lambda tx: messages.append(tx, message, [an_entry("said")]))
        self.done[f"said {session_id}"] += 1

    async def ask(self, session_id: SessionId) -> None:
        question = a_question(QuestionId(self.fresh()), session_id=session_id)
        await self.world.db.write(lambda tx: questions.ask(tx, question))
        self.done["asked"] += 1

    async def answer(self, session_id: SessionId) -> None:
        waiting = await self.world.db.read(lambda tx: questions.open(tx, session_id))
        if waiting:
            given = an_answer(by=self.name, question_id=waiting[0].question.id)
            await self.world.db.write(lambda tx: questions.answer(tx, given))
            self.done["answered"] += 1

    async def begin(self, session_id: SessionId) -> None:
        run_id = RunId(self.fresh())

        def start(tx: Tx) -> list[WorkItemId]:
            runs.insert(tx, a_run(run_id, session_id=session_id, boot_id=tx.boot_id))
            return [item.id for item in work.consume(tx, session_id, run_id)]

        self.taken += await self.world.db.write(start)
        self.done["began"] += 1

    async def end(self, session_id: SessionId) -> None:
        latest = await self.world.db.read(lambda tx: runs.latest(tx, session_id))
        if latest is not None:
            ended = await self.world.db.write(
                lambda tx: runs.settle(
                    tx, latest.id, status=AgentStatus.COMPLETED, rounds=1, usage=Usage()
                )
            )
            self.done["ended"] += ended

    async def want(self, session_id: SessionId) -> None:
        (item,) = some_work([self.fresh()], session_id=session_id)
        await self.world.db.write(lambda tx: work.add(tx, item))
        self.done["wanted"] += 1

    async def stop(self, session_id: SessionId) -> None:
        gone = await self.world.db.write(
            lambda tx: questions.withdraw(tx, session_id, reason="stopped")
        )
        self.done["withdrawn"] += len(gone)

    async def fail(self, session_id: SessionId) -> None:
        def broken(tx: Tx) -> None:
            message = a_message(message_id=self.fresh(), session_id=session_id)
            messages.append(tx, message, [an_entry("never said")])
            raise ConflictError("undone")

        await self.world.db.write(broken)

    async def trash(self, session_id: SessionId) -> None:
        await self.world.db.write(lambda tx: sessions.trash(tx, session_id))
        await self.world.db.write(lambda tx: sessions.restore(tx, session_id))


@pytest.mark.parametrize("seed", range(6))
async def test_every_promise_holds_whatever_the_order(data_dir: Path, seed: int) -> None:
    async with opened(data_dir) as world:
        for session_id in IDS:
            await world.db.write(lambda tx, s=session_id: sessions.insert(tx, a_session(s)))  # type: ignore[misc]
        hands = [Hands(world, random.Random(seed * 100 + n), f"h{n}") for n in range(8)]
        await asyncio.gather(*(each.act(40) for each in hands))
        total: Counter[str] = Counter()
        for each in hands:
            total.update(each.done)
        assert total["answered"] + total["withdrawn"] + total["began"] > 0
        await world.db.read(lambda tx: check(tx, total))
        taken = [item for each in hands for item in each.taken]
        assert len(taken) == len(set(taken)), "no work item is taken by two runs"
        left = [
            item.id
            for session_id in IDS
            for item in await world.db.read(lambda tx, s=session_id: work.open(tx, s))  # type: ignore[misc]
        ]
        assert len(taken) + len(left) == total["wanted"]
        stored = await world.db.read(lambda tx: events.since(tx, 0, 1_000_000))
        assert [event.account_sequence for event in stored] == [
            envelope.account_sequence for envelope in world.published
        ], "what was published is what is stored, in the same order"


def check(tx: Tx, total: Counter[str]) -> None:
    for session_id in IDS:
        sequences = [event.sequence for event in events.since(tx, 0, 1_000_000, session_id)]
        assert sequences == list(range(1, len(sequences) + 1))
        assert messages.count(tx, session_id) == total[f"said {session_id}"]
        length = transcript.length(tx, session_id)
        page = transcript.page(tx, session_id, first=0, count=10_000)
        assert [entry.position for entry in page] == list(range(length))
        assert all(entry.text != "never said" for entry in page)
        live = [run for run in runs.of_session(tx, session_id) if run.status.is_live]
        assert len(live) <= 1
        summary = sessions.summary(tx, session_id)
        assert summary is not None
        assert summary.open_questions == len(questions.open(tx, session_id))
    everyone = [run for s in IDS for run in runs.of_session(tx, s)]
    assert len(everyone) == total["began"]
    assert sum(not run.status.is_live for run in everyone) == total["ended"]
    answers = tx.connection.exec_driver_sql("SELECT count(*) FROM answer").scalar()
    assert answers == total["answered"]
    assert len(questions.open(tx)) == total["asked"] - total["answered"] - total["withdrawn"]


@pytest.mark.parametrize("seed", range(3))
async def test_callers_that_give_up_leave_whole_transactions(data_dir: Path, seed: int) -> None:
    dice = random.Random(seed)

    def both(tx: Tx, number: int) -> None:
        transcript.append(tx, IDS[0], an_entry(f"a{number}"))
        transcript.append(tx, IDS[0], an_entry(f"b{number}"))

    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session(IDS[0])))
        callers = [
            asyncio.ensure_future(world.db.write(lambda tx, n=number: both(tx, n)))  # type: ignore[misc]
            for number in range(60)
        ]
        await asyncio.sleep(0)
        for caller in callers:
            if dice.random() < 0.5:
                caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        page = await world.db.read(lambda tx: transcript.page(tx, IDS[0], first=0, count=999))
        texts = [entry.text for entry in page]
        assert texts == [f"{letter}{n}" for n in range(60) for letter in "ab"]
