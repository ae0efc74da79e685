"""What agents may do without asking: the standing rules and what was allowed for a session."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bamboo_desktop.domain.errors import NotFoundError, UserError
from bamboo_desktop.domain.grant import Grant, GrantScope
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.harmless import harmless_line
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, GAP_TINY
from bamboo_desktop.ui.views.question_parts import button, label
from bamboo_desktop.ui.views.question_times import exact
from bamboo_desktop.ui.views.settings_row import SettingsSection
from bamboo_desktop.ui.views.settings_undo import RemovalBar
from bamboo_desktop.ui.visible_text import make_visible

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_PAUSE_MS = 500
_FOUND_BY = "permission rule allow grant consent revoke session always"


class PermissionsSection(SettingsSection):
    """Lists what was allowed; a revoked permission is gone at once."""

    def __init__(self, engine: Engine, tasks: TaskSet, parent: QWidget | None = None) -> None:
        super().__init__(
            QCoreApplication.translate("Settings", "Permissions"),
            QCoreApplication.translate(
                "Settings", "What agents may do without asking you. Everything else asks first."
            ),
            parent,
        )
        self._engine = engine
        self._tasks = tasks
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(GAP_TINY)
        self.add_part(self._list, _FOUND_BY)
        self._undo = RemovalBar(self)
        self.add_part(self._adding(), f"{_FOUND_BY} add bash write edit")

    def load(self) -> None:
        """Read the permissions again."""
        self._tasks.spawn(self._load(), name="load the permissions")

    def _adding(self) -> QWidget:
        self._field = QLineEdit()
        self._field.setPlaceholderText("Bash(git status)   Write(/home/me/notes/**)")
        self._field.setAccessibleName(self.tr("A rule to add"))
        self._field.returnPressed.connect(self._add)
        self._field.textChanged.connect(self._check)
        add = button(self.tr("Add r&ule"), "", self.tr("Add the rule"))
        add.clicked.connect(self._add)
        self._error = label("", "trouble")
        self._error.hide()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._say_wrong)
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, GAP_SMALL, 0, 0)
        column.setSpacing(GAP_SMALL)
        column.addWidget(self._undo)
        row = QHBoxLayout()
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._field, 1)
        row.addWidget(add)
        column.addLayout(row)
        column.addWidget(self._error)
        return made

    async def _load(self) -> None:
        grants = await self._engine.grants.all()
        titles: dict[str, str] = {}
        for session_id in {grant.session_id for grant in grants if grant.session_id}:
            with contextlib.suppress(NotFoundError):  # deleted for good just now
                titles[session_id] = (await self._engine.sessions.get(session_id)).title
        self._show(grants, titles)

    def _show(self, grants: tuple[Grant, ...], titles: dict[str, str]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not grants:
            self._rows.addWidget(label(self.tr("No rules yet: every effect asks first."), "soft"))
        for grant in sorted(grants, key=lambda grant: (grant.scope, grant.created_at)):
            self._rows.addWidget(self._row(grant, titles))

    def _row(self, grant: Grant, titles: dict[str, str]) -> QWidget:
        rule = make_visible(grant.rule).plain
        scope = self.tr("Every session")
        if grant.scope is GrantScope.SESSION:
            title = titles.get(grant.session_id or "", "")
            scope = self.tr("Session: %1").replace("%1", harmless_line(title))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(rule))
        words.addWidget(label(f"{scope}  \u00b7  {exact(grant.created_at)}", "caption"))
        revoke = button(self.tr("Revoke"), "", self.tr("Revoke %1").replace("%1", rule))
        revoke.clicked.connect(lambda: self._revoke(grant))
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, GAP_TINY, 0, GAP_TINY)
        row.setSpacing(GAP)
        row.addLayout(words, 1)
        row.addWidget(revoke)
        return made

    def _revoke(self, grant: Grant) -> None:
        self._tasks.spawn(self._take_back(grant), name="revoke a permission")

    async def _take_back(self, grant: Grant) -> None:
        try:
            await self._engine.grants.revoke(grant.id)
        except UserError as error:
            self._say(error.sentence)
            return
        await self._load()
        if grant.scope is GrantScope.RULE:
            self._undo.offer(
                self.tr("Revoked: %1").replace("%1", grant.rule),
                do=lambda: None,
                undo=lambda: self._put_rule(grant.rule),
            )

    def _add(self) -> None:
        rule = self._field.text().strip()
        if rule:
            self._put_rule(rule)

    def _put_rule(self, rule: str) -> None:
        self._tasks.spawn(self._store(rule), name="add a rule")

    async def _store(self, rule: str) -> None:
        try:
            await self._engine.grants.add_rule(rule)
        except UserError as error:
            self._say(error.sentence)
            return
        self._field.clear()
        await self._load()

    def _check(self) -> None:
        """Look at what is typed: right at once when it is right, wrong after a pause."""
        self._pause.stop()
        if self._wrong():
            self._pause.start()
        else:
            self._error.hide()

    def _wrong(self) -> str:
        rule = self._field.text().strip()
        return self._engine.grants.check_rule(rule) if rule else ""

    def _say_wrong(self) -> None:
        self._say(self._wrong())

    def _say(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._field.setAccessibleDescription(sentence)
