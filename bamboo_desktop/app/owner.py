"""The other process that owns the data folder: a window to bring forward, or a run to wait for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from bamboo_desktop.domain.errors import UserError


class Owner(StrEnum):
    """Who has the folder, as far as it answers."""

    WINDOW = "window"
    BAMBOOCTL = "bambooctl"
    SILENT = "silent"


async def raise_owner(data_dir: Path) -> Owner:
    """Ask the owner to come forward; a bambooctl has nothing to bring and says what it is."""
    return await _ask(data_dir, "raise")


async def end_owner(data_dir: Path) -> Owner:
    """Ask the owner to end in order: its runs become interrupted and can be continued."""
    return await _ask(data_dir, "quit")


async def _ask(data_dir: Path, command: str) -> Owner:
    from bamboo_desktop.engine.remote import connect

    client = await connect(data_dir)
    if client is None:
        return Owner.SILENT
    try:
        who = await client.call("ping", {})
        await client.call(command, {})
        return Owner(who["face"])
    except (UserError, KeyError, TypeError, ValueError):
        return Owner.SILENT
    finally:
        await client.aclose()
