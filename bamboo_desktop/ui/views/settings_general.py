"""General settings: the look, the keys, and how far an agent goes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.number_field import NumberField
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.settings_deadline import DeadlineControl
from bamboo_desktop.ui.views.settings_row import SettingsSection, keep_hidden
from bamboo_desktop.ui.views.settings_switch import Switch

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

DEFAULT_ROUNDS = 200


class GeneralSection(SettingsSection):
    """Each control is stored the moment it changes."""

    def __init__(
        self, engine: Engine, tasks: TaskSet, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("Settings", "General"), parent=parent)
        self._engine = engine
        self._tasks = tasks
        self._theme = theme
        self._is_loading = True
        self._add_look()
        self._add_agent()
        self._error = label("", "trouble")
        self.add_part(self._error, "")
        keep_hidden(self._error, hidden=True)

    def load(self) -> None:
        """Show what is stored."""
        self._is_loading = True
        self._tasks.spawn(self._load(), name="load the general settings")

    def _add_look(self) -> None:
        self._look = _choice(
            (
                (ThemeMode.SYSTEM, self.tr("As the desktop")),
                (ThemeMode.LIGHT, self.tr("Light")),
                (ThemeMode.DARK, self.tr("Dark")),
            )
        )
        self._look.currentIndexChanged.connect(self._set_look)
        self._theme.mode_changed.connect(self._show_look)
        self.add_row(self.tr("Appearance"), self.tr("Light, dark, or as the desktop."), self._look)
        self._calm = Switch(self._theme)
        self._calm.toggled.connect(self._set_calm)
        self._theme.changed.connect(self._show_calm)
        self.add_row(
            self.tr("Reduce motion"),
            self.tr("The rings of what is running stand still."),
            self._calm,
        )
        self._enter = Switch(self._theme)
        self._enter.setChecked(True)
        self._enter.toggled.connect(self._set_enter)
        self.add_row(
            self.tr("Enter sends a message"),
            self.tr("Off: Enter breaks the line. Ctrl+Enter sends either way."),
            self._enter,
        )

    def _add_agent(self) -> None:
        self._continue = Switch(self._theme)
        self._continue.toggled.connect(self._set_continue)
        self.add_row(
            self.tr("Continue interrupted runs"),
            self.tr("When the program starts again, runs it was closed under go on by themselves."),
            self._continue,
        )
        self._rounds = NumberField(1, 10_000)
        self._rounds.setValue(DEFAULT_ROUNDS)
        self._rounds.valueChanged.connect(self._set_rounds)
        self.add_row(
            self.tr("Rounds a run may take"),
            self.tr("After so many steps a run stops and offers Continue."),
            self._rounds,
        )
        self._full = _choice(
            (
                ("summarise", self.tr("Summarise the older part")),
                ("ask", self.tr("Pause and ask me")),
            )
        )
        self._full.currentIndexChanged.connect(self._set_full)
        self.add_row(
            self.tr("When a conversation is too long for the model"),
            self.tr("Nothing is lost on screen either way; only the model reads a summary."),
            self._full,
        )

        self._deadline = DeadlineControl()
        self._deadline.changed.connect(self._set_deadline)
        self.add_row(
            self.tr("Time limit of questions"),
            self.tr(
                "After it a question is answered with its own default. A question that names no "
                "default waits for you, and permissions always do."
            ),
            self._deadline,
        )

    async def _load(self) -> None:
        try:
            await self._show_stored()
        except UserError as error:
            self._error.setText(error.sentence)
            keep_hidden(self._error, hidden=False)
        finally:
            self._is_loading = False

    async def _show_stored(self) -> None:
        wanted = self._engine.preferences.get
        _choose(self._look, await wanted("theme", ThemeMode.SYSTEM))
        self._calm.setChecked(await wanted("reduced_motion", "false") == "true")
        self._enter.setChecked(await wanted("enter_sends", "true") == "true")
        self._continue.setChecked(await wanted("auto_continue", "false") == "true")
        rounds = await wanted("max_rounds", str(DEFAULT_ROUNDS))
        self._rounds.setValue(int(rounds) if rounds.isdecimal() else DEFAULT_ROUNDS)
        _choose(self._full, await wanted("context_full", "summarise"))
        self._deadline.show_minutes(await wanted("question_deadline_minutes"))

    def _show_look(self) -> None:
        """The look was changed, perhaps from the menu."""
        _choose(self._look, self._theme.mode)

    def _set_look(self) -> None:
        if self._is_loading or self._look.currentData() == self._theme.mode:
            return
        self._theme.set_mode(ThemeMode(self._look.currentData()))
        self._put("theme", str(self._look.currentData()))

    def _show_calm(self) -> None:
        """Motion was reduced or let go again, perhaps from the menu."""
        self._calm.setChecked(not self._theme.moves)

    def _set_calm(self, is_on: bool) -> None:  # noqa: FBT001 - a Qt slot
        if self._is_loading or self._theme.moves is not is_on:
            return
        self._theme.set_moves(moves=not is_on)
        self._put("reduced_motion", "true" if is_on else "false")

    def _set_enter(self, is_on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._put("enter_sends", "true" if is_on else "false")

    def _set_continue(self, is_on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._put("auto_continue", "true" if is_on else "false")

    def _set_rounds(self, rounds: int) -> None:
        self._put("max_rounds", str(rounds))

    def _set_full(self) -> None:
        self._put("context_full", str(self._full.currentData()))

    def _set_deadline(self, minutes: int) -> None:
        self._put("question_deadline_minutes", str(minutes))

    def _put(self, key: str, value: str) -> None:
        if not self._is_loading:
            self._tasks.spawn(self._store(key, value), name=f"store the setting {key}")

    async def _store(self, key: str, value: str) -> None:
        try:
            await self._engine.preferences.put(key, value)
        except UserError as error:
            self._error.setText(error.sentence)
            keep_hidden(self._error, hidden=False)
        else:
            keep_hidden(self._error, hidden=True)


def _choice(pairs: Sequence[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setMinimumWidth(200)
    for value, words in pairs:
        box.addItem(words, str(value))
    return box


def _choose(box: QComboBox, value: str) -> None:
    box.setCurrentIndex(max(box.findData(value), 0))
