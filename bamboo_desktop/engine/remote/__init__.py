"""The control protocol and its per-user local socket: what bambooctl and a second start speak."""

from __future__ import annotations

from bamboo_desktop.engine.remote.address import Address
from bamboo_desktop.engine.remote.client import RemoteClient, connect
from bamboo_desktop.engine.remote.commands import CommandContext
from bamboo_desktop.engine.remote.local import LocalClient
from bamboo_desktop.engine.remote.server import ControlServer

__all__ = [
    "Address",
    "CommandContext",
    "ControlServer",
    "LocalClient",
    "RemoteClient",
    "connect",
]
