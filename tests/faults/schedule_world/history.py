"""What a schedule should have done by now: the rules it had, and when each of them counted."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule import Misfire
from tests.faults.schedule_world.almanac import Rule, of_line, of_period


@dataclass
class Chapter:
    """A rule in a zone, from an instant (not included) to another (included), if it has ended."""

    rule: Rule
    zone: str
    after: datetime
    upto: datetime | None
    instants: list[datetime]


@dataclass
class History:
    """The rules of one schedule.

    Attributes:
        outdated: claimed ahead under a rule that has been changed since, by a clock that was wrong.
    """

    id: ScheduleId
    epoch: datetime
    anchor: datetime
    misfire: Misfire
    is_quiet: bool
    chapters: list[Chapter] = field(default_factory=list)
    outdated: set[datetime] = field(default_factory=set)

    @property
    def last(self) -> Chapter:
        return self.chapters[-1]

    def begin(self, rule: Rule, zone: str, after: datetime) -> None:
        """From `after` on this rule counts."""
        if self.chapters:
            self.last.upto = after
        if rule.every is not None:
            instants = list(of_period(rule.every, self.anchor, self.epoch))
        else:
            instants = list(of_line(rule.line, zone, self.epoch))
        self.chapters.append(Chapter(rule, zone, after, None, instants))

    def expected(self, upto: datetime) -> list[datetime]:
        """Every instant that has to have a fate by `upto`, in order."""
        return [at for chapter in self.chapters for at in _within(chapter, upto)]

    def is_known(self, at: datetime) -> bool:
        """True when some rule of the schedule names that instant at its time."""
        return at in self.outdated or any(at in _within(chapter, at) for chapter in self.chapters)

    def following(self, at: datetime) -> datetime | None:
        """The next instant by the present rule."""
        instants = self.last.instants
        place = bisect_right(instants, max(at, self.last.after))
        return instants[place] if place < len(instants) else None


def _within(chapter: Chapter, upto: datetime) -> list[datetime]:
    end = upto if chapter.upto is None else min(upto, chapter.upto)
    first = bisect_right(chapter.instants, chapter.after)
    return chapter.instants[first : bisect_right(chapter.instants, end)]
