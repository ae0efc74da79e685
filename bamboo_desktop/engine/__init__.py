"""The headless application: sessions, runs and questions on any asyncio loop, no Qt in any form.

`Engine` is the only door. Each of its names is imported when it is first asked for: who only speaks
to the engine of another process needs hardly any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bamboo_desktop.late import names_at

if TYPE_CHECKING:
    from bamboo_desktop.domain.resume import AlreadyRunning, Completed, NotFound, Started
    from bamboo_desktop.engine.door import Engine
    from bamboo_desktop.engine.feed import DisconnectedError, Feed, Snapshot, Watch
    from bamboo_desktop.engine.models import Models
    from bamboo_desktop.engine.options import EngineOptions
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

_HOMES = {
    "bamboo_desktop.domain.resume": ("AlreadyRunning", "Completed", "NotFound", "Started"),
    "bamboo_desktop.engine.door": ("Engine",),
    "bamboo_desktop.engine.feed": ("DisconnectedError", "Feed", "Snapshot", "Watch"),
    "bamboo_desktop.engine.models": ("Models",),
    "bamboo_desktop.engine.options": ("EngineOptions",),
    "bamboo_desktop.engine.preferences": ("Grants", "Preferences"),
    "bamboo_desktop.engine.runs.desk": ("Runs", "Sent"),
    "bamboo_desktop.engine.runs.questions": ("Questions",),
    "bamboo_desktop.engine.runs.recovery": ("Recovered",),
    "bamboo_desktop.engine.runs.runner": ("LiveRun",),
    "bamboo_desktop.engine.runs.services": ("RunLimits",),
    "bamboo_desktop.engine.sessions": ("Sessions",),
    "bamboo_desktop.engine.transcripts": ("Transcripts",),
    "bamboo_desktop.providers.keys": ("KeyStore",),
    "bamboo_desktop.providers.playbook": ("TYPEWRITER", "PlaybookInfo"),
}

if not TYPE_CHECKING:
    __getattr__ = names_at(globals(), _HOMES)
