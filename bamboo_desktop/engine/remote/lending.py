"""Lending: which provider a key from outside may be used for, and no other."""

from __future__ import annotations

from bamboo_desktop.domain.errors import InvalidInputError, NotFoundError
from bamboo_desktop.domain.ids import ProviderId, SessionId
from bamboo_desktop.engine.remote.context import CommandContext

LENT_TO = "bambooctl.key_lent_to"
"""The preference that names the provider, never the key."""


async def lend(context: CommandContext, provider_id: ProviderId, key: str) -> None:
    """Use the key for a provider that was named with it.

    Raises:
        InvalidInputError: the owner takes no keys, or this cannot be one.
    """
    if not key:
        return
    if context.keys is None:
        raise InvalidInputError(
            "The open window does not take a key from BAMBOO_API_KEY: save the key in its "
            "settings, or quit the window and run this again."
        )
    context.keys.lend(provider_id, key)
    await context.engine.preferences.put(LENT_TO, provider_id)


async def lend_again(context: CommandContext, session_id: SessionId, key: str) -> None:
    """Use the key for a session that goes on, if it is the provider the key was given for."""
    if not key or context.keys is None:
        return
    try:
        model = (await context.engine.sessions.get(session_id)).model
    except NotFoundError:
        return
    if model is not None and model.provider == await context.engine.preferences.get(LENT_TO):
        context.keys.lend(model.provider, key)
