"""The history of a schedule: one row an occurrence, the newest first."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from bamboo_desktop.domain.schedule_view import Comparison, OccurrenceDetail
from bamboo_desktop.ui.formats import exact_money, money, one_line, tokens
from bamboo_desktop.ui.models.schedule_words import day_and_time, fate_line, span

HISTORY_ROLE = int(Qt.ItemDataRole.UserRole)
_MARKS = re.compile(r"^ *(?:#{1,6} +|[-*+>] +|```\w*)|\*\*|`", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
"""Markdown that would only be noise on one line."""
_NOTICED = timedelta(seconds=1)
_INVALID = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


def _tr(text: str) -> str:
    return QCoreApplication.translate("History", text)


def answer_line(detail: OccurrenceDetail) -> str:
    """What came of it in one line: the answer, else its fate."""
    words = _MARKS.sub("", _LINK.sub(r"\1", detail.answer[:400]))
    return one_line(words) or fate_line(detail.occurrence)


def figures(detail: OccurrenceDetail) -> str:
    """Duration, tokens and cost, as short as a row allows."""
    used = detail.usage.total_tokens
    parts = (
        span(detail.duration) if detail.duration is not None else "",
        tokens(used) if used else "",
        money(detail.usage.cost_micros or None),
    )
    return "   ".join(part for part in parts if part)


def comparison_lines(comparison: Comparison) -> tuple[str, ...]:
    """How the later of two differs from the earlier, a fact a line."""
    lines = [comparison.basis]
    if comparison.longer is not None and abs(comparison.longer) >= _NOTICED:
        took = span(abs(comparison.longer))
        is_longer = comparison.longer.total_seconds() >= 0
        lines.append(
            _tr("Took {} longer").format(took) if is_longer else _tr("Took {} less").format(took)
        )
    if comparison.more_tokens:
        words = _tr("{} tokens more") if comparison.more_tokens > 0 else _tr("{} tokens less")
        lines.append(words.format(tokens(abs(comparison.more_tokens))))
    if comparison.cost_micros:
        more = comparison.cost_micros > 0
        words = _tr("Cost {} more") if more else _tr("Cost {} less")
        lines.append(words.format(exact_money(abs(comparison.cost_micros))))
    for words, paths in (
        (_tr("Files only the earlier touched"), comparison.only_first),
        (_tr("Files only the later touched"), comparison.only_second),
        (_tr("Files both touched"), comparison.both),
    ):
        if paths:
            lines.append(f"{words}: {', '.join(paths[:20])}")
    return tuple(line for line in lines if line)


class HistoryModel(QAbstractTableModel):
    """One column of rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[OccurrenceDetail, ...] = ()

    @property
    def rows(self) -> tuple[OccurrenceDetail, ...]:
        """What is listed, the newest first."""
        return self._rows

    def replace(self, rows: tuple[OccurrenceDetail, ...]) -> None:
        """List these."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def detail_at(self, index: Index) -> OccurrenceDetail | None:
        """The occurrence of a row."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    @override
    def rowCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _INVALID) -> int:
        return 0 if parent.isValid() else 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        detail = self.detail_at(index)
        if detail is None or role == HISTORY_ROLE:
            return detail
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            when = day_and_time(detail.occurrence.planned_at)
            fate = fate_line(detail.occurrence)
            return ", ".join(part for part in (when, fate, figures(detail)) if part)
        return None
