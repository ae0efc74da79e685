"""The control protocol and its per-user local socket: what bambooctl and a second start speak.

Each name is imported when it is first asked for: a client needs neither the server nor an engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bamboo_desktop.late import names_at

if TYPE_CHECKING:
    from bamboo_desktop.engine.remote.address import Address
    from bamboo_desktop.engine.remote.client import Client, OwnerLeftError, RemoteClient, connect
    from bamboo_desktop.engine.remote.context import CommandContext
    from bamboo_desktop.engine.remote.local import LocalClient
    from bamboo_desktop.engine.remote.owner import (
        Meeting,
        end_owner,
        take_over_or_raise,
        until_free,
    )
    from bamboo_desktop.engine.remote.server import ControlServer

__all__ = [
    "Address",
    "Client",
    "CommandContext",
    "ControlServer",
    "LocalClient",
    "Meeting",
    "OwnerLeftError",
    "RemoteClient",
    "connect",
    "end_owner",
    "take_over_or_raise",
    "until_free",
]

_HOMES = {
    "bamboo_desktop.engine.remote.address": ("Address",),
    "bamboo_desktop.engine.remote.client": ("Client", "OwnerLeftError", "RemoteClient", "connect"),
    "bamboo_desktop.engine.remote.context": ("CommandContext",),
    "bamboo_desktop.engine.remote.local": ("LocalClient",),
    "bamboo_desktop.engine.remote.owner": (
        "Meeting",
        "end_owner",
        "take_over_or_raise",
        "until_free",
    ),
    "bamboo_desktop.engine.remote.server": ("ControlServer",),
}

if not TYPE_CHECKING:
    __getattr__ = names_at(globals(), _HOMES)
