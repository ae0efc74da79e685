"""Reads: every command that only reads, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.listings import READS, Batches, ReadContext
from bamboo_desktop.engine.remote.schedule_listings import SCHEDULE_READS

ALL_READS: Mapping[str, Callable[[ReadContext, Arguments], Batches]] = {**READS, **SCHEDULE_READS}
