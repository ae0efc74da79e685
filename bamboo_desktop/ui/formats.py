"""Numbers and instants as people read them: short in the row, exact on hover."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale

from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.ui.harmless import harmless_line

_DAY = timedelta(days=1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Formats", text)


def ago(at: datetime, now: datetime) -> str:
    """How long ago, as short as a row allows: `now`, `4m`, `2h`, `09:41`, `yesterday`, `3 Nov`."""
    here, today = at.astimezone(), now.astimezone().date()
    if here.date() < today and (now - at).total_seconds() >= 3600:
        return _day(here, today)
    return _within_day(at, now)


def ago_under_day(at: datetime, now: datetime) -> str:
    """The same where a heading names the day already: the time of that day."""
    days = now.astimezone().date() - at.astimezone().date()
    if _DAY <= days < 7 * _DAY:
        return clock_time(at)
    return ago(at, now)


def _within_day(at: datetime, now: datetime) -> str:
    seconds = (now - at).total_seconds()
    if seconds < 60:
        return _tr("now")
    if seconds < 3600:
        return _tr("{}m").format(int(seconds // 60))
    return _tr("{}h").format(int(seconds // 3600)) if seconds < 6 * 3600 else clock_time(at)


def _day(here: datetime, today: date) -> str:
    locale = QLocale()
    if today - here.date() == _DAY:
        return _tr("yesterday")
    if today - here.date() < 7 * _DAY:
        return str(locale.dayName(here.isoweekday(), QLocale.FormatType.ShortFormat))
    month = locale.monthName(here.month, QLocale.FormatType.ShortFormat)
    return f"{here.day} {month}" if here.year == today.year else f"{month} {here.year}"


def clock_time(at: datetime) -> str:
    """Hours and minutes where the person is."""
    return at.astimezone().strftime("%H:%M")


def exact(at: datetime) -> str:
    """The exact instant where the person is, for a tool tip."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


@lru_cache(maxsize=4096)
def day_title(day: date, today: date) -> str:
    """The heading of a day or month in the session list."""
    if day >= today:
        return _tr("Today")
    if today - day == _DAY:
        return _tr("Yesterday")
    locale = QLocale()
    if today - day < 7 * _DAY:
        return str(locale.dayName(day.isoweekday(), QLocale.FormatType.LongFormat))
    month = str(locale.standaloneMonthName(day.month, QLocale.FormatType.LongFormat))
    return month if day.year == today.year else f"{month} {day.year}"


def tokens(count: int) -> str:
    """A number of tokens: `840`, `12.4k`, `1.2M`."""
    if count < 1000:
        return str(count)
    if count < 999_950:
        return f"{count / 1000:.1f}k" if count < 99_950 else f"{count / 1000:.0f}k"
    return f"{count / 1_000_000:.1f}M"


def exact_tokens(count: int) -> str:
    """A number of tokens with separators, for a tool tip."""
    return str(QLocale().toString(count))


def money(micros: int | None) -> str:
    """A cost: `$0.41`; `<$0.01` where cents would hide it; empty where no price is known."""
    if micros is None:
        return ""
    if 0 < micros < 10_000:
        return "<$0.01"
    return f"${micros / 1_000_000:,.2f}"


def exact_money(micros: int | None) -> str:
    """A cost to the millionth, or that it is not known."""
    return _tr("price unknown") if micros is None else f"${micros / 1_000_000:,.6f}"


def usage_line(usage: Usage) -> str:
    """Tokens and cost in one short line, empty when nothing was used."""
    if not usage.total_tokens and not usage.cost_micros:
        return ""
    parts = (tokens(usage.total_tokens), money(usage.cost_micros))
    return "   ".join(part for part in parts if part)


def usage_details(usage: Usage) -> str:
    """The exact figures of a usage, one a line, for a tool tip."""
    rows = (
        (_tr("input"), exact_tokens(usage.input_tokens)),
        (_tr("of it from cache"), exact_tokens(usage.cache_read_tokens)),
        (_tr("output"), exact_tokens(usage.output_tokens)),
        (_tr("of it thinking"), exact_tokens(usage.thinking_tokens)),
        (_tr("cost"), exact_money(usage.cost_micros)),
    )
    return "\n".join(f"{name}: {value}" for name, value in rows)


def home_short(path: str) -> str:
    """A folder with the person's home written as `~`."""
    home = str(Path.home())
    if path == home:
        return "~"
    return "~" + path[len(home) :] if path.startswith(home + "/") else path


def one_line(text: str) -> str:
    """Text on one line, for a row, with nothing in it that cannot be seen."""
    return harmless_line(text)
