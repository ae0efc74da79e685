"""bambooctl beside a program that has the data folder."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.cli.ctl import Ctl, finish
from tests.engine.scripted import MODEL, Reply, say, use
from tests.remote.served import Served, ask

RUN = ("run", "go", "--provider", MODEL.provider, "--model", MODEL.model)


async def test_a_run_is_carried_by_the_other_program(ctl: Ctl, owner: Served) -> None:
    owner.desk.plays(say("Hello."))
    done = await ctl.aside(*RUN)
    assert (done.code, done.out, done.err) == (0, "Hello.\n", "")
    (row,) = await owner.desk.engine.sessions.summaries()
    assert (await owner.desk.shown(row.session.id))[0] == "user go"


async def test_reads_give_the_same_beside_and_alone(ctl: Ctl, owner: Served) -> None:
    owner.desk.plays(use(ask()))
    assert (await ctl.aside(*RUN)).code == 3
    (row,) = (await ctl.aside("sessions", "--json")).lines
    reads = [
        ("sessions", "--json"),
        ("show", row["id"], "--json"),
        ("answer", "--json"),
        ("export", row["id"]),
        ("events", "--json"),
        ("events",),
    ]
    beside = [await ctl.aside(*read) for read in reads]
    await owner.close()
    alone = [await ctl.aside(*read) for read in reads]
    await owner.open()
    assert alone == beside
    assert all(done.code == 0 for done in alone)


async def test_an_answer_beside_does_not_wait_and_the_second_is_told(
    ctl: Ctl, owner: Served
) -> None:
    gate = asyncio.Event()
    owner.desk.plays(use(ask()), Reply(text="Thanks.", gate=gate.wait))
    assert (await ctl.aside(*RUN)).code == 3
    (question,) = (await ctl.aside("answer", "--json")).lines
    given = ("answer", question["id"][:8], "--item")
    first = await ctl.aside(*given, "way=left")
    assert (first.code, first.out) == (0, "Answered; the session goes on.\n")
    second = await ctl.aside(*given, "way=right", "--json")
    assert (second.code, second.out) == (1, "")
    assert "already answered by bambooctl" in second.sentence
    gate.set()


async def test_a_run_is_stopped_from_another_command_line(ctl: Ctl, owner: Served) -> None:
    never = asyncio.Event()
    owner.desk.plays(Reply(text="One", gate=never.wait))
    process = ctl.start(*RUN, "--json")
    while not (live := owner.desk.engine.runs.active()):
        await asyncio.sleep(0.01)
    assert (await ctl.aside("stop", live[0].session_id[:8])).code == 0
    done = await asyncio.to_thread(finish, process)
    assert done.code == 4
    assert done.types[-1] == "cancelled"


@pytest.mark.parametrize("more", [(), ("--json",)])
async def test_an_owner_that_dies_in_the_middle_is_one_sentence(
    ctl: Ctl, owner: Served, more: tuple[str, ...]
) -> None:
    never = asyncio.Event()
    owner.desk.plays(Reply(text="One", gate=never.wait))
    running = asyncio.ensure_future(ctl.aside(*RUN, *more))
    while not owner.desk.engine.runs.active():
        await asyncio.sleep(0.01)
    for item in owner.server._connections.values():
        item._writer.transport.abort()
    done = await running
    assert done.code == 1
    assert "ended in the middle" in done.sentence.split("bambooctl: ")[-1]
    for run in owner.desk.engine.runs.active():
        await owner.desk.engine.runs.stop(run.session_id)


async def test_the_doctor_sees_who_is_there(ctl: Ctl, owner: Served) -> None:
    found: dict[str, Any] = {
        line["what"]: line["sentence"] for line in (await ctl.aside("doctor", "--json")).lines
    }
    assert found["running program"].startswith("window, process ")
