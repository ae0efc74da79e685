"""ClockWatch: tells sleep from a clock that was set, and when claims have to stand still.

The wall clock is compared with a clock that is never set. A jump that is no sleep and longer than
a day may be a mistake that is put right at once (a flat battery, a wrong time server), so claims
wait for two ticks; after more than a year they wait for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.schedule_view import ClockHold, HoldReason

NOTICEABLE = timedelta(seconds=30)
LONG_FORWARD = timedelta(hours=24)
LONG_BACK = timedelta(minutes=5)
FAR = timedelta(days=366)
HELD_TICKS = 2


@dataclass(frozen=True, slots=True)
class Jump:
    """What happened to time between two looks.

    Attributes:
        slept: how long the machine slept.
        set_by: by how much the wall clock was set, negative when back.
    """

    slept: timedelta = timedelta()
    set_by: timedelta = timedelta()

    @property
    def is_noticeable(self) -> bool:
        """True when what was planned by the clock has to be looked at again."""
        return max(self.slept, abs(self.set_by)) > NOTICEABLE


@dataclass(frozen=True, slots=True)
class _Look:
    wall: datetime
    monotonic: float
    uptime: float


class ClockWatch:
    """Looks at the clocks once a tick.

    Args:
        clock: the clocks.
        known: the latest instant that is known to have passed, from before this start.
    """

    def __init__(self, clock: Clock, *, known: datetime | None) -> None:
        self._clock = clock
        self._last = self._look()
        self._hold: ClockHold | None = None
        self._ticks_left = 0
        if known is not None:
            self._judge(self._last.wall, self._since(known))

    @property
    def hold(self) -> ClockHold | None:
        """Why nothing may be claimed, or None."""
        return self._hold

    def confirm(self) -> None:
        """A person says that the clock is right."""
        self._hold = None

    def tick(self) -> Jump:
        """Look again; a hold that has lasted long enough ends."""
        jump = self.look()
        is_doubted = abs(jump.set_by) > NOTICEABLE
        if not is_doubted and self._hold and self._hold.reason is not HoldReason.FAR_JUMP:
            self._ticks_left -= 1
            if self._ticks_left <= 0:
                self._hold = None
        return jump

    def look(self) -> Jump:
        """Look between two ticks, before something is done by the clock."""
        last, now = self._last, self._look()
        self._last = now
        passed = timedelta(seconds=now.uptime - last.uptime)
        awake = timedelta(seconds=now.monotonic - last.monotonic)
        jump = Jump(slept=passed - awake, set_by=(now.wall - last.wall) - passed)
        if abs(jump.set_by) > NOTICEABLE:
            self._judge(now.wall, jump.set_by)
        return jump

    def _since(self, known: datetime) -> timedelta:
        """How far the clock is from what is known; a long absence is no jump, a year of it is."""
        away = self._last.wall - known
        return away if away > FAR or away < timedelta() else timedelta()

    def _judge(self, now: datetime, set_by: timedelta) -> None:
        """Begin, lengthen or end a hold; a jump that takes back the one before ends its hold."""
        whole = set_by + (self._hold.jump if self._hold is not None else timedelta())
        reason = _reason(whole)
        if reason is None:
            self._hold = None
            return
        self._ticks_left = HELD_TICKS
        held = ClockHold(reason=reason, jump=whole, since=now)
        self._hold = held if self._hold is None else replace(held, since=self._hold.since)

    def _look(self) -> _Look:
        return _Look(self._clock.now(), self._clock.monotonic(), self._clock.uptime())


def _reason(jump: timedelta) -> HoldReason | None:
    if abs(jump) > FAR:
        return HoldReason.FAR_JUMP
    if jump > LONG_FORWARD:
        return HoldReason.SET_FORWARD
    return HoldReason.SET_BACK if jump < -LONG_BACK else None
