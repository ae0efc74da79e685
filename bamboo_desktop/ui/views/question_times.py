"""Instants in words: short and relative, with the exact one beside them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from bamboo_desktop.clock import SystemClock

_CLOCK = SystemClock()
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def _tr(text: str) -> str:
    return QCoreApplication.translate("Times", text)


def local(at: datetime) -> QDateTime:
    """The instant on this machine's clock."""
    return QDateTime.fromSecsSinceEpoch(int(at.timestamp()))


def exact(at: datetime) -> str:
    """The whole instant as the person's locale writes it; with none, in the order of ISO 8601."""
    locale = QLocale()
    if locale.language() is QLocale.Language.C:
        return local(at).toString("yyyy-MM-dd HH:mm")
    return locale.toString(local(at), QLocale.FormatType.ShortFormat)


def _since(at: datetime) -> int:
    return int((_CLOCK.now() - at).total_seconds())


def age(at: datetime) -> str:
    """How long ago, in one or two characters and a unit: now, 5m, 3h, 2d."""
    seconds = _since(at)
    if seconds < _MINUTE:
        return _tr("now")
    if seconds < _HOUR:
        return _tr("%1m").replace("%1", str(seconds // _MINUTE))
    if seconds < _DAY:
        return _tr("%1h").replace("%1", str(seconds // _HOUR))
    return _tr("%1d").replace("%1", str(seconds // _DAY))


def asked(at: datetime) -> str:
    """When something was asked, as words in a sentence."""
    seconds = _since(at)
    if seconds < _MINUTE:
        return _tr("asked just now")
    return _tr("asked %1 ago").replace("%1", age(at))


def left(until: datetime) -> str:
    """How long it still is until an instant."""
    seconds = max(-_since(until), 0)
    if seconds < _HOUR:
        return _tr("in %1m").replace("%1", str(max(seconds // _MINUTE, 1)))
    if seconds < _DAY:
        return _tr("in %1h").replace("%1", str(seconds // _HOUR))
    return _tr("in %1d").replace("%1", str(seconds // _DAY))
