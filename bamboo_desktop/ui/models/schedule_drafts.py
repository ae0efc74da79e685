"""Drafts of schedules: an empty one, examples to start from, and one of a stored schedule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from PySide6.QtCore import QCoreApplication, QTimeZone

from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.domain.trigger import Daily, Interval, Trigger, Weekday, Weekly

_WORKDAYS = frozenset((*Weekday,)[:5])


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleExample:
    """A draft to start from, with what it is and when it would run."""

    title: str
    when: str
    draft: ScheduleDraft


def local_zone() -> str:
    """The name of the zone the person is in."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return "UTC" if name in {"", "Etc/UTC", "UCT", "Zulu"} else name


def first_draft() -> ScheduleDraft:
    """What an empty editor begins with."""
    return ScheduleDraft(name="", trigger=Daily(at=time(9)), zone=local_zone())


def draft_of(schedule: Schedule) -> ScheduleDraft:
    """What a schedule looks like to who edits it."""
    return ScheduleDraft(
        name=schedule.name,
        trigger=schedule.trigger,
        zone=schedule.zone,
        window=schedule.window,
        policies=schedule.policies,
        run_config=schedule.run_config,
        budgets=schedule.budgets,
        is_enabled=schedule.is_enabled,
    )


def examples(playbooks: Iterable[tuple[str, str]], now: datetime) -> tuple[ScheduleExample, ...]:
    """The examples; `playbooks` are pairs of title and path of what there is."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    rules: dict[str, tuple[str, Trigger]] = {
        "git-morning": (_tr("on weekdays at 08:30"), Weekly(weekdays=_WORKDAYS, at=time(8, 30))),
        "disk-report": (
            _tr("on Fridays at 16:00"),
            Weekly(weekdays=frozenset({Weekday.FRI}), at=time(16)),
        ),
        "folder-changes": (
            _tr("every two hours"),
            Interval(every=timedelta(hours=2), anchor_at=hour),
        ),
    }
    made = []
    for title, path in playbooks:
        stem = path.rsplit("/", 1)[-1].removesuffix(".yaml")
        if stem in rules:
            when, trigger = rules[stem]
            model = ModelRef(provider=PLAYBOOK_PROVIDER, model=path)
            made.append(_example(title, when, trigger, RunConfig(model=model)))
    prompt = _tr(
        "Look through this folder for what has changed since yesterday and tell me in five lines "
        "what matters. Change nothing."
    )
    brief = RunConfig(prompt=prompt, tell_only_changes=True)
    words = _tr("An agent's morning brief"), _tr("every day at 07:00")
    made.append(_example(*words, Daily(at=time(7)), brief))
    return tuple(made)


def _example(title: str, when: str, trigger: Trigger, config: RunConfig) -> ScheduleExample:
    draft = ScheduleDraft(name=title, trigger=trigger, zone=local_zone(), run_config=config)
    return ScheduleExample(title=title, when=when, draft=draft)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Schedules", text)
