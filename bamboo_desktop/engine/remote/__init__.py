"""The control protocol and its per-user local socket: what bambooctl and a second start speak."""

from __future__ import annotations

from bamboo_desktop.engine.remote.address import Address
from bamboo_desktop.engine.remote.client import Client, OwnerLeftError, RemoteClient, connect
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.keys import PassingKeys
from bamboo_desktop.engine.remote.local import LocalClient
from bamboo_desktop.engine.remote.owner import Meeting, end_owner, take_over_or_raise
from bamboo_desktop.engine.remote.server import ControlServer

__all__ = [
    "Address",
    "Client",
    "CommandContext",
    "ControlServer",
    "LocalClient",
    "Meeting",
    "OwnerLeftError",
    "PassingKeys",
    "RemoteClient",
    "connect",
    "end_owner",
    "take_over_or_raise",
]
