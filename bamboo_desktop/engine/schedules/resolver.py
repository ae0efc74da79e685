"""Resolver: every choice of a schedule's runs made, from the schedule and the settings."""

from __future__ import annotations

from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.domain.run_config import ModelSource, ResolvedRunConfig, RunConfig


def resolve(config: RunConfig, default_model: ModelRef | None) -> ResolvedRunConfig:
    """What a run is started with.

    A model that was written into the schedule stays, whatever the settings say by now. A playbook
    needs no prompt.
    """
    model, source = config.model, config.model_source
    if model is not None and source is ModelSource.NONE:
        source = ModelSource.SCHEDULE
    if model is None or not model.model.strip():
        model = default_model
        source = ModelSource.DEFAULT if default_model is not None else ModelSource.NONE
    is_playbook = model is not None and model.provider == PLAYBOOK_PROVIDER
    prompt = config.prompt.strip()
    if is_playbook and not prompt:
        prompt = "Play it."
    return ResolvedRunConfig(
        prompt=prompt,
        model=model,
        model_source=source,
        reasoning_effort=config.reasoning_effort,
        base_system_prompt=config.system_prompt.strip(),
        workspace=config.workspace,
        runs_by_itself=config.auto_execute and bool(prompt),
    )
