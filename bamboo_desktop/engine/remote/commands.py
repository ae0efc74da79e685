"""Commands: what can be asked of an engine from outside and has one answer.

The socket's server and a lone command line run the same functions, so that both faces behave alike.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping

from bamboo_desktop import __version__
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import ItemId, OptionId, SessionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER
from bamboo_desktop.domain.question import ItemAnswer
from bamboo_desktop.domain.resume import AlreadyRunning, ResumeOutcome, Started
from bamboo_desktop.engine.remote import notices
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.counts import counts
from bamboo_desktop.engine.remote.finding import full_question_id, full_session_id
from bamboo_desktop.engine.remote.frames import PROTOCOL
from bamboo_desktop.engine.remote.lending import lend_again
from bamboo_desktop.engine.remote.schedule_commands import SCHEDULE_COMMANDS
from bamboo_desktop.engine.remote.schedule_health import schedule_health
from bamboo_desktop.engine.remote.shapes import Json

Command = Callable[[CommandContext, Arguments], Awaitable[Json]]


async def ping(context: CommandContext, _: Arguments) -> Json:
    """Who owns the folder."""
    shape: Json = {"pid": os.getpid(), "version": __version__, "face": context.face}
    return {**shape, "protocol": PROTOCOL}


async def raise_window(context: CommandContext, _: Arguments) -> Json:
    """Bring the window forward."""
    context.on_raise()
    return {"face": context.face}


async def quit_owner(context: CommandContext, _: Arguments) -> Json:
    """End the owner in order; its runs become interrupted."""
    context.on_quit()
    return {"face": context.face}


async def answer(context: CommandContext, arguments: Arguments) -> Json:
    """Answer a question; the run that goes on is named."""
    session_id, outcome = await give_answer(context, arguments)
    return {
        "question_id": arguments.text("question"),
        "session_id": session_id,
        "run_id": run_id_of(outcome),
    }


async def give_answer(
    context: CommandContext, arguments: Arguments
) -> tuple[SessionId, ResumeOutcome]:
    """Store the answer and let the session go on."""
    engine = context.engine
    question_id = await full_question_id(engine, arguments.text("question"))
    session_id = (await engine.questions.get(question_id)).question.session_id
    await lend_again(context, session_id, arguments.text("key"))
    try:
        outcome = await engine.questions.answer(
            question_id,
            _items(arguments.lists("items"), arguments.words("texts")),
            note=arguments.text("note"),
            answered_by="bambooctl",
        )
    except UserError:
        engine.models.take_key_back(session_id)
        raise
    return session_id, outcome


def _items(
    options: Mapping[str, tuple[str, ...]], texts: Mapping[str, str]
) -> tuple[ItemAnswer, ...]:
    return tuple(
        ItemAnswer(
            item_id=ItemId(name),
            option_ids=tuple(OptionId(chosen) for chosen in options.get(name, ())),
            text=texts.get(name, ""),
        )
        for name in dict.fromkeys([*options, *texts])
    )


async def stop(context: CommandContext, arguments: Arguments) -> Json:
    """Stop a session's run, or its wait."""
    session_id = await full_session_id(context.engine, arguments.text("session"))
    runs = context.engine.runs
    is_forced = arguments.flag("force")
    stopped = await (runs.force_stop(session_id) if is_forced else runs.stop(session_id))
    return {"session_id": session_id, "stopped": stopped}


async def health(context: CommandContext, _: Arguments) -> Json:
    """What a doctor wants to know of an engine."""
    engine = context.engine
    local = await engine.models.discover_local()
    # Whether the system keeps keys is known once it was asked for one.
    await engine.models.has_key(PLAYBOOK_PROVIDER)
    return {
        **await counts(engine),
        "running": len(engine.runs.active()),
        "key_store_notice": engine.models.key_store_notice(),
        "storage_notices": [notices.sentence(notice) for notice in engine.notices],
        "local": [config.label for config in local],
        "schedules": await schedule_health(engine),
    }


def run_id_of(outcome: ResumeOutcome) -> str | None:
    """The run that an outcome names."""
    return outcome.run_id if isinstance(outcome, Started | AlreadyRunning) else None


COMMANDS: Mapping[str, Command] = {
    "ping": ping,
    "raise": raise_window,
    "quit": quit_owner,
    "answer": answer,
    "stop": stop,
    "health": health,
    **SCHEDULE_COMMANDS,
}
