"""Asking once before a quit that would interrupt what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.ui.dialogs import confirm

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bamboo_desktop.domain.ids import SessionId
    from bamboo_desktop.engine import Engine

_MOST = 6


def _tr(text: str) -> str:
    return QCoreApplication.translate("Leaving", text)


async def may_leave(engine: Engine, window: QWidget) -> bool:
    """True when nothing runs, or when the person has seen what would be interrupted and agrees."""
    running = engine.runs.active()
    if not running:
        return True
    lines = [f"\u2022 {await _title(engine, run.session_id)}" for run in running[:_MOST]]
    if len(running) > _MOST:
        lines.append(_tr("and {} more").format(len(running) - _MOST))
    return await confirm(
        window,
        question=_tr("Quit while sessions are running?"),
        details="\n".join((*lines, "", _tr("They are interrupted and can be continued later."))),
        yes=_tr("Quit"),
        no=_tr("Keep running"),
    )


async def _title(engine: Engine, session_id: SessionId) -> str:
    try:
        return (await engine.sessions.get(session_id)).title[:80]
    except NotFoundError:
        return session_id
