"""A key for a hosted model: choose whose, paste the key, try it, go."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.model import ModelInfo, ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.first_run_way import Way
from bamboo_desktop.ui.views.provider_key import KeyField
from bamboo_desktop.ui.views.provider_kinds import HOSTED, new_config, words_of
from bamboo_desktop.ui.views.question_parts import button, label

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class KeyWay(Way):
    """The key is tried before anything starts with it."""

    def __init__(
        self, engine: Engine, tasks: TaskSet, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__("key", theme, parent)
        self._engine = engine
        self._tasks = tasks
        self._config: ProviderConfig | None = None
        self._has_asked = False
        self._notice = ""
        self.introduce(
            self.tr("Use a hosted model with a key"), self.tr("The key goes to its provider only.")
        )
        self._kinds = QComboBox()
        self._kinds.setAccessibleName(self.tr("Provider"))
        for kind in HOSTED:
            self._kinds.addItem(words_of(kind).label, kind.value)
        self._kinds.currentIndexChanged.connect(self._show_kind)
        self._address = QLineEdit(self)
        self._address.setPlaceholderText("https://\u2026/v1")
        self._address.setAccessibleName(self.tr("Address of the provider"))
        self._key = KeyField(self)
        self._key.given.connect(self._try)
        self._key.entered.connect(self._ask_key_store)
        self._page = label("", "caption")
        self._page.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.content.addLayout(self._first_rows())
        self.content.addWidget(self._page)
        self.content.addWidget(self._second_row())
        self._show_kind()

    def _ask_key_store(self) -> None:
        if not self._has_asked:
            self._has_asked = True
            self._tasks.spawn(self._tell_of_key_store(), name="ask for the keyring")

    async def _tell_of_key_store(self) -> None:
        notice = self._notice = await self._engine.models.ask_key_store()
        if not notice:
            self.introduce(
                self.tr("Use a hosted model with a key"),
                self.tr("The key goes into the keyring of your desktop and to its provider only."),
            )
        elif not self.said:
            self.say(notice, "waiting")

    def _first_rows(self) -> QGridLayout:
        rows = self._rows = QGridLayout()
        rows.setHorizontalSpacing(GAP_SMALL)
        rows.setVerticalSpacing(GAP_SMALL)
        rows.setColumnStretch(1, 1)
        rows.addWidget(self._kinds, 0, 0)
        return rows

    def _second_row(self) -> QWidget:
        self._models = QComboBox()
        self._models.setAccessibleName(self.tr("Model"))
        self._models.setMinimumWidth(260)
        self._go = button(self.tr("&Begin"), "", self.tr("Begin with this model"))
        self._go.clicked.connect(self._start)
        self._chooser = QWidget(self)
        row = QHBoxLayout(self._chooser)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._models)
        row.addWidget(self._go)
        row.addStretch(1)
        self._chooser.hide()
        return self._chooser

    def _show_kind(self) -> None:
        kind = ProviderKind(self._kinds.currentData())
        has_address = kind is ProviderKind.OPENAI_COMPATIBLE
        self._address.setVisible(has_address)
        # The key is tried as soon as it is given, so what it is tried at comes before it.
        if has_address:
            self._rows.addWidget(self._address, 0, 1)
            self._rows.addWidget(self._key, 1, 0, 1, 2)
        else:
            self._rows.addWidget(self._key, 0, 1)
        page = words_of(kind).key_page
        self._page.setVisible(bool(page))
        self._page.setText(self.tr("You get a key at %1").replace("%1", page))
        self._config = None
        self._chooser.hide()
        # What was said of the provider before is not true of this one.
        self.say(self._notice, "waiting")

    def _try(self, key: str) -> None:
        self.say(self.tr("Trying the key\u2026"))
        self._set_busy(busy=True)
        self._tasks.spawn(self._set_up(key), name="try a key")

    async def _set_up(self, key: str) -> None:
        try:
            config = self._at_address(self._config or await self._new_config())
            await self._engine.models.save_provider(config)
            self._config = config
            await self._engine.models.set_key(config.id, key)
            models = await self._engine.models.models(config.id)
        except UserError as error:
            self._set_busy(busy=False)
            self._key.setFocus()
            self.say(error.sentence, "trouble")
        else:
            self._key.set_stored(stored=True)
            self._offer(models)
        finally:
            self._set_busy(busy=False)

    def _set_busy(self, *, busy: bool) -> None:
        """While a key is tried it stays with the provider it was given for."""
        for part in (self._kinds, self._address, self._key):
            part.setEnabled(not busy)

    async def _new_config(self) -> ProviderConfig:
        kind = ProviderKind(self._kinds.currentData())
        taken = [config.id for config in await self._engine.models.providers()]
        return new_config(kind, taken)

    def _at_address(self, config: ProviderConfig) -> ProviderConfig:
        """The provider at the address as it is written now: the first one may have been wrong."""
        if config.kind is not ProviderKind.OPENAI_COMPATIBLE:
            return config
        return dataclasses.replace(config, base_url=self._address.text().strip())

    def _offer(self, models: tuple[ModelInfo, ...]) -> None:
        if not models:
            self.say(self.tr("The key works, but no model is offered with it."), "trouble")
            return
        self.say(self.tr("The key works. Choose a model and begin."))
        self._models.clear()
        for info in models:
            self._models.addItem(info.label, info.ref)
        self._chooser.show()
        self._models.setFocus()

    def _start(self) -> None:
        ref = self._models.currentData()
        if isinstance(ref, ModelRef) and self._config is not None:
            self._tasks.spawn(self._begin(self._config, ref), name="start with a key")

    async def _begin(self, config: ProviderConfig, ref: ModelRef) -> None:
        try:
            await self._engine.models.save_provider(
                dataclasses.replace(config, default_model=ref.model)
            )
            await self._engine.models.set_default_model(ref)
            session = await self._engine.sessions.create(model=ref)
        except UserError as error:
            self.say(error.sentence, "trouble")
        else:
            self.session_made.emit(session.id)
