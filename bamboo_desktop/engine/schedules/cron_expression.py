"""CronExpression: five fields or a nickname, read in the one way that cannot be misread."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.engine.schedules.cron_fields import KINDS, CronField, parse_field

LONGEST = 200
NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_FIELDS = 5
_FIELDS_WITH_YEAR = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class CronExpression:
    """A cron expression whose meaning is spelled out.

    Attributes:
        text: as it was written, without space at its ends.
        fields: minute, hour, day of month, month, day of week.
    """

    text: str
    fields: tuple[CronField, CronField, CronField, CronField, CronField]

    @classmethod
    def parse(cls, text: str) -> CronExpression:
        """Read an expression.

        Raises:
            InvalidInputError: it could be misread; the sentence says what to write instead.
        """
        written = text.strip(" \t")
        parts = _parts(written)
        minute, hour, day, month, weekday = (
            parse_field(part, kind) for part, kind in zip(parts, KINDS, strict=True)
        )
        _check_days(day, weekday)
        return cls(text=written, fields=(minute, hour, day, month, weekday))

    @property
    def is_fixed(self) -> bool:
        """It names its minutes and hours; else it follows the wall clock through a change."""
        minute, hour, *_ = self.fields
        return not (minute.starts_with_star or hour.starts_with_star)

    @property
    def either_day(self) -> bool:
        """One of the two day fields is enough, unless one of them starts with a star.

        So does the daemon, also for `*/2` (man 5 crontab, "Note: The day of a command's execution
        can be specified in the following two fields").
        """
        _, _, day, _, weekday = self.fields
        return not (day.starts_with_star or weekday.starts_with_star)

    @property
    def spelled_out(self) -> str:
        """The same without names, ranges and steps, for croniter.

        croniter reads a list of all values as a star and then lets the other day field decide; the
        daemon sees every day named.
        """
        minute, hour, day, month, weekday = (field.spelled_out for field in self.fields)
        if self.either_day and any(field.names_all for field in self.fields[2::2]):
            day = weekday = "*"
        return f"{minute} {hour} {day} {month} {weekday}"


def _parts(written: str) -> list[str]:
    if not written:
        raise InvalidInputError("The cron expression is empty; write five fields like 0 9 * * 1-5.")
    if len(written) > LONGEST:
        raise InvalidInputError(
            f"The cron expression has {len(written):,} characters; at most {LONGEST} are read. Use "
            "ranges and steps, or several schedules."
        )
    if not written.isascii() or (not written.isprintable() and "\t" not in written):
        raise InvalidInputError(
            "The cron expression holds characters that are no plain ASCII; write the digits 0 to 9 "
            "and plain spaces."
        )
    if written.startswith("@"):
        return _nickname(written.lower()).split()
    parts = written.split()
    if len(parts) == _FIELDS:
        return parts
    if len(parts) in {_FIELDS + 1, _FIELDS_WITH_YEAR}:
        raise InvalidInputError(
            f"This has {len(parts)} fields. Leave out seconds and years: minute, hour, day of "
            "month, month, day of week, as in 0 9 * * 1-5."
        )
    raise InvalidInputError(
        f"A cron expression has five fields, this has {len(parts)}: minute, hour, day of month, "
        "month, day of week, as in 0 9 * * 1-5."
    )


def _nickname(written: str) -> str:
    found = NICKNAMES.get(written)
    if found is not None:
        return found
    if written == "@reboot":
        raise InvalidInputError(
            "@reboot names no time; choose a time and let a missed run be caught up at the start."
        )
    known = ", ".join(NICKNAMES)
    raise InvalidInputError(f"{written[:20]!r} is not known; write one of {known}.")


def _check_days(day: CronField, weekday: CronField) -> None:
    """Croniter joins these with the other day field in a way the daemon does not."""
    if weekday.specials and day.values is not None:
        raise InvalidInputError(
            f"{weekday.specials[0]} in the day of week field needs a * as day of month; use two "
            "schedules for two rules."
        )
    if day.specials and weekday.values is not None:
        raise InvalidInputError(
            "L as day of month needs a * as day of week; use two schedules for two rules."
        )
