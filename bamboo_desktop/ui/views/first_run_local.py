"""A model server on this machine, if one answers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.model import ModelInfo, ModelRef, ProviderConfig
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.first_run_way import Way
from bamboo_desktop.ui.views.provider_kinds import new_config, words_of
from bamboo_desktop.ui.views.question_parts import button

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine


class LocalWay(Way):
    """Looks by itself, says what it finds, and what to do when it finds nothing."""

    def __init__(
        self, engine: Engine, tasks: TaskSet, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__("computer", theme, parent)
        self._engine = engine
        self._tasks = tasks
        self._is_looking = False
        self.introduce(
            self.tr("Use a model on this machine"),
            self.tr("Ollama, LM Studio and llama.cpp are found by themselves. Nothing leaves it."),
        )
        self._models = QComboBox()
        self._models.setAccessibleName(self.tr("Model on this machine"))
        self._models.setMinimumWidth(260)
        self._use = button(self.tr("&Use it"), "", self.tr("Use this model"))
        self._use.clicked.connect(self._start)
        self._again = button(self.tr("Look &again"), "", self.tr("Look for model servers again"))
        self._again.clicked.connect(self.look)
        row = QHBoxLayout()
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._models)
        row.addWidget(self._use)
        row.addWidget(self._again)
        row.addStretch(1)
        self.content.addLayout(row)
        self._offer(())

    def look(self) -> None:
        """Look for servers that answer."""
        if self._is_looking:
            return
        self._is_looking = True
        self.say(self.tr("Looking\u2026"))
        self._tasks.spawn(self._look(), name="look for local models")

    async def _look(self) -> None:
        offers: list[tuple[ProviderConfig, ModelInfo]] = []
        try:
            found = await self._engine.models.discover_local()
            for config in found:
                stored = await self._stored(config)
                offers += [(stored, info) for info in await self._engine.models.models(stored.id)]
        except UserError as error:
            self.say(error.sentence, "trouble")
        else:
            self.say(self._words(found, offers))
        finally:
            self._is_looking = False
        self._offer(tuple(offers))

    async def _stored(self, found: ProviderConfig) -> ProviderConfig:
        """The provider as it is set up, which it is from the moment it was found."""
        providers = await self._engine.models.providers()
        for config in providers:
            if config.base_url == found.base_url:
                return config
        fresh_id = new_config(found.kind, [config.id for config in providers]).id
        made = dataclasses.replace(found, id=fresh_id)
        await self._engine.models.save_provider(made)
        return made

    def _words(
        self, found: tuple[ProviderConfig, ...], offers: list[tuple[ProviderConfig, ModelInfo]]
    ) -> str:
        if not found:
            return self.tr(
                "None answers now. Install Ollama from ollama.com, run \u201collama pull\u201d "
                "with a model's name, then look again."
            )
        names = ", ".join(words_of(config.kind).label for config in found)
        if not offers:
            told = self.tr("%1 answers but has no model yet. Load one there, then look again.")
            return told.replace("%1", names)
        return self.tr("Found: %1").replace("%1", names)

    def _offer(self, offers: tuple[tuple[ProviderConfig, ModelInfo], ...]) -> None:
        self._models.clear()
        for config, info in offers:
            self._models.addItem(f"{info.label}  \u00b7  {config.label}", info.ref)
        self._models.setVisible(bool(offers))
        self._use.setVisible(bool(offers))

    def _start(self) -> None:
        ref = self._models.currentData(Qt.ItemDataRole.UserRole)
        if isinstance(ref, ModelRef):
            self._tasks.spawn(self._begin(ref), name="start with a local model")

    async def _begin(self, ref: ModelRef) -> None:
        try:
            await self._engine.models.set_default_model(ref)
            session = await self._engine.sessions.create(model=ref)
        except UserError as error:
            self.say(error.sentence, "trouble")
        else:
            self.session_made.emit(session.id)
