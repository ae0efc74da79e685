"""The block "Limits": how often, how much, and what it may do without asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from bamboo_desktop.domain.budget import BudgetAction, Budgets
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.views.schedules.budget_fields import BudgetFields
from bamboo_desktop.ui.views.schedules.field import Field, choice, choose, in_a_row, number
from bamboo_desktop.ui.views.settings_row import SettingsSection


class LimitsBlock(SettingsSection):
    """`changed` follows every edit.

    Args:
        check_rule: says what is wrong with a permission rule, empty when nothing is.
    """

    changed = Signal()

    def __init__(self, check_rule: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("Schedules", "Limits"), "", parent)
        self._check_rule = check_rule
        self._kept = Budgets()
        self._cap = number(1, 1440, self.tr("Runs a day"))
        self._at_limit = choice(
            (BudgetAction.ASK, self.tr("Pause and ask me")),
            (BudgetAction.FINISH, self.tr("Sum up and end")),
            (BudgetAction.STOP, self.tr("Stop")),
            name=self.tr("At a limit"),
        )
        self._budgets = BudgetFields()
        self._rules = QPlainTextEdit()
        self._rules.setTabChangesFocus(True)
        self._rules.setFixedHeight(76)
        set_kind(self._rules, "field")
        self._rules.setPlaceholderText("Bash(git status)\nWrite(/home/me/notes/**)")
        self.rules_field = Field(
            self.tr("Allowed without asking, in runs of this schedule only"),
            self._rules,
            self.tr("One rule a line. Everything else asks first, and the run waits for you."),
        )
        self._may_change = QCheckBox(self.tr("Its runs may make and change schedules"))
        self.add_part(
            in_a_row(
                Field(self.tr("Runs a day at most"), self._cap),
                Field(self.tr("At a limit"), self._at_limit),
            ),
            "",
        )
        self.add_part(self._budgets, "")
        self.add_part(self.rules_field, "")
        self.add_part(self._may_change, "")
        self._cap.valueChanged.connect(self.changed)
        self._at_limit.currentIndexChanged.connect(self.changed)
        self._budgets.changed.connect(self.changed)
        self._rules.textChanged.connect(self.changed)
        self._may_change.toggled.connect(self.changed)

    def show_limits(self, cap: int, budgets: Budgets, config: RunConfig) -> None:
        """Show them."""
        self._kept = budgets
        self._cap.setValue(cap)
        choose(self._at_limit, budgets.at_limit)
        self._budgets.show_limits(budgets.limits)
        self._rules.setPlainText("\n".join(config.allow_rules))
        self._may_change.setChecked(config.may_change_schedules)

    @property
    def daily_cap(self) -> int:
        """How many runs a day."""
        return self._cap.value()

    def budgets(self) -> Budgets:
        """The budgets as they stand."""
        at_limit = BudgetAction(self._at_limit.currentData())
        return Budgets(limits=self._budgets.limits(), at_limit=at_limit)

    def with_grants(self, config: RunConfig) -> RunConfig:
        """A configuration with the permissions as they stand."""
        return replace(
            config,
            allow_rules=tuple(self._lines()),
            may_change_schedules=self._may_change.isChecked(),
        )

    def check(self) -> bool:
        """Say which rule is wrong and why; True when none is."""
        for place, rule in enumerate(self._lines()):
            if sentence := self._check_rule(rule):
                self.rules_field.say(self.tr("Rule {}: {}").format(place + 1, sentence))
                return False
        self.rules_field.say("")
        return True

    def _lines(self) -> list[str]:
        lines = (line.strip() for line in self._rules.toPlainText().splitlines())
        return [line for line in lines if line]
