"""Budgets in the settings: what a run and a day may use before the person is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QWidget

from bamboo_desktop.domain.budget import Budget, BudgetAction, BudgetScope
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.schedules.budget_fields import BudgetFields
from bamboo_desktop.ui.views.settings_row import SettingsSection, keep_hidden

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_PREFIXES = {BudgetScope.RUN: "budget.run.", BudgetScope.EVERYTHING: "budget.day."}
_AT_LIMIT = "budget.at_limit"
_LONGEST = 15


class BudgetsSection(SettingsSection):
    """A limit is stored when its field is left, the rest at once."""

    def __init__(self, engine: Engine, tasks: TaskSet, parent: QWidget | None = None) -> None:
        super().__init__(
            QCoreApplication.translate("Settings", "Budgets"),
            QCoreApplication.translate(
                "Settings",
                "What agents may use before they pause and ask you. Waiting for you costs no time. "
                "A schedule may have limits of its own.",
            ),
            parent,
        )
        self._engine = engine
        self._tasks = tasks
        self._is_loading = True
        self._shown: tuple[Budget, ...] = ()
        rows = (
            (BudgetScope.RUN, self.tr("A run")),
            (BudgetScope.EVERYTHING, self.tr("A day, all runs")),
        )
        self._fields = BudgetFields(rows=rows)
        self._fields.finished.connect(self._keep_limits)
        words = self.tr("Budgets money tokens minutes tool calls a run a day limit")
        self.add_part(self._fields, words)
        self._at_limit = QComboBox()
        self._at_limit.setMinimumWidth(200)
        for action, told in (
            (BudgetAction.ASK, self.tr("Pause and ask me")),
            (BudgetAction.FINISH, self.tr("Sum up and end")),
            (BudgetAction.STOP, self.tr("Stop")),
        ):
            self._at_limit.addItem(told, action.value)
        self._at_limit.currentIndexChanged.connect(self._keep_action)
        self.add_row(
            self.tr("At a limit"),
            self.tr("A run that a schedule starts does what its schedule says."),
            self._at_limit,
        )
        self._error = label("", "trouble")
        self.add_part(self._error, "")
        keep_hidden(self._error, hidden=True)

    def load(self) -> None:
        """Show what is stored."""
        self._is_loading = True
        self._tasks.spawn(self._load(), name="load the budgets")

    async def _load(self) -> None:
        stored = await self._engine.preferences.all()
        limits = []
        for scope, prefix in _PREFIXES.items():
            cost, tokens, seconds, calls = (
                _number(stored.get(prefix + name, "")) for name in _names()
            )
            limits.append(
                Budget(scope=scope, cost_micros=cost, tokens=tokens, seconds=seconds, calls=calls)
            )
        self._fields.show_limits(tuple(limits))
        self._shown = self._fields.limits()
        chosen = self._at_limit.findData(stored.get(_AT_LIMIT, ""))
        self._at_limit.setCurrentIndex(max(chosen, 0))
        self._is_loading = False

    def _keep_limits(self) -> None:
        limits = self._fields.limits()
        if self._is_loading or limits == self._shown:
            return
        self._shown = limits
        by_scope = {limit.scope: limit for limit in limits}
        wanted: dict[str, str | None] = {}
        for scope, prefix in _PREFIXES.items():
            limit = by_scope.get(scope) or Budget(scope=scope)
            for name in _names():
                number = getattr(limit, name)
                wanted[prefix + name] = None if number is None else str(number)
        self._tasks.spawn(self._store(wanted), name="store the budgets")

    def _keep_action(self) -> None:
        if not self._is_loading:
            chosen = str(self._at_limit.currentData())
            self._tasks.spawn(self._store({_AT_LIMIT: chosen}), name="store the budgets")

    async def _store(self, wanted: dict[str, str | None]) -> None:
        stored = await self._engine.preferences.all()
        try:
            for key, value in wanted.items():
                if stored.get(key) != value:
                    await self._engine.preferences.put(key, value)
        except UserError as error:
            self._error.setText(error.sentence)
            keep_hidden(self._error, hidden=False)
        else:
            keep_hidden(self._error, hidden=True)


def _names() -> tuple[str, ...]:
    return ("cost_micros", "tokens", "seconds", "calls")


def _number(text: str) -> int | None:
    """A number as the engine reads it; anything else is no limit."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST
    return int(text) if is_number else None
