"""CommandContext: what commands from outside work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bamboo_desktop.engine.door import Engine

WINDOW = "window"
BAMBOOCTL = "bambooctl"


@dataclass(frozen=True, kw_only=True)
class CommandContext:
    """What commands work on: the engine, and the owner's own hooks.

    `face` is "window" or "bambooctl". `on_raise` brings the window forward, `on_quit` asks the
    owner to end in order.
    """

    engine: Engine
    face: str
    on_raise: Callable[[], None] = field(default=lambda: None)
    on_quit: Callable[[], None] = field(default=lambda: None)
