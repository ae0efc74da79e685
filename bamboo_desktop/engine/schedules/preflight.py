"""Preflight: is everything there that a scheduled run needs? Asked before a model is called."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Protocol

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ProviderConfig
from bamboo_desktop.domain.run_config import ResolvedRunConfig
from bamboo_desktop.engine.schedules.looks import Looks, UnansweredError
from bamboo_desktop.engine.workspace import checked_workspace

LIMIT_SECONDS = 20.0
UNANSWERED = (
    "The folder or the keyring of this schedule did not answer within 20 seconds; see whether a "
    "network folder is gone or a keyring is locked."
)


class ModelDesk(Protocol):
    """What preflight asks of the models."""

    async def provider(self, provider_id: ProviderId) -> ProviderConfig:
        """One provider; NotFoundError when it is not set up."""
        ...

    async def has_key(self, provider_id: ProviderId) -> bool:
        """True when a key is kept."""
        ...

    async def check_playbook(self, path: Path) -> object:
        """UserError when the file is no playbook."""
        ...


async def hindrance(models: ModelDesk, looks: Looks, resolved: ResolvedRunConfig) -> str:
    """Why the run cannot be started, one sentence; empty when it can.

    A folder or a keyring that does not answer holds up no other schedule for long.
    """
    try:
        return await asyncio.wait_for(_hindrance(models, looks, resolved), 2 * LIMIT_SECONDS)
    except (TimeoutError, UnansweredError):
        return UNANSWERED


async def _hindrance(models: ModelDesk, looks: Looks, resolved: ResolvedRunConfig) -> str:
    try:
        if resolved.workspace:
            check = partial(checked_workspace, resolved.workspace)
            await looks.at(resolved.workspace, check, seconds=LIMIT_SECONDS)
        if resolved.model is None:
            return ""
        if resolved.model.provider == PLAYBOOK_PROVIDER:
            path = Path(resolved.model.model)
            await looks.at(str(path), path.exists, seconds=LIMIT_SECONDS)
            await models.check_playbook(path)
            return ""
        config = await models.provider(resolved.model.provider)
        if not config.is_enabled:
            return f"{config.label} is switched off; switch it on in Settings."
        if config.kind.needs_key and not await models.has_key(config.id):
            return f"There is no key for {config.label}; add it in Settings."
    except UserError as error:
        return error.sentence
    return ""
