"""Streams: commands that answer with many values, in order, a list of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bamboo_desktop.engine.remote import schedule_watching, watching
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.listings import Batches
from bamboo_desktop.engine.remote.reads import ALL_READS

Stream = Callable[[CommandContext, Arguments], Batches]

STREAMS: Mapping[str, Stream] = {
    **ALL_READS,
    "run_and_watch": watching.run,
    "answer_and_watch": watching.answer,
    "schedule_run_and_watch": schedule_watching.run,
}
