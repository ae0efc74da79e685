"""Rows of the list of schedules: what each says, in which order, and which fit a search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState, Reason
from bamboo_desktop.domain.schedule_view import ScheduleSummary
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.models.schedule_words import (
    fate_line,
    is_paused,
    pause_words,
    state_glyph,
    until,
)

_LATEST = datetime.max.replace(tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


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
        next: the next fire, relative, or why there is none.
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
    return next((one for one in summary.open if one.reason is Reason.ASKED), None)


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
    return until(schedule.plan.next_at, now)


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


def arranged(
    summaries: Iterable[ScheduleSummary], text: str, order: ScheduleOrder
) -> list[ScheduleSummary]:
    """What fits the words, in an order; equal ones by name."""
    words = text.casefold().split()
    kept = [one for one in summaries if not words or _fits(one, words)]
    kept.sort(key=lambda one: one.schedule.name.casefold())
    if order is ScheduleOrder.NEXT:
        kept.sort(key=_by_next)
    elif order is ScheduleOrder.LAST:
        kept.sort(key=_by_last, reverse=True)
    elif order is ScheduleOrder.COST:
        kept.sort(key=lambda one: one.cost_month_micros or 0, reverse=True)
    if order is not ScheduleOrder.NAME:
        kept.sort(key=lambda one: not is_waiting(one))
    return kept


def _fits(summary: ScheduleSummary, words: list[str]) -> bool:
    said = f"{summary.schedule.name}\n{summary.sentence}".casefold()
    return all(word in said for word in words)


def _by_next(summary: ScheduleSummary) -> tuple[bool, datetime]:
    schedule = summary.schedule
    is_still = not schedule.is_enabled or schedule.pause is not None
    return is_still, schedule.plan.next_at or _LATEST


def _by_last(summary: ScheduleSummary) -> datetime:
    last = summary.last
    return _EARLIEST if last is None else (last.ended_at or last.claimed_at)


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
