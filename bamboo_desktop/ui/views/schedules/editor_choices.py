"""What the editor lets a person choose from lists: the model, the zone, the folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.ui.dialogs import REJECTED, choose_folder, shown
from bamboo_desktop.ui.models.pick_list import PickEntry
from bamboo_desktop.ui.views.model_entries import (
    ADD_MODEL,
    DEFAULT_MODEL,
    PLAYBOOK_FILE,
    model_entries,
)
from bamboo_desktop.ui.views.pick_dialog import PickDialog

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.errands import Errands
    from bamboo_desktop.ui.theme import Theme
    from bamboo_desktop.ui.views.schedules.editor_form import EditorForm


class EditorChoices:
    """Opens the lists and puts what was picked into the form."""

    def __init__(
        self, engine: Engine, errands: Errands, theme: Theme, form: EditorForm, window: QWidget
    ) -> None:
        self._engine = engine
        self._errands = errands
        self._theme = theme
        self._form = form
        self._window = window
        what, rule = form.what, form.when.rule
        what.model_wanted.connect(lambda at: errands.run(self._model(at), name="choose a model"))
        what.folder_wanted.connect(lambda: errands.run(self._folder(), name="choose a folder"))
        rule.zone_wanted.connect(lambda at: errands.run(self._zone(at), name="choose a zone"))

    async def _model(self, anchor: QWidget) -> None:
        dialog = PickDialog(
            self._theme,
            title=_tr("Choose a model or playbook"),
            placeholder=_tr("Type a part of its name"),
            parent=self._window,
        )
        titles: dict[object, str] = {}

        async def fill() -> None:
            entries: tuple[PickEntry, ...]
            async for entries in model_entries(self._engine):
                kept = [e for e in entries if e.value not in (PLAYBOOK_FILE, ADD_MODEL)]
                titles.update({e.value: e.title for e in kept if e.icon == "book"})
                dialog.offer(kept)

        dialog.place_below(anchor)
        self._errands.run(fill(), name="list models")
        if await shown(dialog) == REJECTED:
            return
        if isinstance(dialog.picked, ModelRef):
            self._form.what.set_model(dialog.picked, titles.get(dialog.picked, ""))
        elif dialog.picked is DEFAULT_MODEL:
            self._form.what.set_model(None)

    async def _zone(self, anchor: QWidget) -> None:
        dialog = PickDialog(
            self._theme,
            title=_tr("Choose a time zone"),
            placeholder=_tr("Type a city, such as Berlin"),
            parent=self._window,
        )
        dialog.offer(
            PickEntry(title=name.replace("_", " "), value=name, detail="", icon="globe")
            for name in self._engine.schedules.zones()
        )
        dialog.place_below(anchor)
        if await shown(dialog) != REJECTED and isinstance(dialog.picked, str):
            self._form.when.rule.set_zone(dialog.picked)

    async def _folder(self) -> None:
        chosen: Path | None = await choose_folder(
            self._window, title=_tr("Folder the runs work in")
        )
        if chosen is not None:
            self._form.what.set_folder(str(chosen))


def _tr(text: str) -> str:
    return QCoreApplication.translate("ScheduleEditor", text)
