"""The configuration a run starts with, and what the person changed since the run before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bamboo_desktop.domain.budget import BudgetTerms
from bamboo_desktop.domain.ids import ProviderId, SessionId
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.domain.run import Run, RunCause, RunSnapshot
from bamboo_desktop.domain.session import Session
from bamboo_desktop.engine.runs.budget_limits import default_terms, schedule_terms
from bamboo_desktop.store import occurrence_runs, preferences, schedules, sessions
from bamboo_desktop.store.transaction import Tx

DEFAULT_MODEL = "default_model"
MAX_ROUNDS = "max_rounds"
ALLOW_RULES = "run.allow_rules"
DISABLED_TOOLS = "disabled_tools"
_GOES_ON = frozenset({RunCause.ANSWERED, RunCause.CHILD_FINISHED, RunCause.RECOVERED})


def model_text(ref: ModelRef) -> str:
    """A model reference as it is kept in a preference."""
    return json.dumps({"provider": ref.provider, "model": ref.model})


def parse_model(text: str | None) -> ModelRef | None:
    """Read a model reference; what cannot be read is none."""
    if not text:
        return None
    try:
        raw = json.loads(text)
        return ModelRef(provider=ProviderId(str(raw["provider"])), model=str(raw["model"]))
    except (ValueError, KeyError, TypeError):
        return None


def resolve(
    tx: Tx, session: Session, cause: RunCause, before: Run | None, *, max_rounds: int
) -> RunSnapshot:
    """The snapshot of a new run.

    A run that goes on after an answer keeps what the run before it had, except for what the person
    has set on the session since: a changed global default moves no run that is under way.
    """
    old = before.snapshot if before is not None and cause in _GOES_ON else None
    default = old.model if old is not None else parse_model(preferences.get(tx, DEFAULT_MODEL))
    effort = old.reasoning_effort if old is not None else None
    return RunSnapshot(
        model=session.model or default,
        reasoning_effort=session.reasoning_effort or effort,
        workspace=session.workspace,
        system_prompt=session.system_prompt,
        max_rounds=_positive(preferences.get(tx, MAX_ROUNDS), max_rounds),
        disabled_tools=_names(session.metadata.get(DISABLED_TOOLS, "")),
        allow_rules=_rules(session, old),
        budget=_budget(tx, session, cause, before),
    )


def _budget(tx: Tx, session: Session, cause: RunCause, before: Run | None) -> BudgetTerms:
    """What goes on with an earlier run is counted together with it, on the same terms."""
    if before is not None and (cause in _GOES_ON or cause is RunCause.RETRIED):
        terms = before.snapshot.budget
        return replace(terms, origin_id=terms.origin_id or before.id)
    occurrence = occurrence_runs.advanced_by(tx, session.id, cause)
    schedule = schedules.get(tx, occurrence.schedule_id) if occurrence is not None else None
    return default_terms(tx) if schedule is None else schedule_terms(tx, schedule)


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) > 0 else default


def _names(text: str) -> frozenset[str]:
    return frozenset(name for name in text.split(",") if name)


def _rules(session: Session, old: RunSnapshot | None) -> tuple[str, ...]:
    """What came with the messages, and for a run that goes on what the one before it had."""
    given = json.loads(session.metadata.get(ALLOW_RULES) or "[]")
    before = old.allow_rules if old is not None else ()
    return tuple(dict.fromkeys([*before, *(str(rule) for rule in given)]))


def allow(tx: Tx, session_id: SessionId, rules: Sequence[str]) -> None:
    """Let these rules hold for the next run of the session, beside those that hold for it by now.

    They lie in the session's own rows until that run takes them.
    """
    if not rules:
        return
    session = sessions.get(tx, session_id)
    before = json.loads(session.metadata.get(ALLOW_RULES) or "[]") if session is not None else []
    together = list(dict.fromkeys([*before, *rules]))
    sessions.set_metadata(tx, session_id, ALLOW_RULES, json.dumps(together))


def changes(before: RunSnapshot, now: RunSnapshot) -> str:
    """What the person changed between two runs, one line, empty when nothing."""
    told: list[str] = []
    if before.model != now.model:
        told.append(f"model {before.model or 'none'} -> {now.model or 'none'}")
    if before.reasoning_effort != now.reasoning_effort:
        old, new = (taken.reasoning_effort or "the model's own" for taken in (before, now))
        told.append(f"effort {old} -> {new}")
    if before.workspace != now.workspace:
        told.append(f"workspace {before.workspace or 'none'} -> {now.workspace or 'none'}")
    return ", ".join(told)
