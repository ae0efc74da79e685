"""Schedules in words: when the next fire is, what became of an occurrence, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QCoreApplication, QLocale

from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceKind, OccurrenceState, Reason
from bamboo_desktop.domain.schedule import PauseReason, Schedule
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.glyphs import GlyphState

_DAY = timedelta(days=1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Schedules", text)


def until(at: datetime, now: datetime) -> str:
    """How far off an instant is: `in 25 min`, `in 3 h`, `tomorrow 09:00`, `Mon 09:00`, `3 Dec`."""
    seconds = (at - now).total_seconds()
    if seconds <= 0:
        return _tr("due")
    if seconds < 12 * 3600:
        return _soon(seconds)
    here, today = at.astimezone(), now.astimezone().date()
    days = here.date() - today
    if days < _DAY:
        return _tr("today {}").format(fire_time(at))
    return _tr("tomorrow {}").format(fire_time(at)) if days == _DAY else _far(here, days, now)


def when(at: datetime, now: datetime) -> str:
    """The same with the exact time: `16:40 (in 25 min)`, `tomorrow 09:00 (in 20 h)`."""
    words = until(at, now)
    if at <= now:
        return words
    if at - now >= timedelta(hours=12):
        return f"{words} ({distance(at, now)})"
    is_today = at.astimezone().date() == now.astimezone().date()
    at_words = fire_time(at) if is_today else _tr("tomorrow {}").format(fire_time(at))
    return f"{at_words} ({words})"


def fire_time(at: datetime) -> str:
    """The time of day where the person is; with seconds where it has some."""
    here = at.astimezone()
    return f"{here:%H:%M:%S}" if here.second else f"{here:%H:%M}"


def distance(at: datetime, now: datetime) -> str:
    """The same where the date stands beside it: `in 3 h`, `in 12 days`."""
    seconds = (at - now).total_seconds()
    if seconds < 48 * 3600:
        return _soon(max(seconds, 1))
    return _tr("in {} days").format(int(seconds // 86_400))


def _soon(seconds: float) -> str:
    if seconds < 60:
        # Seconds would have to be counted down; a number that stands still would be wrong.
        return _tr("within a minute")
    if seconds < 3600:
        return _tr("in {} min").format(int(seconds // 60))
    return _tr("in {} h").format(int(seconds // 3600))


def _far(here: datetime, days: timedelta, now: datetime) -> str:
    locale, short = QLocale(), QLocale.FormatType.ShortFormat
    if days < 7 * _DAY:
        return f"{locale.dayName(here.isoweekday(), short)} {here:%H:%M}"
    day = f"{here.day} {locale.monthName(here.month, short)}"
    return f"{day} {here:%H:%M}" if here.year == now.year else f"{day} {here.year}"


def day_and_time(at: datetime, zone: str = "") -> str:
    """An instant of a list: `Mon 24 Nov 2025 09:00`; in a zone of its own when one is given."""
    here = at.astimezone(_zone(zone)) if zone else at.astimezone()
    locale, short = QLocale(), QLocale.FormatType.ShortFormat
    day, month = locale.dayName(here.isoweekday(), short), locale.monthName(here.month, short)
    clock = f"{here:%H:%M:%S}" if here.second else f"{here:%H:%M}"
    return f"{day} {here.day} {month} {here.year} {clock}"


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def state_word(state: OccurrenceState) -> str:
    """A state in one or two words."""
    return {
        OccurrenceState.QUEUED: _tr("queued"),
        OccurrenceState.RUNNING: _tr("running"),
        OccurrenceState.WAITING: _tr("waits for you"),
        OccurrenceState.SUCCESS: _tr("done"),
        OccurrenceState.FAILED: _tr("failed"),
        OccurrenceState.CANCELLED: _tr("stopped"),
        OccurrenceState.SKIPPED: _tr("skipped"),
        OccurrenceState.MISSED: _tr("missed"),
        OccurrenceState.INTERRUPTED: _tr("interrupted"),
    }[state]


def reason_sentence(reason: Reason) -> str:
    """Why an occurrence has its fate, in a sentence; empty when the fate says it all."""
    return {
        Reason.NONE: "",
        Reason.NOT_CAUGHT_UP: _tr("The program was not running, and this schedule lets such go."),
        Reason.TOO_LATE: _tr("It could only have been started later than this schedule allows."),
        Reason.SUPERSEDED: _tr("A later one stands for it."),
        Reason.OVER_LIMIT: _tr("More were missed than this schedule catches up."),
        Reason.DISABLED: _tr("The schedule was switched off."),
        Reason.PAUSED: _tr("The schedule was paused."),
        Reason.ZONE_MOVED: _tr("Its time of day was left out by a move of the time zone."),
        Reason.ASKED: _tr("It was missed. Shall it be run now?"),
        Reason.DECLINED: _tr("It was missed, and you did not want it to be run later."),
        Reason.OVERLAP: _tr("The one before it was still running."),
        Reason.WAITS_FOR_YOU: _tr("The one before it waits for you."),
        Reason.BUSY: _tr("The session it goes on in was running."),
        Reason.NO_MODEL: _tr("No model is chosen, neither here nor in the settings."),
        Reason.DAILY_CAP: _tr("The schedule had as many runs that day as it may have."),
        Reason.BUDGET: _tr("Its budget is used up."),
        Reason.PREFLIGHT: _tr("Something it needs was not there."),
        Reason.PREPARED: _tr("The session was prepared and not run, as the schedule says."),
        Reason.OUT_OF_ROUNDS: _tr("The agent took more steps than it may."),
        Reason.BY_PERSON: _tr("You stopped it or took it back."),
        Reason.DELETED: _tr("The schedule or its session was deleted."),
    }[reason]


def is_asked(occurrence: Occurrence) -> bool:
    """True while the person is asked whether it shall be caught up."""
    return occurrence.state is OccurrenceState.WAITING and occurrence.reason is Reason.ASKED


def why(occurrence: Occurrence) -> str:
    """Why it has its fate; one that is run after all needs no reason any more."""
    is_settled = occurrence.reason is Reason.ASKED and not is_asked(occurrence)
    return "" if is_settled else reason_sentence(occurrence.reason)


def fate_line(occurrence: Occurrence) -> str:
    """State and reason on one line, as a row shows them."""
    word = state_word(occurrence.state)
    if is_asked(occurrence):
        word = _tr("missed, waits for your word")
    if occurrence.count > 1:
        word = _tr("{} times {}").format(f"{occurrence.count:,}", word)
    if occurrence.kind is OccurrenceKind.MANUAL:
        word = _tr("{} (by hand)").format(word)
    detail = one_line(occurrence.error)[:160] or _begun_small(why(occurrence))
    return f"{word}: {detail}" if detail and not is_asked(occurrence) else word


def _begun_small(sentence: str) -> str:
    """A sentence of ours as it goes on after a colon."""
    return sentence[:1].lower() + sentence[1:]


def state_glyph(state: OccurrenceState) -> GlyphState:
    """The shape of a state."""
    return {
        OccurrenceState.QUEUED: GlyphState.PAUSED,
        OccurrenceState.RUNNING: GlyphState.RUNNING,
        OccurrenceState.WAITING: GlyphState.WAITING,
        OccurrenceState.SUCCESS: GlyphState.DONE,
        OccurrenceState.FAILED: GlyphState.FAILED,
        OccurrenceState.CANCELLED: GlyphState.PAUSED,
        OccurrenceState.SKIPPED: GlyphState.PAUSED,
        OccurrenceState.MISSED: GlyphState.MISSED,
        OccurrenceState.INTERRUPTED: GlyphState.FAILED,
    }[state]


def is_paused(schedule: Schedule, now: datetime) -> bool:
    """True while a pause holds."""
    return schedule.pause is not None and schedule.pause.covers(now)


def pause_words(schedule: Schedule, now: datetime) -> str:
    """Why a schedule stands still and until when; empty when it does not."""
    pause = schedule.pause
    if pause is None or not pause.covers(now):
        return ""
    if pause.reason is not PauseReason.PERSON:
        return one_line(pause.message) or _tr("Paused by the program; resume it when it is mended.")
    if pause.until is None:
        return _tr("Paused until you resume it")
    return _tr("Paused, goes on {}").format(until(pause.until, now))


def span(duration: timedelta) -> str:
    """How long something took: `4 s`, `3 min 20 s`, `2 h 5 min`."""
    seconds = int(duration.total_seconds())
    if seconds < 60:
        return _tr("{} s").format(max(1, seconds))
    if seconds < 3600:
        return _tr("{} min {} s").format(*divmod(seconds, 60))
    return _tr("{} h {} min").format(*divmod(seconds // 60, 60))
