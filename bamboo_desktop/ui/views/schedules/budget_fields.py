"""Budgets as a small table of fields, a scope a row.

Nothing filled in is no limit; zero is a limit that lets nothing pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QDoubleValidator, QIntValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from bamboo_desktop.domain.budget import Budget, BudgetScope
from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.question_parts import label

_MOST = 2_000_000_000
_MICROS = 1_000_000


class BudgetFields(QWidget):
    """`changed` follows every edit, `finished` one that has been left.

    Args:
        rows: the scopes with their names; by default those of a schedule.
        parent: the widget it is in.
    """

    changed = Signal()
    finished = Signal()

    def __init__(
        self,
        *,
        rows: Sequence[tuple[BudgetScope, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        rows = rows or self._of_a_schedule()
        self._scopes = tuple(scope for scope, _ in rows)
        self._fields: dict[tuple[BudgetScope, int], QLineEdit] = {}
        heads = (
            self.tr("Money, $"),
            self.tr("Tokens"),
            self.tr("Minutes"),
            self.tr("Tool calls"),
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP_SMALL)
        grid.setVerticalSpacing(GAP_SMALL)
        for column, head in enumerate(heads):
            grid.addWidget(label(head, "caption"), 0, column + 1)
            grid.setColumnStretch(column + 1, 1)
        for row, (scope, words) in enumerate(rows):
            grid.addWidget(label(words), row + 1, 0)
            for column, head in enumerate(heads):
                field = self._field(f"{words}: {head}", is_money=column == 0)
                self._fields[scope, column] = field
                grid.addWidget(field, row + 1, column + 1)

    def _of_a_schedule(self) -> tuple[tuple[BudgetScope, str], ...]:
        return (
            (BudgetScope.RUN, self.tr("A run")),
            (BudgetScope.DAY, self.tr("A day")),
            (BudgetScope.SCHEDULE, self.tr("In all")),
        )

    def show_limits(self, limits: tuple[Budget, ...]) -> None:
        """Show them."""
        by_scope = {limit.scope: limit for limit in limits}
        for (scope, column), field in self._fields.items():
            limit = by_scope.get(scope) or Budget(scope=scope)
            field.setText(_shown(limit, column))

    def limits(self) -> tuple[Budget, ...]:
        """Them as they stand; a row that limits nothing is left out."""
        made = []
        for scope in self._scopes:
            minutes = self._number(scope, 2)
            cost = self._money(scope)
            limit = Budget(
                scope=scope,
                cost_micros=cost,
                tokens=self._number(scope, 1),
                seconds=None if minutes is None else minutes * 60,
                calls=self._number(scope, 3),
            )
            if not limit.is_open:
                made.append(limit)
        return tuple(made)

    def _money(self, scope: BudgetScope) -> int | None:
        text = self._fields[scope, 0].text()
        amount, is_number = QLocale.c().toDouble(text.replace(",", "."))
        return round(amount * _MICROS) if is_number and amount >= 0 else None

    def _number(self, scope: BudgetScope, column: int) -> int | None:
        text = self._fields[scope, column].text()
        return int(text) if text.isascii() and text.isdigit() else None

    def _field(self, name: str, *, is_money: bool) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(self.tr("no limit"))
        made.setMinimumWidth(70)
        if is_money:
            validator = QDoubleValidator(0, 1_000_000, 4, made)
            validator.setNotation(QDoubleValidator.Notation.StandardNotation)
            validator.setLocale(QLocale.c())
            made.setValidator(validator)
        else:
            made.setValidator(QIntValidator(0, _MOST, made))
        made.textChanged.connect(self.changed)
        made.editingFinished.connect(self.finished)
        return made


def _shown(limit: Budget, column: int) -> str:
    if column == 0:
        cost = limit.cost_micros
        return "" if cost is None else f"{cost / _MICROS:.4f}".rstrip("0").rstrip(".")
    seconds = None if limit.seconds is None else -(-limit.seconds // 60)
    value = (None, limit.tokens, seconds, limit.calls)[column]
    return "" if value is None else str(value)
