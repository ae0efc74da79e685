"""What people and models are told: once, truly, and with what can be done."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.events import ModelRetry
from bamboo_desktop.domain.model import ReasoningEffort
from bamboo_desktop.domain.question import PendingQuestion, QuestionRecord
from bamboo_desktop.domain.run import AgentStatus, RunSnapshot
from bamboo_desktop.domain.work import QueueMode
from bamboo_desktop.engine.runs.snapshot import changes
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.engine.scripted import MODEL, Desk, call, say, use
from tests.faults.moment import Moment, cut_off
from tests.waiting import until

HEADLINE = "touch done"


def doubled(question: PendingQuestion) -> list[str]:
    """Sentences that a person who reads the whole question reads more than once."""
    texts = [question.title]
    for item in question.items:
        texts += [item.prompt, *(f"{o.label}. {o.description}" for o in item.options)]
    sentences = [part.strip(" .") for text in texts for part in re.split(r"(?<=[.:?])\s", text)]
    return [text for text, count in Counter(sentences).items() if text and count > 1]


def whole(record: QuestionRecord) -> str:
    question = record.question
    return "\n".join([question.title, *(item.prompt for item in question.items)])


async def test_a_question_about_an_effect_says_each_thing_once(data_dir: Path) -> None:
    moment = Moment()
    async with Desk(data_dir, faults=moment) as desk:
        moment.disk_breaks_at("effect.after")
        session_id = await desk.begin(use(call("Bash", command=HEADLINE)), allow=("Bash",))
        await cut_off(desk, moment)
        record = await desk.question(session_id)
        end = (await desk.transcript(session_id))[-2].run_end
    assert doubled(record.question) == []
    assert whole(record).count(HEADLINE) == 1
    assert all(option.description for option in record.question.items[0].options)
    assert end is not None
    assert "answered" in end.error
    assert "Continue" not in end.error, "it is not offered while the question waits"


async def test_a_question_about_a_repeated_call_says_each_thing_once(desk: Desk) -> None:
    same = [use(call("Glob", pattern="*.bamboo")) for _ in range(6)]
    session_id = await desk.begin(*same, say("so be it"))
    record = await desk.question(session_id)
    assert doubled(record.question) == []
    assert whole(record).count("*.bamboo") == 1
    assert "6 times" in whole(record)
    await desk.answer(record, "skip")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "The person chose not to run this call" in desk.told_model()[-1][1]


async def test_a_window_that_the_model_calls_full_is_not_said_to_be_nearly_empty(
    desk: Desk,
) -> None:
    await desk.engine.preferences.put("context_full", "ask")
    overflow = ModelCallError(CallFault.CONTEXT_OVERFLOW, "Too long.")
    session_id = await desk.begin(say("one"), text="first")
    await desk.ends(session_id)
    desk.plays(say("", fails=overflow), say("", fails=overflow))
    await desk.send(session_id, "second")
    record = await desk.question(session_id)
    assert doubled(record.question) == []
    assert "%" not in whole(record)
    assert "refused the conversation because it is too long" in whole(record)
    await desk.answer(record, "stop")
    await desk.ends(session_id, AgentStatus.CANCELLED)
    (end,) = [e.run_end for e in await desk.transcript(session_id) if e.run_end][-1:]
    assert end is not None
    assert "larger window" in end.error


async def test_who_wrote_while_nothing_was_asked_is_not_said_to_have_left_a_question(
    desk: Desk,
) -> None:
    calls = [call("Bash", command="sleep 60"), call("Bash", command="echo never")]
    session_id = await desk.begin(use(*calls), allow=("Bash",))
    await until(lambda: "tool_start" in desk.types(session_id))
    await desk.restart()
    desk.plays(say("ok"))
    await desk.send(session_id, "something else")
    await desk.ends(session_id, AgentStatus.COMPLETED)
    told = " ".join(text for _, text in desk.told_model())
    assert "did not answer" not in told
    assert "The run ended before this call did, and the person wrote a new message." in told
    assert "The call was not run." in told


async def test_who_wrote_instead_of_an_answer_is_said_to_have_done_so(desk: Desk) -> None:
    item = {"id": "name", "kind": "text", "prompt": "Which name?"}
    session_id = await desk.begin(use(call("Ask", items=[item])), say("ok"))
    await desk.question(session_id)
    await desk.send(session_id, "never mind", mode=QueueMode.STEER)
    await desk.ends(session_id, AgentStatus.COMPLETED)
    assert "did not answer but wrote" in " ".join(text for _, text in desk.told_model())


async def test_a_session_in_the_bin_is_not_said_to_be_gone(desk: Desk) -> None:
    session = await desk.session()
    await desk.engine.sessions.trash(session.id)
    with pytest.raises(NotFoundError, match="in the bin; restore it first"):
        await desk.send(session.id, "hi")
    await desk.engine.sessions.purge(session.id)
    with pytest.raises(NotFoundError, match="does not exist any more"):
        await desk.send(session.id, "hi")


async def test_a_cut_off_answer_that_is_asked_for_again_by_itself_offers_nothing_to_press(
    desk: Desk,
) -> None:
    desk.model.cuts = 1
    session_id = await desk.begin(say("never heard"), say("heard"))
    await desk.ends(session_id, AgentStatus.COMPLETED)
    (retry,) = [e.event for e in desk.events if isinstance(e.event, ModelRetry)]
    assert "Continue" not in retry.reason
    assert (await desk.shown(session_id))[1] == "assistant heard"


def test_what_was_changed_between_two_runs_is_told_in_words() -> None:
    none = RunSnapshot(
        model=None, reasoning_effort=None, workspace="", system_prompt="", max_rounds=1
    )
    chosen = replace(none, model=MODEL, reasoning_effort=ReasoningEffort.HIGH, workspace="/home")
    assert changes(none, chosen) == (
        f"model none -> {MODEL}, effort the model's own -> high, workspace none -> /home"
    )
