"""What came of trying to run a session: a value to match on, never a bool."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.ids import RunId


@dataclass(frozen=True, slots=True)
class Started:
    """A new run was started."""

    run_id: RunId


@dataclass(frozen=True, slots=True)
class AlreadyRunning:
    """A run holds the session; it, or its successor, takes the new work."""

    run_id: RunId


@dataclass(frozen=True, slots=True)
class Completed:
    """There was nothing to do. It does not mean that a run completed."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no such session."""


ResumeOutcome = Started | AlreadyRunning | Completed | NotFound
