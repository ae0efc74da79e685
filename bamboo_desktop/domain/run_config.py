"""RunConfig: what a scheduled session is made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bamboo_desktop.domain.model import ModelRef, ReasoningEffort


class SessionPolicy(StrEnum):
    """Where an occurrence runs."""

    NEW = "new"
    """Each in a session of its own."""
    CONTINUED = "continued"
    """All in one session, one after the other."""


class ModelSource(StrEnum):
    """Where the model of a scheduled run came from."""

    SCHEDULE = "schedule"
    DEFAULT = "default"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunConfig:
    """What a person chose for the runs of a schedule.

    A playbook is the model whose provider is the playbook provider. `model` is a snapshot: when a
    schedule is stored without one, the default of that moment is written into it, and
    `model_source` remembers that, so that a change of the default moves no schedule.
    `allow_rules` are consent rules that hold in the runs of this schedule only.
    """

    prompt: str = ""
    model: ModelRef | None = None
    model_source: ModelSource = ModelSource.NONE
    reasoning_effort: ReasoningEffort | None = None
    system_prompt: str = ""
    workspace: str = ""
    auto_execute: bool = True
    session: SessionPolicy = SessionPolicy.NEW
    allow_rules: tuple[str, ...] = ()
    may_change_schedules: bool = False
    tell_only_changes: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedRunConfig:
    """What a scheduled run is started with; every choice is made.

    `base_system_prompt` is the prompt without what the program adds to it. `model` is None when
    neither the schedule nor the settings name one: then nothing is started.
    """

    prompt: str
    model: ModelRef | None
    model_source: ModelSource
    reasoning_effort: ReasoningEffort | None
    base_system_prompt: str
    workspace: str
    runs_by_itself: bool
