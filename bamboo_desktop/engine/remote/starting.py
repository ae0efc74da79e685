"""Starting a run from outside: the wish as it is written on a command line, made a session."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.domain.ids import ProviderId, SessionId
from bamboo_desktop.domain.model import (
    PLAYBOOK_PROVIDER,
    ModelRef,
    ProviderConfig,
    ProviderKind,
    ReasoningEffort,
)
from bamboo_desktop.domain.resume import ResumeOutcome
from bamboo_desktop.engine.door import Engine

PLAYBOOK_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, kw_only=True, slots=True)
class RunWish:
    """What somebody wants to have run."""

    prompt: str
    playbook: str = ""
    session: str = ""
    provider: str = ""
    base_url: str = ""
    model: str = ""
    effort: ReasoningEffort | None = None
    workspace: str = ""
    allow: tuple[str, ...] = ()

    @classmethod
    def read(cls, arguments: Mapping[str, Any]) -> RunWish:
        """From the arguments of the command.

        Raises:
            InvalidInputError: the effort is none that exists.
        """
        effort = str(arguments.get("effort") or "")
        if effort and effort not in list(ReasoningEffort):
            raise InvalidInputError(f"The effort is one of {', '.join(ReasoningEffort)}.")
        return cls(
            prompt=str(arguments.get("prompt", "")),
            playbook=str(arguments.get("playbook") or ""),
            session=str(arguments.get("session") or ""),
            provider=str(arguments.get("provider") or ""),
            base_url=str(arguments.get("base_url") or ""),
            model=str(arguments.get("model") or ""),
            effort=ReasoningEffort(effort) if effort else None,
            workspace=str(arguments.get("workspace") or ""),
            allow=tuple(str(rule) for rule in arguments.get("allow", ())),
        )


async def start_run(engine: Engine, wish: RunWish) -> tuple[SessionId, ResumeOutcome]:
    """Make the session, or take the one that is named, and send the prompt.

    Raises:
        UserError: the wish cannot be fulfilled; no session is left behind.
    """
    ref = await _model(engine, wish)
    if wish.session:
        session_id = SessionId(wish.session)
        if ref is not None or wish.effort is not None:
            await engine.sessions.set_model(session_id, ref, wish.effort)
        sent = await engine.runs.send(session_id, wish.prompt, allow=wish.allow)
        return session_id, sent.outcome
    session = await engine.sessions.create(
        workspace=wish.workspace, model=ref, title=await _title(engine, wish)
    )
    try:
        if wish.effort is not None:
            await engine.sessions.set_model(session.id, ref, wish.effort)
        prompt = wish.prompt or f"Play {Path(wish.playbook).name}"
        sent = await engine.runs.send(session.id, prompt, allow=wish.allow)
    except UserError:
        await engine.sessions.purge(session.id)
        raise
    return session.id, sent.outcome


async def _title(engine: Engine, wish: RunWish) -> str:
    if not wish.playbook:
        return ""
    return (await engine.models.check_playbook(Path(wish.playbook))).title


async def _model(engine: Engine, wish: RunWish) -> ModelRef | None:
    if wish.playbook:
        path = await asyncio.to_thread(Path(wish.playbook).resolve)
        await engine.models.check_playbook(path)
        return ModelRef(provider=PLAYBOOK_PROVIDER, model=str(path))
    if not (wish.provider or wish.base_url or wish.model):
        return None
    config = await _provider(engine, wish)
    model = wish.model or config.default_model
    if not model:
        found = await engine.models.models(config.id)
        model = found[0].ref.model if found else ""
    if not model:
        raise InvalidInputError(f"{config.label} offers no model; name one with --model.")
    return ModelRef(provider=config.id, model=model)


async def _provider(engine: Engine, wish: RunWish) -> ProviderConfig:
    if wish.base_url:
        return await _by_address(engine, wish)
    if not wish.provider:
        default = await engine.models.default_model()
        if default is None:
            raise InvalidInputError("Name the provider of the model with --provider.")
        return await engine.models.provider(default.provider)
    for config in await engine.models.providers():
        if wish.provider in {config.id, config.label, config.kind.value}:
            return config
    known = ", ".join(config.id for config in await engine.models.providers())
    raise InvalidInputError(
        f"The provider {wish.provider!r} is not set up; there are: {known}. Give --base-url to "
        "use a server by its address."
    )


async def _by_address(engine: Engine, wish: RunWish) -> ProviderConfig:
    """A server named by its address is kept, so that the session can go on tomorrow."""
    name = wish.provider or ProviderKind.OPENAI_COMPATIBLE.value
    if name not in list(ProviderKind) or name == ProviderKind.PLAYBOOK:
        kinds = ", ".join(kind for kind in ProviderKind if kind is not ProviderKind.PLAYBOOK)
        raise InvalidInputError(f"With --base-url the provider is one of: {kinds}.")
    address = wish.base_url.strip().rstrip("/")
    digest = hashlib.sha256(f"{name} {address}".encode()).hexdigest()[:8]
    config = ProviderConfig(
        id=ProviderId(f"{name}-{digest}"),
        kind=ProviderKind(name),
        label=address.removeprefix("http://").removeprefix("https://"),
        base_url=address,
    )
    if all(known.id != config.id for known in await engine.models.providers()):
        await engine.models.save_provider(config)
    return config
