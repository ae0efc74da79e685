"""Commands: what can be asked of an engine from outside, as JSON in and JSON out.

The socket's server and a lone command line run the same functions, so that both faces behave
alike.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bamboo_desktop import __version__
from bamboo_desktop.domain.codec import to_jsonable
from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError
from bamboo_desktop.domain.ids import ItemId, OptionId, QuestionId, SessionId
from bamboo_desktop.domain.question import ItemAnswer
from bamboo_desktop.domain.resume import AlreadyRunning, ResumeOutcome, Started
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.engine.door import Engine
from bamboo_desktop.engine.remote import shapes
from bamboo_desktop.engine.remote.starting import RunWish, start_run

Arguments = Mapping[str, Any]
ENTRIES_A_PAGE = 500


@dataclass(frozen=True, kw_only=True)
class CommandContext:
    """What commands work on: the engine, and the owner's own hooks.

    `face` is "window" or "bambooctl". `on_raise` brings the window forward, `on_quit` asks the
    owner to end in order.
    """

    engine: Engine
    face: str
    on_raise: Callable[[], None] = field(default=lambda: None)
    on_quit: Callable[[], None] = field(default=lambda: None)


Command = Callable[[CommandContext, Arguments], Awaitable[object]]


async def ping(context: CommandContext, _: Arguments) -> object:
    """Who owns the folder."""
    return {"pid": os.getpid(), "version": __version__, "face": context.face}


async def raise_window(context: CommandContext, _: Arguments) -> object:
    """Bring the window forward."""
    context.on_raise()
    return {"face": context.face}


async def quit_owner(context: CommandContext, _: Arguments) -> object:
    """End the owner in order; its runs become interrupted."""
    context.on_quit()
    return {}


async def list_sessions(context: CommandContext, arguments: Arguments) -> object:
    """The session list."""
    rows = await context.engine.sessions.summaries(
        scope=SessionScope(arguments.get("scope", "active")),
        limit=int(arguments.get("limit", 50)),
        title_contains=str(arguments.get("title", "")),
    )
    return [shapes.summary(row) for row in rows]


async def show(context: CommandContext, arguments: Arguments) -> object:
    """One session: its row, its open questions, its last entries."""
    engine = context.engine
    session_id = await full_session_id(engine, str(arguments["session"]))
    row = await engine.sessions.summary(session_id)
    if row is None:
        raise NotFoundError(f"There is no session {session_id}.")
    length = await engine.transcripts.length(session_id)
    last = min(int(arguments.get("last", 50)), ENTRIES_A_PAGE)
    page = await engine.transcripts.page(session_id, first=max(length - last, 0), count=last)
    return {
        "session": shapes.summary(row),
        "questions": [shapes.question(item) for item in await engine.questions.open(session_id)],
        "entries": [to_jsonable(entry) for entry in page],
        "entries_in_all": length,
    }


async def list_questions(context: CommandContext, _: Arguments) -> object:
    """Every open question."""
    return [shapes.question(item) for item in await context.engine.questions.open()]


async def answer(context: CommandContext, arguments: Arguments) -> dict[str, Any]:
    """Answer a question; the run that goes on is named."""
    engine = context.engine
    question_id = await full_question_id(engine, str(arguments["question"]))
    record = await engine.questions.get(question_id)
    items = _items(arguments.get("items", {}), arguments.get("texts", {}))
    outcome = await engine.questions.answer(
        question_id,
        items,
        note=str(arguments.get("note", "")),
        answered_by="bambooctl",
    )
    return {
        "question_id": question_id,
        "session_id": record.question.session_id,
        "run_id": _run_id(outcome),
    }


def _items(options: Mapping[str, Any], texts: Mapping[str, Any]) -> tuple[ItemAnswer, ...]:
    names = [*dict.fromkeys([*options, *texts])]
    return tuple(
        ItemAnswer(
            item_id=ItemId(name),
            option_ids=tuple(OptionId(str(chosen)) for chosen in options.get(name, ())),
            text=str(texts.get(name, "")),
        )
        for name in names
    )


async def stop(context: CommandContext, arguments: Arguments) -> object:
    """Stop a session's run, or its wait."""
    session_id = await full_session_id(context.engine, str(arguments["session"]))
    if arguments.get("force"):
        return {"stopped": await context.engine.runs.force_stop(session_id)}
    return {"stopped": await context.engine.runs.stop(session_id)}


async def export(context: CommandContext, arguments: Arguments) -> object:
    """A session as text; format is "markdown" or "json"."""
    transcripts = context.engine.transcripts
    session_id = await full_session_id(context.engine, str(arguments["session"]))
    if arguments.get("format", "markdown") == "json":
        return {"text": await transcripts.export_json(session_id)}
    return {"text": await transcripts.export_markdown(session_id)}


async def events_since(context: CommandContext, arguments: Arguments) -> object:
    """A page of the durable feed."""
    after = int(arguments.get("since", 0))
    page = await context.engine.feed.since(after, limit=int(arguments.get("limit", 1000)))
    return [shapes.stored_event(event) for event in page]


async def run(context: CommandContext, arguments: Arguments) -> object:
    """Start a session with a prompt or a playbook, and say what was started."""
    wish = RunWish.read(arguments)
    session_id, outcome = await start_run(context.engine, wish)
    return {"session_id": session_id, "run_id": _run_id(outcome)}


async def health(context: CommandContext, _: Arguments) -> object:
    """What a doctor wants to know of a running engine."""
    engine = context.engine
    local = await engine.models.discover_local()
    return {
        "key_store_notice": engine.models.key_store_notice(),
        "storage_notices": [repr(notice) for notice in engine.notices],
        "local": [config.label for config in local],
    }


def _run_id(outcome: ResumeOutcome) -> str | None:
    return outcome.run_id if isinstance(outcome, Started | AlreadyRunning) else None


async def full_session_id(engine: Engine, text: str) -> SessionId:
    """A session by its id or by a beginning of it that fits only one.

    Raises:
        NotFoundError: none fits.
        InvalidInputError: several fit.
    """
    exact = await engine.sessions.summary(SessionId(text))
    if exact is not None:
        return exact.session.id
    found: list[SessionId] = []
    for scope in SessionScope:
        rows = await engine.sessions.summaries(scope=scope, limit=100_000)
        found += [row.session.id for row in rows if text and row.session.id.startswith(text)]
    return SessionId(_only(found, "session", text))


async def full_question_id(engine: Engine, text: str) -> QuestionId:
    """A question by its id or by a beginning of it that fits only one open question.

    Raises:
        NotFoundError: none fits.
        InvalidInputError: several fit.
    """
    records = await engine.questions.open()
    found = [item.question.id for item in records if text and item.question.id.startswith(text)]
    return QuestionId(_only(found, "question", text)) if found else QuestionId(text)


def _only(found: list[Any], noun: str, text: str) -> str:
    if not found:
        raise NotFoundError(f"There is no {noun} {text!r}.")
    if len(found) > 1:
        raise InvalidInputError(f"{text!r} fits {len(found)} {noun}s; give more of the id.")
    return str(found[0])


COMMANDS: Mapping[str, Command] = {
    "ping": ping,
    "raise": raise_window,
    "quit": quit_owner,
    "sessions": list_sessions,
    "show": show,
    "questions": list_questions,
    "answer": answer,
    "stop": stop,
    "export": export,
    "events": events_since,
    "run": run,
    "health": health,
}
