"""Asking once before a quit that would interrupt what runs or lose what is not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.ui.dialogs import confirm

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bamboo_desktop.domain.ids import SessionId
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.views.workbench import Workbench

_MOST = 6


def _tr(text: str) -> str:
    return QCoreApplication.translate("Leaving", text)


async def may_leave(engine: Engine, window: QWidget, bench: Workbench | None = None) -> bool:
    """True when nothing runs and nothing is unsaved, or when the person agrees to lose it."""
    if bench is not None and not await bench.may_leave():
        return False
    return await _may_interrupt(engine, window)


async def _may_interrupt(engine: Engine, window: QWidget) -> bool:
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
