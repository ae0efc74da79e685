"""A session that runs for hours does not die of its own length."""

from __future__ import annotations

from pathlib import Path

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import ProviderConfig
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.engine.scripted import SCRIPTED, Desk, Reply, say

WINDOW = 10_000


async def small_window(desk: Desk) -> None:
    config = ProviderConfig(
        id=SCRIPTED.id,
        kind=SCRIPTED.kind,
        label=SCRIPTED.label,
        base_url=SCRIPTED.base_url,
        context_window=WINDOW,
    )
    await desk.engine.models.save_provider(config)


def full(text: str, tokens: int) -> Reply:
    return say(text, usage=Usage(input_tokens=tokens, output_tokens=0))


async def crowded(desk: Desk, tokens: int, *after: Reply) -> SessionId:
    """A conversation of three turns whose last one was told to be that large."""
    await small_window(desk)
    session_id = await desk.begin(say("one"), text="first")
    await desk.ends(session_id)
    desk.plays(full("two", tokens), *after)
    await desk.send(session_id, "second")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    return session_id


async def test_near_the_limit_the_person_is_warned_once(desk: Desk) -> None:
    await small_window(desk)
    session_id = await desk.begin(say("x" * 33_000, usage=Usage()))
    await desk.ends(session_id)
    desk.plays(say("ok"))
    await desk.send(session_id, "go on")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert desk.types(session_id).count("context_pressure_notification") == 1
    shown = await desk.shown(session_id)
    assert sum(line.startswith("note The conversation fills") for line in shown) == 1


async def test_at_the_limit_the_older_part_is_summarised_and_stays_on_screen(desk: Desk) -> None:
    await small_window(desk)
    long = "long ago " * 2_000
    session_id = await desk.begin(say(long, usage=Usage()), say("more", usage=Usage()))
    await desk.ends(session_id)
    before = await desk.shown(session_id)
    desk.model.replies.clear()
    desk.plays(say(long, usage=Usage()))
    await desk.send(session_id, "and again")
    await desk.ends(session_id)
    # Two requests: the older part is larger than what one request can hold.
    desk.plays(say("PART"), say("THE SUMMARY"), say("the answer"))
    await desk.send(session_id, "and now")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "context_summarized" in desk.types(session_id)
    told = desk.told_model()
    assert "THE SUMMARY" in told[0][1]
    assert not any(long in text for _, text in told[:-1])
    assert (await desk.shown(session_id))[: len(before)] == before


async def test_an_overflow_the_server_reports_is_answered_with_a_summary_and_one_more_try(
    desk: Desk,
) -> None:
    overflow = ModelCallError(CallFault.CONTEXT_OVERFLOW, "Too long.")
    session_id = await desk.begin(say("one"), text="first")
    await desk.ends(session_id)
    desk.plays(say("", fails=overflow), say("SUMMARY"), say("answer"))
    await desk.send(session_id, "second")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert (await desk.shown(session_id))[-2] == "assistant answer"


async def test_the_person_may_be_asked_instead(desk: Desk) -> None:
    await desk.engine.preferences.put("context_full", "ask")
    overflow = ModelCallError(CallFault.CONTEXT_OVERFLOW, "Too long.")
    session_id = await desk.begin(say("one"), text="first")
    await desk.ends(session_id)
    desk.plays(say("", fails=overflow), say("", fails=overflow), say("SUMMARY"), say("answer"))
    await desk.send(session_id, "second")
    record = await desk.question(session_id)
    assert record.question.kind.value == "context_full"
    await desk.answer(record, "summarize")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "context_summarized" in desk.types(session_id)


async def test_a_summary_holds_through_a_restart(desk: Desk, data_dir: Path) -> None:
    overflow = ModelCallError(CallFault.CONTEXT_OVERFLOW, "Too long.")
    session_id = await desk.begin(say("one"), text="first")
    await desk.ends(session_id)
    desk.plays(say("", fails=overflow), say("SUMMARY"), say("answer"))
    await desk.send(session_id, "second")
    await desk.ends(session_id)
    await desk.restart()
    desk.plays(say("later"))
    await desk.send(session_id, "third")
    await desk.ends(session_id)
    assert "SUMMARY" in desk.told_model()[0][1]
