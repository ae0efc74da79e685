"""Starting a process and keeping its transport in hand, so that it can be closed at its end."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process, SubprocessStreamProtocol
from typing import Any

_LIMIT = 1024 * 1024


async def spawn(argv: tuple[str, ...], **options: Any) -> tuple[Process, asyncio.BaseTransport]:
    """What `asyncio.create_subprocess_exec` does, and the transport as well.

    The library closes the transport by itself some turns of the loop after the end; a loop that
    is closed before that leaves it open.

    Raises:
        OSError: the program cannot be started.
    """
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.subprocess_exec(
        lambda: SubprocessStreamProtocol(limit=_LIMIT, loop=loop), *argv, **options
    )
    return Process(transport, protocol, loop), transport
