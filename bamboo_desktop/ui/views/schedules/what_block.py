"""The block "What": the prompt or playbook, the model, the folder, and where it runs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef, ReasoningEffort
from bamboo_desktop.domain.run_config import ModelSource, RunConfig, SessionPolicy
from bamboo_desktop.ui.models.session_words import effort_word
from bamboo_desktop.ui.theme import set_kind
from bamboo_desktop.ui.views.model_entries import short_model
from bamboo_desktop.ui.views.question_parts import button
from bamboo_desktop.ui.views.schedules.field import Field, choice, choose, in_a_row
from bamboo_desktop.ui.views.settings_row import SettingsSection

_EFFORTS = (None, *ReasoningEffort)


class WhatBlock(SettingsSection):
    """`changed` follows every edit; `model_wanted` and `folder_wanted` ask for a choice."""

    changed = Signal()
    model_wanted = Signal(object)
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("Schedules", "What"), "", parent)
        self._config = RunConfig()
        self._model: ModelRef | None = None
        self._default = ""
        self._make_texts()
        self._make_choices()
        for part in (
            self.name_field,
            in_a_row(self._model_field, self._effort_field),
            self.prompt_field,
            self.folder_field,
            in_a_row(self._session_field),
            self._starts,
            self._changes_field,
            self._system_field,
        ):
            self.add_part(part, "")
        self._connect()

    def show_config(self, name: str, config: RunConfig) -> None:
        """Show what a schedule runs."""
        self._config = config
        self._name.setText(name)
        self._prompt.setPlainText(config.prompt)
        self._system.setPlainText(config.system_prompt)
        self._folder.setText(config.workspace)
        choose(self._session, config.session)
        choose(self._effort, config.reasoning_effort)
        self._starts.setChecked(config.auto_execute)
        self._changes.setChecked(config.tell_only_changes)
        self._model = None if config.model_source is ModelSource.DEFAULT else config.model
        self._show_model()

    def adopt(self, config: RunConfig) -> None:
        """This is what was stored: a default that was filled in stays from now on."""
        self._config = config
        self._show_model()

    @property
    def schedule_name(self) -> str:
        """The name as it stands."""
        return " ".join(self._name.text().split())

    def config(self) -> RunConfig:
        """What it runs as it stands; the grants are kept as they were."""
        is_default = self._model is None and self._config.model_source is ModelSource.DEFAULT
        model = self._config.model if is_default else self._model
        source = ModelSource.DEFAULT if is_default else ModelSource.NONE
        if self._model is not None:
            source = ModelSource.SCHEDULE
        return replace(
            self._config,
            prompt=self._prompt.toPlainText().strip(),
            system_prompt=self._system.toPlainText().strip(),
            workspace=self._folder.text().strip(),
            session=SessionPolicy(self._session.currentData()),
            reasoning_effort=_EFFORTS[self._effort.currentIndex()],
            auto_execute=self._starts.isChecked(),
            tell_only_changes=self._changes.isChecked(),
            model=model,
            model_source=source,
        )

    def set_model(self, model: ModelRef | None, title: str = "") -> None:
        """Take a model or playbook; None is the default of the settings at the time of saving."""
        self._model = model
        if model is None:
            self._config = replace(self._config, model=None, model_source=ModelSource.NONE)
        if title and not self.schedule_name:
            self._name.setText(title)
        self._show_model()
        self.changed.emit()

    def set_default_model(self, model: ModelRef | None) -> None:
        """Say which model stands for the default."""
        self._default = short_model(model)
        self._show_model()

    def set_folder(self, folder: str) -> None:
        """Take a folder."""
        self._folder.setText(folder)

    def focus_name(self) -> None:
        """Put the cursor into the name."""
        self._name.setFocus()
        self._name.selectAll()

    @property
    def is_playbook(self) -> bool:
        """True when a playbook runs."""
        return self._model is not None and self._model.provider == PLAYBOOK_PROVIDER

    def _make_texts(self) -> None:
        self._name = QLineEdit()
        self._name.setMaxLength(200)
        self._name.setPlaceholderText(self.tr("Nightly dependency check"))
        self.name_field = Field(self.tr("Name"), self._name)
        self._prompt = _text(110)
        self.prompt_field = Field(self.tr("Prompt"), self._prompt)
        self._system = _text(60)
        self._system_field = Field(
            self.tr("System prompt"),
            self._system,
            self.tr("Stands before everything else; empty is the program's own."),
        )
        self._folder = QLineEdit()
        self._folder.setMaxLength(4000)
        self._folder.setAccessibleName(self.tr("Folder it works in"))
        self._choose_folder = button(self.tr("Choose..."), "", self.tr("Choose the folder"))
        self.folder_field = Field(
            self.tr("Folder it works in"),
            in_a_row(self._folder, self._choose_folder, stretch=(1, 0)),
        )

    def _make_choices(self) -> None:
        self._model_button = button("", "", self.tr("Model or playbook"))
        self._model_field = Field(self.tr("Model or playbook"), self._model_button)
        names = ((effort, effort_word(effort)) for effort in _EFFORTS)
        self._effort = choice(*names, name=self.tr("Effort"))
        self._effort_field = Field(self.tr("Effort"), self._effort)
        self._session = choice(
            (SessionPolicy.NEW, self.tr("A session of its own each time")),
            (SessionPolicy.CONTINUED, self.tr("One session that goes on each time")),
            name=self.tr("Runs in"),
        )
        self._session_field = Field(self.tr("Runs in"), self._session)
        self._starts = QCheckBox(self.tr("Start the run by itself; off, the session only waits"))
        self._changes = QCheckBox(self.tr("Tell me only when something changed"))
        self._changes_field = Field(
            "",
            self._changes,
            self.tr("Compared is the agent's last answer with that of the run before it."),
        )

    def _connect(self) -> None:
        for edit in (self._name, self._folder):
            edit.textChanged.connect(self.changed)
        for text in (self._prompt, self._system):
            text.textChanged.connect(self.changed)
        for box in (self._effort, self._session):
            box.currentIndexChanged.connect(self.changed)
        for check in (self._starts, self._changes):
            check.toggled.connect(self.changed)
        self._model_button.clicked.connect(lambda: self.model_wanted.emit(self._model_button))
        self._choose_folder.clicked.connect(self.folder_wanted)

    def _show_model(self) -> None:
        words = short_model(self._model)
        if self._model is None:
            known = short_model(self._config.model) or self._default
            words = self.tr("Default: {}").format(known) if known else self.tr("Default model")
        self._model_button.setText(words)
        self._model_button.setToolTip(str(self._model or self._config.model or ""))
        self._effort_field.setVisible(not self.is_playbook)
        self._system_field.setVisible(not self.is_playbook)
        self.prompt_field.rename(
            self.tr("What the playbook is told") if self.is_playbook else self.tr("Prompt")
        )
        self.prompt_field.hint(
            self.tr("May be left empty: a playbook knows its own steps.")
            if self.is_playbook
            else ""
        )


def _text(height: int) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setTabChangesFocus(True)
    made.setFixedHeight(height)
    set_kind(made, "field")
    return made
