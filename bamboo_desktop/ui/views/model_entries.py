"""What can answer, as entries of the model picker: playbooks, then each provider's models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.model import (
    PLAYBOOK_PROVIDER,
    ModelInfo,
    ModelRef,
    ProviderConfig,
    ProviderKind,
)
from bamboo_desktop.ui.formats import home_short
from bamboo_desktop.ui.models.pick_list import PickEntry
from bamboo_desktop.ui.session_playbook import FOLDER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bamboo_desktop.engine import Engine


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelPicker", text)


async def model_entries(engine: Engine) -> AsyncIterator[tuple[PickEntry, ...]]:
    """The entries so far, again after each provider has said what it has."""
    default = await engine.models.default_model()
    entries = [
        PickEntry(
            title=_tr("Default model"),
            value=DEFAULT_MODEL,
            detail=short_model(default) if default else _tr("none is set"),
            icon="model",
        )
    ]
    entries += [
        PickEntry(
            title=playbook.title,
            value=ModelRef(provider=PLAYBOOK_PROVIDER, model=str(playbook.path)),
            detail=playbook.description,
            hint=_tr("playbook"),
            icon="book",
        )
        for playbook in await engine.models.playbooks()
    ]
    last = (_playbook_file(engine), _add_model())
    yield (*entries, *last)
    for config in await engine.models.providers():
        if config.is_enabled and config.kind is not ProviderKind.PLAYBOOK:
            entries += await _of_provider(engine, config)
            yield (*entries, *last)


def _playbook_file(engine: Engine) -> PickEntry:
    folder = home_short(str(engine.data_dir / FOLDER))
    return PickEntry(
        title=_tr("Play a playbook file\u2026"),
        value=PLAYBOOK_FILE,
        detail=_tr("files in {} are listed here").format(folder),
        hint=_tr("new session"),
        icon="book",
    )


def _add_model() -> PickEntry:
    return PickEntry(
        title=_tr("Add a model\u2026"),
        value=ADD_MODEL,
        detail=_tr("one of this machine, or a hosted one with a key"),
        hint=_tr("settings"),
        icon="plus",
    )


async def _of_provider(engine: Engine, config: ProviderConfig) -> list[PickEntry]:
    try:
        models = await engine.models.models(config.id)
    except UserError:
        # A provider that does not answer must not close the picker on all the others.
        models = ()
    known = list(models)
    if config.default_model and all(info.ref.model != config.default_model for info in models):
        ref = ModelRef(provider=config.id, model=config.default_model)
        known.insert(0, ModelInfo(ref=ref, label=config.default_model))
    icon = "computer" if config.kind.is_local else "globe"
    return [
        PickEntry(
            title=info.label or info.ref.model,
            value=info.ref,
            detail=info.ref.model if info.label != info.ref.model else "",
            hint=config.label,
            icon=icon,
        )
        for info in known
    ]


DEFAULT_MODEL = object()
"""Picked for: whatever the default is."""
PLAYBOOK_FILE = object()
"""Picked for: a session of its own with a playbook from anywhere."""

ADD_MODEL = object()
"""Picked for: the settings, where providers are."""


def short_model(ref: ModelRef | None) -> str:
    """A model as a button shows it: the last part of its name."""
    if ref is None:
        return ""
    name = ref.model.rstrip("/").rsplit("/", 1)[-1]
    return name.removesuffix(".yaml").removesuffix(".yml") or ref.model
