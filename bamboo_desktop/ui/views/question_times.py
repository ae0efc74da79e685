"""Instants in words: short and relative, with the exact one beside them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from bamboo_desktop.ui.formats import ago

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_HOURS_TOLD = 6
"""Beyond so many hours `ago` names the time or the day instead."""


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


def asked(at: datetime, now: datetime) -> str:
    """When something was asked, as words in a sentence."""
    seconds = (now - at).total_seconds()
    if seconds < _MINUTE:
        return _tr("asked just now")
    told = _tr("asked %1 ago") if seconds < _HOURS_TOLD * _HOUR else _tr("asked %1")
    return told.replace("%1", ago(at, now))


def left(until: datetime, now: datetime) -> str:
    """How long it still is until an instant."""
    seconds = max(int((until - now).total_seconds()), 0)
    if seconds < _HOUR:
        return _tr("in %1m").replace("%1", str(max(seconds // _MINUTE, 1)))
    if seconds < _DAY:
        return _tr("in %1h").replace("%1", str(seconds // _HOUR))
    return _tr("in %1d").replace("%1", str(seconds // _DAY))
