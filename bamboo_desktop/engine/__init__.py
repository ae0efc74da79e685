"""The headless application: sessions, runs and questions on any asyncio loop, no Qt in any form.

`Engine` is the only door.
"""

from __future__ import annotations

from bamboo_desktop.domain.resume import AlreadyRunning, Completed, NotFound, Started
from bamboo_desktop.engine.door import Engine, EngineOptions
from bamboo_desktop.engine.feed import DisconnectedError, Feed, Snapshot, Watch
from bamboo_desktop.engine.models import Models
from bamboo_desktop.engine.preferences import Grants, Preferences
from bamboo_desktop.engine.runs.desk import Runs, Sent
from bamboo_desktop.engine.runs.questions import Questions
from bamboo_desktop.engine.runs.recovery import Recovered
from bamboo_desktop.engine.runs.runner import LiveRun
from bamboo_desktop.engine.runs.services import RunLimits
from bamboo_desktop.engine.sessions import Sessions
from bamboo_desktop.engine.transcripts import Transcripts
from bamboo_desktop.providers.keys import KeyStore
from bamboo_desktop.providers.playbook import TYPEWRITER, PlaybookInfo

__all__ = [
    "TYPEWRITER",
    "AlreadyRunning",
    "Completed",
    "DisconnectedError",
    "Engine",
    "EngineOptions",
    "Feed",
    "Grants",
    "KeyStore",
    "LiveRun",
    "Models",
    "NotFound",
    "PlaybookInfo",
    "Preferences",
    "Questions",
    "Recovered",
    "RunLimits",
    "Runs",
    "Sent",
    "Sessions",
    "Snapshot",
    "Started",
    "Transcripts",
    "Watch",
]
