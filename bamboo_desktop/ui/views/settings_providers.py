"""The providers section: what answers, what is found on this machine, what can be added."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.provider_card import ProviderCard
from bamboo_desktop.ui.views.provider_kinds import HOSTED, LOCAL, new_config, words_of
from bamboo_desktop.ui.views.question_parts import button, label, line
from bamboo_desktop.ui.views.settings_default import DefaultModelBox
from bamboo_desktop.ui.views.settings_row import SettingsSection, keep_hidden
from bamboo_desktop.ui.views.settings_undo import RemovalBar

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_FOUND_BY = "provider model key api openai anthropic claude google gemini ollama lm studio llama"


class ProvidersSection(SettingsSection):
    """Cards of providers, and the ways to get more of them."""

    def __init__(
        self, engine: Engine, tasks: TaskSet, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("Settings", "Providers"), parent=parent)
        self._engine = engine
        self._tasks = tasks
        self._theme = theme
        self._cards: dict[ProviderId, ProviderCard] = {}
        self._default: ModelRef | None = None
        self._is_loaded = False
        self._notice = label("", "waiting")
        self._banner = self._add_banner()
        self._default_box = DefaultModelBox(self)
        self._default_box.chosen.connect(self._choose_default)
        self.add_row(
            self.tr("Model of new sessions"),
            self.tr("A session can name another one at any time."),
            self._default_box,
        )
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(GAP_SMALL)
        self.add_part(self._list, _FOUND_BY)
        self._undo = RemovalBar(self)
        self.add_part(self._adding(), f"{_FOUND_BY} add look")

    @property
    def cards(self) -> tuple[ProviderCard, ...]:
        """The cards on show."""
        return tuple(self._cards.values())

    def load(self) -> None:
        """Show what is set up; the first time look for servers on this machine."""
        is_first, self._is_loaded = not self._is_loaded, True
        self._tasks.spawn(self._load(is_first=is_first), name="load the providers")

    def finish(self) -> None:
        """The page goes out of view: what was taken away is taken away for good."""
        self._undo.finish()

    def look_again(self) -> None:
        """Look for model servers on this machine."""
        self._found.setText(self.tr("Looking\u2026"))
        self._look.setEnabled(False)
        self._tasks.spawn(self._discover(), name="look for local models")

    def _add_banner(self) -> QFrame:
        banner = QFrame()
        set_kind(banner, "waiting")
        column = QVBoxLayout(banner)
        column.setContentsMargins(GAP, GAP_SMALL, GAP, GAP_SMALL)
        column.addWidget(self._notice)
        self.add_part(banner, _FOUND_BY)
        keep_hidden(banner, hidden=True)
        return banner

    def _adding(self) -> QWidget:
        self._found = label("", "caption")
        self._look = button(
            self.tr("&Look again"), "", self.tr("Look for model servers on this machine")
        )
        self._look.clicked.connect(self.look_again)
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_SMALL)
        column.addWidget(self._undo)
        row = QHBoxLayout()
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._add_button())
        row.addWidget(self._look)
        row.addWidget(self._found, 1)
        column.addLayout(row)
        return made

    def _add_button(self) -> QPushButton:
        made = button(self.tr("Add a &provider"), "primary", self.tr("Add a provider"))
        menu = QMenu(made)
        for kinds in (HOSTED, LOCAL):
            for kind in kinds:
                action = menu.addAction(words_of(kind).label)
                action.setData(kind.value)
            menu.addSeparator()
        menu.triggered.connect(lambda action: self._add(ProviderKind(action.data())))
        made.setMenu(menu)
        return made

    async def _load(self, *, is_first: bool) -> None:
        self._default = await self._engine.models.default_model()
        for config in await self._engine.models.providers():
            if config.kind is not ProviderKind.PLAYBOOK and config.id not in self._cards:
                self._show(config)
        self._fill_default_box()
        if is_first:
            self.look_again()
        notice = await self._engine.models.ask_key_store()
        self._notice.setText(notice)
        keep_hidden(self._banner, hidden=not notice)

    def _show(self, config: ProviderConfig) -> ProviderCard:
        card = ProviderCard(config, self._engine, self._tasks, self._theme, self)
        card.removal_wanted.connect(self._remove)
        card.stored.connect(self._fill_default_box)
        if self._cards:
            self._rows.addWidget(line())
        self._rows.addWidget(card)
        self._cards[config.id] = card
        return card

    def _add(self, kind: ProviderKind) -> None:
        config = new_config(kind, self._cards)
        self._tasks.spawn(self._save_new(config), name="add a provider")

    async def _save_new(self, config: ProviderConfig) -> None:
        self._undo.finish()
        try:
            await self._engine.models.save_provider(config)
        except UserError as error:
            self._found.setText(error.sentence)
            return
        self._show(config).open()
        self._fill_default_box()

    async def _discover(self) -> None:
        try:
            self._found.setText(self._found_words(await self._discovered()))
        except UserError as error:
            self._found.setText(error.sentence)
        finally:
            self._look.setEnabled(True)

    async def _discovered(self) -> tuple[ProviderConfig, ...]:
        found = await self._engine.models.discover_local()
        addresses = {card.config.base_url for card in self._cards.values()}
        new = [config for config in found if config.base_url not in addresses]
        for config in new:
            made = dataclasses.replace(config, id=new_config(config.kind, self._cards).id)
            await self._engine.models.save_provider(made)
            self._show(made)
        if new:
            self._fill_default_box()
        return found

    def _found_words(self, found: tuple[ProviderConfig, ...]) -> str:
        if not found:
            return self.tr("No model server answers on this machine.")
        names = ", ".join(words_of(config.kind).label for config in found)
        return self.tr("Found on this machine: %1").replace("%1", names)

    def _remove(self, config: ProviderConfig) -> None:
        card = self._cards[config.id]
        card.hide()
        self._undo.offer(
            self.tr("%1 was removed.").replace("%1", config.label),
            do=lambda: self._remove_for_good(config.id),
            undo=card.show,
        )

    def _remove_for_good(self, provider_id: ProviderId) -> None:
        card = self._cards.pop(provider_id, None)
        if card is not None:
            self._rows.removeWidget(card)
            card.deleteLater()
        self._tasks.spawn(self._delete(provider_id), name="remove a provider")

    async def _delete(self, provider_id: ProviderId) -> None:
        try:
            await self._engine.models.delete_provider(provider_id)
        except UserError as error:
            self._found.setText(error.sentence)
            await self._load(is_first=False)
            return
        if self._default is not None and self._default.provider == provider_id:
            await self._store_default(None)
        self._fill_default_box()

    def _fill_default_box(self) -> None:
        configs = [card.config for card in self._cards.values()]
        self._default_box.show_models(configs, self._default)

    def _choose_default(self, ref: ModelRef | None) -> None:
        self._tasks.spawn(self._store_default(ref), name="set the default model")

    async def _store_default(self, ref: ModelRef | None) -> None:
        try:
            await self._engine.models.set_default_model(ref)
        except UserError as error:
            self._found.setText(error.sentence)
        else:
            self._default = ref
        self._fill_default_box()
