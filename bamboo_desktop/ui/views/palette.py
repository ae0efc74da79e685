"""The command palette: every action and every session, by typing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from bamboo_desktop.domain.session import SessionSummary
from bamboo_desktop.ui.actions import Actions
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.models.pick_list import PickEntry
from bamboo_desktop.ui.models.session_words import status_line


def action_entries(actions: Actions) -> tuple[PickEntry, ...]:
    """The actions that can be triggered now."""
    return tuple(
        PickEntry(
            title=action.text().replace("&", ""),
            value=action,
            hint=QKeySequence(action.shortcut()).toString(QKeySequence.SequenceFormat.NativeText),
            icon=spec.icon or "right",
        )
        for spec, action in actions.all()
        if action.isEnabled() and spec.name != "go.palette"
    )


def session_entries(summaries: Iterable[SessionSummary]) -> tuple[PickEntry, ...]:
    """The sessions, each with its state."""
    hint = QCoreApplication.translate("Palette", "session")
    return tuple(
        PickEntry(
            title=one_line(summary.session.title)[:200],
            value=summary.session.id,
            detail=status_line(summary)[:200],
            hint=hint,
            icon="sessions",
        )
        for summary in summaries
    )
