"""Preferences and grants: what the person has set once and for all."""

from __future__ import annotations

from collections.abc import Mapping

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.grant import Grant, GrantScope
from bamboo_desktop.domain.ids import GrantId, SessionId
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import grants, preferences
from bamboo_desktop.store.database import Database
from bamboo_desktop.tools import consent


class Preferences:
    """Named texts that outlive the program."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str, default: str = "") -> str:
        """A preference, or the default when it was never set."""
        found = await self._database.read(lambda tx: preferences.get(tx, key))
        return default if found is None else found

    async def put(self, key: str, value: str | None) -> None:
        """Set a preference; None resets it."""
        cleaned = None if value is None else clean_text(value)
        await self._database.write(lambda tx: preferences.put(tx, key, cleaned))

    async def all(self) -> Mapping[str, str]:
        """Every preference that was set."""
        return await self._database.read(preferences.all)


class Grants:
    """The permissions a person gave."""

    def __init__(self, services: RunServices) -> None:
        self._services = services

    async def active(self, session_id: SessionId | None = None) -> tuple[Grant, ...]:
        """The rules in force everywhere, and with a session those of the session."""
        return await self._services.database.read(lambda tx: grants.active(tx, session_id))

    async def all(self) -> tuple[Grant, ...]:
        """Every permission in force: the rules, and those of single sessions."""
        return await self._services.database.read(grants.all_active)

    def check_rule(self, text: str) -> str:
        """What is wrong with a rule, in a sentence; empty when it can be read."""
        try:
            consent.parse_rule(text)
        except InvalidInputError as error:
            return error.sentence
        return ""

    async def revoke(self, grant_id: GrantId) -> None:
        """Take a permission back."""
        await self._services.database.write(lambda tx: grants.revoke(tx, grant_id))

    async def add_rule(self, text: str) -> Grant:
        """Allow what a rule describes, in every session.

        Raises:
            InvalidInputError: the rule cannot be read.
        """
        consent.parse_rule(text)
        grant = Grant(
            id=GrantId(self._services.ids.fresh()),
            scope=GrantScope.RULE,
            rule=text.strip(),
            created_at=self._services.clock.now(),
        )
        await self._services.database.write(lambda tx: grants.add(tx, grant))
        return grant
