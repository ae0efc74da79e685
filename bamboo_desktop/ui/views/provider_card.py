"""One provider: what it is at a glance, and everything about it when it is opened."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.model import ProviderConfig
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, GAP_TINY
from bamboo_desktop.ui.views.provider_head import ProviderHead
from bamboo_desktop.ui.views.provider_key import KeyField
from bamboo_desktop.ui.views.provider_kinds import words_of
from bamboo_desktop.ui.views.provider_model import ModelField
from bamboo_desktop.ui.views.question_parts import button, label

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class ProviderCard(QWidget):
    """Stores each change at once; the key goes to the key store and is never shown."""

    removal_wanted = Signal(object)
    """The provider with this config shall go."""
    stored = Signal()
    """Something about the provider changed."""

    def __init__(
        self,
        config: ProviderConfig,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._config = self._wanted = config
        self._engine = engine
        self._tasks = tasks
        self._is_asking = False
        self._has_key = False
        self._is_refused = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GAP_TINY, 0, GAP_TINY)
        column.setSpacing(GAP_SMALL)
        self._head = ProviderHead(config, theme, self)
        self._head.edit_clicked.connect(self._toggle)
        self._head.switched.connect(self._set_enabled)
        column.addWidget(self._head)
        self._details = self._form()
        self._details.hide()
        column.addWidget(self._details)
        self._show_config()
        tasks.spawn(self._look_for_key(), name="look for a key")

    @property
    def config(self) -> ProviderConfig:
        """What is stored."""
        return self._config

    def open(self) -> None:
        """Show everything and go to the field that is to be filled first."""
        self._details.show()
        self._head.set_open(is_open=True)
        if self._config.kind.is_local or self._has_key:
            self._model.setFocus()
        elif not self._config.base_url and not words_of(self._config.kind).address:
            self._address.setFocus()
        else:
            self._key.setFocus()

    def _form(self) -> QWidget:
        made = QWidget(self)
        self._form_layout = form = QFormLayout(made)
        form.setContentsMargins(36, 0, 0, GAP_SMALL)
        form.setHorizontalSpacing(GAP)
        form.setVerticalSpacing(GAP_SMALL)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._name = _line(self.tr("Name"))
        self._name.editingFinished.connect(self._take_texts)
        self._address = _line(self.tr("Address"))
        self._address.setPlaceholderText(words_of(self._config.kind).address or "https://\u2026/v1")
        self._address.editingFinished.connect(self._take_texts)
        self._key = KeyField(made)
        self._key.given.connect(self._take_key)
        self._key.removed.connect(self._forget_key)
        self._model = ModelField(made)
        self._model.changed.connect(self._take_model)
        self._model.fetch_wanted.connect(self._fetch)
        form.addRow(self.tr("&Name"), self._name)
        form.addRow(self.tr("&Address"), self._address)
        if not self._config.kind.is_local:
            form.addRow(self.tr("&Key"), self._key)
        else:
            self._key.hide()
        form.addRow(self.tr("&Model"), self._model)
        form.addRow(self._actions())
        return made

    def _actions(self) -> QWidget:
        self._result = label("", "caption")
        self._test = button(self.tr("&Test"), "", self.tr("Test this provider"))
        self._test.clicked.connect(self._try_it)
        remove = button(self.tr("&Remove"), "danger", self.tr("Remove this provider"))
        remove.clicked.connect(self._want_removal)
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, GAP_TINY, 0, 0)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._test)
        row.addWidget(self._result, 1)
        row.addWidget(remove)
        return made

    def _toggle(self) -> None:
        if self._details.isHidden():
            self.open()
        else:
            self._details.hide()
            self._head.set_open(is_open=False)

    def _show_config(self) -> None:
        config = self._config
        self._name.setText(config.label)
        self._address.setText(config.base_url)
        self._model.set_model(config.default_model)
        self._head.set_config(config, has_key=self._has_key)

    async def _look_for_key(self) -> None:
        self._has_key = await self._engine.models.has_key(self._config.id)
        self._key.set_stored(stored=self._has_key)
        self._show_config()

    def _take_texts(self) -> None:
        self._store(
            dataclasses.replace(
                self._wanted, label=self._name.text(), base_url=self._address.text().strip()
            )
        )

    def _take_model(self, name: str) -> None:
        self._store(dataclasses.replace(self._wanted, default_model=name))

    def _set_enabled(self, is_on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._store(dataclasses.replace(self._wanted, is_enabled=is_on))

    def _store(self, config: ProviderConfig) -> None:
        # One change may come while another is being stored: neither may undo the other.
        if config != self._wanted:
            self._wanted = config
            self._tasks.spawn(self._save(config), name="store a provider")

    async def _save(self, config: ProviderConfig) -> None:
        try:
            await self._engine.models.save_provider(config)
        except UserError as error:
            self._say(error.sentence, "trouble")
            self._is_refused = True
            self._wanted = self._config
            return
        self._config = config
        if self._is_refused:  # and nothing else: what a test said stays
            self._is_refused = False
            self._say("", "caption")
        self._show_config()
        self.stored.emit()

    def _take_key(self, key: str) -> None:
        self._tasks.spawn(self._save_key(key), name="store a key")

    def _forget_key(self) -> None:
        self._tasks.spawn(self._save_key(""), name="forget a key")

    async def _save_key(self, key: str) -> None:
        try:
            await self._engine.models.set_key(self._config.id, key)
        except UserError as error:
            self._say(error.sentence, "trouble")
            return
        self._say(self.tr("The key is stored.") if key else self.tr("The key is gone."), "caption")
        await self._look_for_key()
        self.stored.emit()

    def _try_it(self) -> None:
        self._ask(is_test=True)

    def _fetch(self) -> None:
        self._ask(is_test=False)

    def _ask(self, *, is_test: bool) -> None:
        # Turned off, the button would hand its focus to the one that removes the provider.
        if self._is_asking:
            return
        self._is_asking = True
        self._say(self.tr("Asking\u2026"), "caption")
        self._tasks.spawn(self._ask_it(is_test=is_test), name="ask a provider")

    async def _ask_it(self, *, is_test: bool) -> None:
        key = self._key.take()
        if key:
            await self._save_key(key)
        try:
            models = await self._engine.models.models(self._config.id)
        except UserError as error:
            self._say(error.sentence, "trouble")
            self._result.setToolTip(error.details)
        else:
            self._model.set_models(models)
            told = self.tr("It works: %1 models.") if is_test else self.tr("%1 models to choose.")
            self._say(told.replace("%1", str(len(models))), "caption")
        finally:
            self._is_asking = False

    def _want_removal(self) -> None:
        self.removal_wanted.emit(self._config)

    def _say(self, words: str, kind: str) -> None:
        self._result.setText(words)
        self._result.setToolTip("")
        set_kind(self._result, kind)


def _line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    return made
