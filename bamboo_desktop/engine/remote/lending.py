"""Lending: which provider a key from outside may be used for, and no other."""

from __future__ import annotations

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import ProviderId, QueuedId, SessionId
from bamboo_desktop.engine.remote.context import CommandContext

LENT_TO = "bambooctl.key_lent_to"
"""The preference that names the provider, never the key."""


async def lend(
    context: CommandContext, session_id: SessionId, provider_id: ProviderId, key: str
) -> None:
    """Use the key in the session's next run, for a provider that was named with it.

    Raises:
        InvalidInputError: this cannot be a key.
    """
    if key:
        await context.engine.models.lend_key(session_id, provider_id, key)
        await context.engine.preferences.put(LENT_TO, provider_id)


async def keep_with(context: CommandContext, session_id: SessionId, queued_id: QueuedId) -> None:
    """The message that brought a key has to wait: where it is taken back, the key is forgotten."""
    engine = context.engine
    engine.models.keep_key_with(session_id, queued_id)
    if all(waiting.id != queued_id for waiting in await engine.runs.queued(session_id)):
        engine.models.message_gone(queued_id)


async def lend_again(context: CommandContext, session_id: SessionId, key: str) -> None:
    """Use the key in the next run of a session, if it is the provider the key was given for."""
    if not key:
        return
    try:
        model = (await context.engine.sessions.get(session_id)).model
        if model is not None and model.provider == await context.engine.preferences.get(LENT_TO):
            await context.engine.models.lend_key(session_id, model.provider, key)
    except NotFoundError:
        return
