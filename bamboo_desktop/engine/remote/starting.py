"""Starting a run from outside: the wish as it is written on a command line, made a session."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef, ReasoningEffort
from bamboo_desktop.domain.resume import ResumeOutcome
from bamboo_desktop.engine.remote import choosing
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.finding import full_session_id
from bamboo_desktop.engine.remote.lending import keep_with, lend, lend_again
from bamboo_desktop.engine.runs.delivery import checked_text
from bamboo_desktop.tools import consent


@dataclass(frozen=True, kw_only=True, slots=True)
class RunWish:
    """What somebody wants to have run."""

    prompt: str
    playbook: str = ""
    session: str = ""
    choice: choosing.Choice = choosing.NO_CHOICE
    effort: ReasoningEffort | None = None
    workspace: str = ""
    allow: tuple[str, ...] = ()

    @classmethod
    def read(cls, arguments: Arguments) -> RunWish:
        """From the arguments of the command.

        Raises:
            InvalidInputError: something in them cannot be used; nothing was changed.
        """
        effort = arguments.text("effort")
        if effort and effort not in list(ReasoningEffort):
            raise InvalidInputError(f"The effort is one of {', '.join(ReasoningEffort)}.")
        playbook = arguments.text("playbook")
        prompt = arguments.text("prompt")
        if playbook and not prompt.strip():
            prompt = f"Play {Path(playbook).name}"
        allow = arguments.texts("allow")
        for rule in allow:
            consent.parse_rule(rule)
        return cls(
            prompt=checked_text(prompt),
            playbook=playbook,
            session=arguments.text("session"),
            choice=choosing.Choice.read(arguments),
            effort=ReasoningEffort(effort) if effort else None,
            workspace=arguments.text("workspace"),
            allow=allow,
        )


async def prepare(context: CommandContext, wish: RunWish) -> SessionId:
    """The session of the wish: the one it names, changed as it says, or a new one.

    Raises:
        UserError: the wish cannot be fulfilled; no session was made.
    """
    engine = context.engine
    known = await full_session_id(engine, wish.session) if wish.session else None
    title, model = await _model(context, wish)
    if model is None:
        await _check_model(context, known)
    if known is None:
        session = await engine.sessions.create(workspace=wish.workspace, model=model, title=title)
        known = session.id
        if wish.effort is not None:
            await engine.sessions.set_model(known, model, wish.effort)
    else:
        await _change(context, wish, known, model)
    if model is not None and wish.choice.lends_key:
        await lend(context, known, model.provider, wish.choice.key)
    elif wish.session and model is None:
        await lend_again(context, known, wish.choice.key)
    return known


async def _check_model(context: CommandContext, known: SessionId | None) -> None:
    """Where nothing is named, the session or the settings have to name it."""
    own = (await context.engine.sessions.get(known)).model if known is not None else None
    if own is None and await context.engine.models.default_model() is None:
        raise InvalidInputError(
            "No model is chosen: name one with --provider and --model, or the address of a server "
            "with --base-url; a playbook (run FILE.yaml) needs none."
        )


async def _change(
    context: CommandContext, wish: RunWish, known: SessionId, model: ModelRef | None
) -> None:
    """Set on a session that goes on what the wish says of it."""
    sessions = context.engine.sessions
    if wish.workspace:
        await sessions.set_workspace(known, wish.workspace)
    if model is not None or wish.effort is not None:
        session = await sessions.get(known)
        effort = wish.effort or session.reasoning_effort
        await sessions.set_model(known, model or session.model, effort)


async def send(context: CommandContext, wish: RunWish, session_id: SessionId) -> ResumeOutcome:
    """Send the prompt; a session that was made for it and cannot take it is not left behind.

    Raises:
        UserError: the message cannot be sent, as when no model is chosen.
    """
    try:
        sent = await context.engine.runs.send(session_id, wish.prompt, allow=wish.allow)
    except UserError:
        context.engine.models.take_key_back(session_id)
        if not wish.session:
            await context.engine.sessions.purge(session_id)
        raise
    if sent.queued_id is not None:
        await keep_with(context, session_id, sent.queued_id)
    return sent.outcome


async def _model(context: CommandContext, wish: RunWish) -> tuple[str, ModelRef | None]:
    """The title and the model the wish names; empty and None where it leaves them open."""
    if not wish.playbook:
        return "", await choosing.chosen_model(context, wish.choice)
    return await playbook_model(context, wish.playbook)


async def playbook_model(context: CommandContext, playbook: str) -> tuple[str, ModelRef]:
    """The title of a playbook, and the model that plays it.

    Raises:
        InvalidInputError: the file is none, or cannot be opened.
    """
    path = await asyncio.to_thread(_resolved, playbook)
    try:
        info = await context.engine.models.check_playbook(path)
    except InvalidInputError:
        raise
    except UserError as error:
        raise InvalidInputError(error.sentence, details=error.details) from error
    return info.title, ModelRef(provider=PLAYBOOK_PROVIDER, model=str(path))


def _resolved(text: str) -> Path:
    try:
        return Path(text).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidInputError(
            f"The playbook {text!r} cannot be opened: its path is broken or leads in a circle."
        ) from error
