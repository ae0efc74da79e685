"""Rows of the list of schedules: what each says, in which order, and which fit a search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState
from bamboo_desktop.domain.schedule_view import ScheduleSummary
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.models.schedule_words import (
    fate_line,
    is_asked,
    is_paused,
    pause_words,
    state_glyph,
    when,
)


class ScheduleOrder(StrEnum):
    """What the list is sorted by; what needs a person always comes first."""

    NEXT = "next"
    NAME = "name"
    LAST = "last"
    COST = "cost"


@dataclass(frozen=True, kw_only=True, slots=True)
class RowWords:
    """What a row says at an instant.

    Attributes:
        next: the next fire, exact and relative, or why there is none.
        note: the second line under it: what goes on or how the last one ended.
        glyph: the shape beside the note.
        is_loud: it waits for the person or is in trouble.
    """

    next: str
    note: str
    glyph: GlyphState
    is_loud: bool = False


def _tr(text: str) -> str:
    return QCoreApplication.translate("Schedules", text)


def asked(summary: ScheduleSummary) -> Occurrence | None:
    """The missed occurrence the person is asked about, if there is one."""
    return next((one for one in summary.open if is_asked(one)), None)


def is_waiting(summary: ScheduleSummary) -> bool:
    """True when something of it waits for the person."""
    return any(one.state is OccurrenceState.WAITING for one in summary.open)


def row_words(summary: ScheduleSummary, now: datetime) -> RowWords:
    """What a row says now."""
    note, glyph, is_loud = _note(summary, now)
    return RowWords(next=_next(summary, now), note=note, glyph=glyph, is_loud=is_loud)


def _next(summary: ScheduleSummary, now: datetime) -> str:
    schedule = summary.schedule
    if not schedule.is_enabled:
        return _tr("off")
    if is_paused(schedule, now):
        return _tr("paused")
    if schedule.plan.next_at is None:
        return _tr("never again")
    return when(schedule.plan.next_at, now)


def _note(summary: ScheduleSummary, now: datetime) -> tuple[str, GlyphState, bool]:
    if is_waiting(summary):
        words = _tr("missed: run it?") if asked(summary) else _tr("waits for you")
        return words, GlyphState.WAITING, True
    for state, words in (
        (OccurrenceState.RUNNING, _tr("running")),
        (OccurrenceState.QUEUED, _tr("queued")),
    ):
        if any(one.state is state for one in summary.open):
            return words, state_glyph(state), False
    if summary.schedule.is_enabled and (paused := pause_words(summary.schedule, now)):
        return paused, GlyphState.PAUSED, False
    if summary.last is None:
        return _tr("has not run yet"), GlyphState.IDLE, False
    state = summary.last.state
    is_loud = state in {OccurrenceState.FAILED, OccurrenceState.MISSED, OccurrenceState.INTERRUPTED}
    return fate_line(summary.last), state_glyph(state), is_loud


SortKey = tuple[object, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrangement:
    """What fits some words, in an order; `keys` are the sort keys of `rows`, ascending."""

    text: str
    order: ScheduleOrder
    rows: list[ScheduleSummary]
    keys: list[SortKey]


def arranged(summaries: Iterable[ScheduleSummary], text: str, order: ScheduleOrder) -> Arrangement:
    """What fits the words, in an order; it may be called beside the loop."""
    pairs = [(sort_key(one, order), one) for one in summaries if fits(one, text)]
    pairs.sort(key=lambda pair: pair[0])
    keys, rows = [key for key, _ in pairs], [one for _, one in pairs]
    return Arrangement(text=text, order=order, rows=rows, keys=keys)


def fits(summary: ScheduleSummary, text: str) -> bool:
    """True when name and sentence have all the words."""
    if not text:
        return True
    said = f"{summary.schedule.name}\n{summary.sentence}".casefold()
    return all(word in said for word in text.casefold().split())


def sort_key(summary: ScheduleSummary, order: ScheduleOrder) -> SortKey:
    """Where a row belongs; no two rows have the same key."""
    schedule = summary.schedule
    name = (schedule.name.casefold(), schedule.id)
    if order is ScheduleOrder.NAME:
        return name
    is_calm = not (summary.open and is_waiting(summary))
    if order is ScheduleOrder.LAST:
        last = summary.last
        at = 0.0 if last is None else (last.ended_at or last.claimed_at).timestamp()
        return (is_calm, -at, *name)
    if order is ScheduleOrder.COST:
        return (is_calm, -(summary.cost_month_micros or 0), *name)
    is_still = not schedule.is_enabled or schedule.pause is not None
    due = schedule.plan.next_at
    return (is_calm, is_still, inf if due is None else due.timestamp(), *name)


def spoken(summary: ScheduleSummary, now: datetime) -> str:
    """A row for somebody who hears it."""
    schedule = summary.schedule
    words = row_words(summary, now)
    done = sum(state is OccurrenceState.SUCCESS for state in summary.streak)
    parts = [
        one_line(schedule.name),
        _tr("on") if schedule.is_enabled else _tr("off"),
        summary.sentence,
        _tr("next {}").format(words.next),
        words.note,
    ]
    if summary.streak:
        parts.append(_tr("{} of the last {} done").format(done, len(summary.streak)))
    if summary.is_stale:
        parts.append(_tr("nothing has succeeded for three periods"))
    return ", ".join(part for part in parts if part)
