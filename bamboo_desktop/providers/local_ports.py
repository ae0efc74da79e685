"""Where model servers on this machine listen, and whether anything does.

A knock costs nothing; the library that talks to them is loaded when somebody is at home.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bamboo_desktop.domain.model import ProviderKind

_KNOCK_SECONDS = 0.7


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalPorts:
    """Where the local servers listen unless told otherwise."""

    ports: Mapping[ProviderKind, int] = field(
        default_factory=lambda: {
            ProviderKind.OLLAMA: 11434,
            ProviderKind.LM_STUDIO: 1234,
            ProviderKind.LLAMA_CPP: 8080,
        }
    )

    async def open_ones(self) -> LocalPorts:
        """Those at which something listens."""
        kinds = tuple(self.ports)
        answers = await asyncio.gather(*(_listens(self.ports[kind]) for kind in kinds))
        heard = zip(kinds, answers, strict=True)
        return LocalPorts(ports={kind: self.ports[kind] for kind, is_open in heard if is_open})


async def _listens(port: int) -> bool:
    try:
        async with asyncio.timeout(_KNOCK_SECONDS):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
