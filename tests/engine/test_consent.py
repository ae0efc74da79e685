"""Nothing with an effect happens that the person has not agreed to."""

from __future__ import annotations

from pathlib import Path

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.run import AgentStatus
from tests.engine.scripted import Desk, call, say, use


def write(text: str, name: str = "note.txt") -> object:
    return call("Write", file_path=name, content=text)


async def gated(desk: Desk, *replies: object) -> SessionId:
    session_id = await desk.begin(use(write("hello")), *replies)  # type: ignore[arg-type]
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    assert not (desk.workspace / "note.txt").exists()
    return session_id


async def test_a_write_asks_first_and_happens_once_allowed(desk: Desk) -> None:
    session_id = await gated(desk, say("written"))
    record = await desk.question(session_id)
    assert record.question.consent is not None
    assert "+hello" in record.question.consent.exact
    await desk.answer(record, "allow_once")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (desk.workspace / "note.txt").read_text() == "hello"
    assert desk.types(session_id).count("tool_start") == 1
    assert "note.txt" in desk.told_model()[-1][1]


async def test_a_refused_call_does_nothing_and_the_model_reads_why(desk: Desk) -> None:
    session_id = await gated(desk, say("I see"))
    await desk.answer(await desk.question(session_id), "deny", note="not there")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert not (desk.workspace / "note.txt").exists()
    assert "not there" in desk.told_model()[-1][1]
    assert "tool Write denied" in await desk.shown(session_id)


async def test_consent_for_once_does_not_cover_the_next_call(desk: Desk) -> None:
    session_id = await gated(desk, use(write("other")), say("done"))  # type: ignore[arg-type]
    await desk.answer(await desk.question(session_id), "allow_once")
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    assert (desk.workspace / "note.txt").read_text() == "hello"


async def test_consent_for_the_session_covers_it_and_no_other_session(desk: Desk) -> None:
    session_id = await gated(desk, use(write("other")), say("done"))  # type: ignore[arg-type]
    await desk.answer(await desk.question(session_id), "allow_session")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (desk.workspace / "note.txt").read_text() == "other"
    second = await desk.begin(use(write("third")))  # type: ignore[arg-type]
    await desk.ends(second, AgentStatus.WAITING_APPROVAL)


async def test_a_rule_covers_every_session_until_it_is_taken_back(desk: Desk) -> None:
    session_id = await gated(desk, say("done"))
    await desk.answer(await desk.question(session_id), "allow_always")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    second = await desk.begin(use(write("second")), say("done"))  # type: ignore[arg-type]
    await desk.ends(second, AgentStatus.COMPLETED)
    (grant,) = await desk.engine.grants.active()
    await desk.engine.grants.revoke(grant.id)
    third = await desk.begin(use(write("third")))  # type: ignore[arg-type]
    await desk.ends(third, AgentStatus.WAITING_APPROVAL)


async def test_consent_is_bound_to_what_was_shown(desk: Desk) -> None:
    """The file changes between the question and the answer: the person is asked again."""
    session_id = await gated(desk, say("done"))
    (desk.workspace / "note.txt").write_text("somebody else's work")
    first = await desk.question(session_id)
    await desk.answer(first, "allow_once")
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    assert (desk.workspace / "note.txt").read_text() == "somebody else's work"
    again = await desk.question(session_id)
    assert again.question.id != first.question.id
    assert again.question.consent is not None
    assert "-somebody else's work" in again.question.consent.exact


async def test_consent_of_a_run_covers_its_calls(desk: Desk) -> None:
    session_id = await desk.begin(
        use(write("hello")),  # type: ignore[arg-type]
        say("done"),
        allow=(f"Write({desk.workspace}/**)",),
    )
    await desk.ends(session_id, AgentStatus.COMPLETED)
    desk.plays(use(write("again")))  # type: ignore[arg-type]
    await desk.send(session_id, "once more")
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)


async def test_reading_in_the_workspace_does_not_ask_and_outside_does(
    desk: Desk, tmp_path: Path
) -> None:
    (desk.workspace / "in").write_text("in")
    outside = tmp_path / "outside"
    outside.write_text("out")
    session_id = await desk.begin(
        use(call("Read", file_path="in")), use(call("Read", file_path=str(outside)))
    )
    await desk.ends(session_id, AgentStatus.WAITING_APPROVAL)
    assert "tool Read ok" in await desk.shown(session_id)


async def test_the_programs_own_data_cannot_be_read_or_written_by_a_tool(desk: Desk) -> None:
    own = desk.data_dir / "bamboo.db"
    session_id = await desk.begin(
        use(call("Read", file_path=str(own))),
        use(call("Write", file_path=str(desk.data_dir / "playbooks/x.yaml"), content="x")),
        say("no way"),
    )
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert [line for line in await desk.shown(session_id) if line.startswith("tool")] == [
        "tool Read error",
        "tool Write error",
    ]
