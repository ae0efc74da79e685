"""The ticker's heartbeat in words: well, held, or behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.schedule_view import ClockHold, Heartbeat, HoldReason
from bamboo_desktop.ui.formats import exact
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.models.schedule_words import when

SILENT = timedelta(seconds=60)
"""A ticker that says nothing for so long is behind; it looks every 15 s at least."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeartbeatWords:
    """What the foot of the window says; `is_held` while a person can end a hold."""

    text: str
    details: str
    glyph: GlyphState
    is_held: bool = False


def _tr(text: str) -> str:
    return QCoreApplication.translate("Heartbeat", text)


def heartbeat_words(heartbeat: Heartbeat, now: datetime) -> HeartbeatWords:
    """What a heartbeat says now."""
    if heartbeat.hold is not None:
        return _held(heartbeat.hold)
    at = heartbeat.last_tick_at
    if at is None:
        return HeartbeatWords(
            text=_tr("Schedules start"),
            details=_tr("Schedules are looked at for the first time."),
            glyph=GlyphState.IDLE,
        )
    if heartbeat.is_behind or now - at > SILENT:
        return HeartbeatWords(
            text=_tr("Schedules are behind"),
            details=_tr(
                "Schedules were last looked at {}. What came due since is claimed as soon as the "
                "machine has time; nothing is lost."
            ).format(exact(at)),
            glyph=GlyphState.WAITING,
        )
    seen = _tr("Schedules were last looked at {}.").format(exact(at))
    due = heartbeat.next_due_at
    if due is None:
        return HeartbeatWords(text=_tr("Nothing is scheduled"), details=seen, glyph=GlyphState.IDLE)
    return HeartbeatWords(
        text=_tr("Schedules ok, next {}").format(when(due, now)),
        details=_tr("The next one is due {}.").format(exact(due)) + "\n" + seen,
        glyph=GlyphState.DONE,
    )


def _held(hold: ClockHold) -> HeartbeatWords:
    jump = _span(abs(hold.jump))
    if hold.reason is HoldReason.FAR_JUMP:
        return HeartbeatWords(
            text=_tr("Schedules are held: the clock jumped by {}").format(jump),
            details=_tr(
                "The clock of this machine jumped by {} at once, so nothing is started until you "
                "say that it is right. If it is wrong, set it; then schedules go on by themselves."
            ).format(jump),
            glyph=GlyphState.WAITING,
            is_held=True,
        )
    way = (
        _tr("The clock was set forward by {}.")
        if hold.reason is HoldReason.SET_FORWARD
        else _tr("The clock was set back by {}.")
    )
    return HeartbeatWords(
        text=_tr("Schedules are held: the clock was set"),
        details=way.format(jump)
        + " "
        + _tr("Schedules go on once it has been steady for a while, or at once if you say so."),
        glyph=GlyphState.WAITING,
        is_held=True,
    )


def _span(jump: timedelta) -> str:
    if jump >= timedelta(days=2):
        return _tr("{} days").format(round(jump / timedelta(days=1)))
    if jump >= timedelta(hours=2):
        return _tr("{} hours").format(round(jump / timedelta(hours=1)))
    return _tr("{} minutes").format(max(1, round(jump / timedelta(minutes=1))))
