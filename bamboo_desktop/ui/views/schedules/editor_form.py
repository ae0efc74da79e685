"""The form of a schedule: four short blocks, read as one draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.ui.theme_tokens import GAP_LARGE, GAP_PAGE, GAP_SMALL
from bamboo_desktop.ui.views.schedules.field import WheelGuard
from bamboo_desktop.ui.views.schedules.limits_block import LimitsBlock
from bamboo_desktop.ui.views.schedules.policy_block import PolicyBlock
from bamboo_desktop.ui.views.schedules.what_block import WhatBlock
from bamboo_desktop.ui.views.schedules.when_block import WhenBlock

T = TypeVar("T")
_WIDTH = 900


class EditorForm(QScrollArea):
    """`changed` follows every edit.

    Args:
        now: the present, for first values.
        zone: the person's own.
        check_rule: says what is wrong with a permission rule.
    """

    changed = Signal()

    def __init__(
        self,
        now: datetime,
        zone: str,
        check_rule: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.what = WhatBlock()
        self.when = WhenBlock(now, zone)
        self.policy = PolicyBlock()
        self.limits = LimitsBlock(check_rule)
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(inner)
        column.setContentsMargins(GAP_PAGE, GAP_LARGE, GAP_PAGE, GAP_PAGE)
        column.setSpacing(GAP_LARGE)
        for block in (self.what, self.when, self.policy, self.limits):
            column.addWidget(block)
            block.changed.connect(self.changed)
        column.addStretch(1)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, GAP_SMALL)
        row.addWidget(inner, 1)
        row.addStretch(0)
        self.setWidget(holder)
        self._guard = WheelGuard(holder)

    def show_draft(self, draft: ScheduleDraft) -> None:
        """Fill every field."""
        self.what.show_config(draft.name, draft.run_config)
        self.when.rule.show_trigger(draft.trigger, draft.zone)
        self.when.show_window(draft.window)
        self.policy.show_policies(draft.policies)
        self.limits.show_limits(draft.policies.daily_cap, draft.budgets, draft.run_config)
        self.what.name_field.say("")
        self.what.prompt_field.say("")
        self.what.folder_field.say("")
        self.policy.say("")
        self.limits.check()
        self.verticalScrollBar().setValue(0)

    def draft(self, *, is_enabled: bool) -> ScheduleDraft | None:
        """The schedule as it stands, None when a field is wrong; the field says why.

        A missing name or prompt is no reason for None: it is said when the person saves.
        """
        trigger = self._read(self.when.rule.trigger, self.when.rule.say)
        window = self._read(self.when.window_of, self.when.say_window)
        policies = self._read(
            lambda: self.policy.policies(daily_cap=self.limits.daily_cap), self.policy.say
        )
        has_rules = self.limits.check()
        if trigger is None or window is None or policies is None or not has_rules:
            return None
        return ScheduleDraft(
            name=self.what.schedule_name,
            trigger=trigger,
            zone=self.when.rule.zone,
            window=window,
            policies=policies,
            run_config=self.limits.with_grants(self.what.config()),
            budgets=self.limits.budgets(),
            is_enabled=is_enabled,
        )

    def is_whole(self) -> bool:
        """True when nothing is missing; what is missing is said beside its field."""
        what = self.what
        name = "" if what.schedule_name else self.tr("Give it a name, so that you find it again.")
        what.name_field.say(name)
        needs_prompt = not what.is_playbook and what.config().auto_execute
        prompt = ""
        if needs_prompt and not what.config().prompt:
            prompt = self.tr("Write what the agent shall do, or choose a playbook.")
        what.prompt_field.say(prompt)
        wrong = name or prompt
        if wrong:
            self.ensureWidgetVisible(what.name_field if name else what.prompt_field)
        return not wrong

    def _read(self, read: Callable[[], T], say: Callable[[str], None]) -> T | None:
        try:
            found = read()
        except InvalidInputError as error:
            say(error.sentence)
            return None
        say("")
        return found
