"""The resume use case decides the order; what does the work is handed in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import BootId, RunId, SessionId
from bamboo_desktop.domain.resume import AlreadyRunning, Completed, NotFound, Started
from bamboo_desktop.domain.run import AgentStatus, Run, RunCause, RunSnapshot
from bamboo_desktop.engine.runs.registry import RunnerRegistry, RunnerReservation
from bamboo_desktop.engine.runs.resume import Preparation, resume_session
from bamboo_desktop.identifiers import CountedIds

ONE = SessionId("one")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class FakePort:
    """Remembers what was done, in order; `begun` is what each look finds, the last one for good."""

    begun: list[object] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        ids = CountedIds("run")
        self.registry = RunnerRegistry(fresh_run_id=lambda: RunId(ids.fresh()), now=lambda: NOW)

    def try_reserve(self, session_id: SessionId) -> RunnerReservation | None:
        self.did.append("reserve")
        return self.registry.try_reserve(session_id)

    async def decided(self, session_id: SessionId) -> RunId | None:
        self.did.append("wait")
        return await self.registry.decided(session_id)

    async def begin(
        self, reservation: RunnerReservation, preparation: Preparation | None
    ) -> Run | Completed | NotFound:
        self.did.append("begin")
        await asyncio.sleep(0)
        found = self.begun.pop(0) if len(self.begun) > 1 else self.begun[0]
        if isinstance(found, Exception):
            raise found
        if found == "run":
            return _run(reservation)
        assert isinstance(found, Completed | NotFound)
        return found

    def release(self, reservation: RunnerReservation) -> None:
        self.did.append("release")
        self.registry.release(reservation)

    def spawn(self, run: Run, reservation: RunnerReservation) -> None:
        self.did.append("spawn")
        self.registry.begin(reservation)


def _run(reservation: RunnerReservation) -> Run:
    return Run(
        id=reservation.run_id,
        session_id=reservation.session_id,
        cause=RunCause.TYPED,
        status=AgentStatus.RUNNING,
        started_at=NOW,
        boot_id=BootId("boot"),
        snapshot=RunSnapshot(
            model=None, reasoning_effort=None, workspace="", system_prompt="", max_rounds=1
        ),
    )


async def test_the_session_is_taken_before_it_is_looked_at() -> None:
    port = FakePort(begun=["run"])
    assert await resume_session(port, ONE) == Started(RunId("run-1"))
    assert port.did == ["reserve", "begin", "spawn"]


async def test_a_live_run_is_named_to_whoever_comes_second() -> None:
    port = FakePort(begun=["run"])
    await resume_session(port, ONE)
    assert await resume_session(port, ONE) == AlreadyRunning(RunId("run-1"))


@pytest.mark.parametrize("nothing", [Completed(), NotFound()])
async def test_a_reservation_that_leads_to_nothing_is_let_go_without_a_trace(
    nothing: Completed | NotFound,
) -> None:
    port = FakePort(begun=[nothing])
    assert await resume_session(port, ONE) == nothing
    assert port.did == ["reserve", "begin", "release"]
    assert port.registry.live(ONE) is None


async def test_whoever_asks_while_nothing_is_found_looks_too() -> None:
    port = FakePort(begun=[Completed(), "run"])
    found = list(await asyncio.gather(resume_session(port, ONE), resume_session(port, ONE)))
    assert found == [Completed(), Started(RunId("run-2"))]
    assert port.did == [
        "reserve", "begin", "reserve", "wait", "release", "reserve", "begin", "spawn"
    ]  # fmt: skip


async def test_whoever_asks_while_a_run_begins_is_told_of_it() -> None:
    port = FakePort(begun=["run"])
    found = list(await asyncio.gather(resume_session(port, ONE), resume_session(port, ONE)))
    assert found == [Started(RunId("run-1")), AlreadyRunning(RunId("run-1"))]


async def test_a_refusal_lets_the_session_go() -> None:
    port = FakePort(begun=[UserError("No.")])
    with pytest.raises(UserError):
        await resume_session(port, ONE)
    assert port.registry.live(ONE) is None
