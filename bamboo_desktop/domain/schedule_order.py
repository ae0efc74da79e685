"""ScheduleOrder: what an agent wants done with schedules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ScheduleAction(StrEnum):
    """What is done."""

    LIST = "list"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    RUN_NOW = "run_now"

    @property
    def changes(self) -> bool:
        """True when a schedule is another one afterwards, or gone."""
        return self in {ScheduleAction.CREATE, ScheduleAction.EDIT, ScheduleAction.DELETE}


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleOrder:
    """What an agent wants; None is left as it is.

    Attributes:
        action: what is done.
        schedule: id or name of the one it is done to.
        name: what it is called.
        cron: a cron expression, the one of three kinds of rules.
        every_minutes: the period of an interval.
        once_at: an instant with its zone.
        timezone: IANA name of the zone the rule is read in.
        prompt: what its runs are told.
        workspace: the folder they work in.
        enabled: switched on.
    """

    action: ScheduleAction
    schedule: str = ""
    name: str | None = None
    cron: str | None = None
    every_minutes: int | None = None
    once_at: str | None = None
    timezone: str | None = None
    prompt: str | None = None
    workspace: str | None = None
    enabled: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderText:
    """An order in words for the person: one sentence, everything it comes to, and about what."""

    sentence: str
    whole: str
    about: str
