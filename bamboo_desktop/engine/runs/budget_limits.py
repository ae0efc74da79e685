"""Budget limits: which hold for a run, and how each of them stands now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bamboo_desktop.domain.budget import (
    Budget,
    BudgetAction,
    BudgetMeasure,
    Budgets,
    BudgetScope,
    BudgetTerms,
    Spent,
    Standing,
)
from bamboo_desktop.domain.ids import RunId
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.store import budget_grants, preferences, spending
from bamboo_desktop.store.transaction import Tx

RUN_PREFIX = "budget.run."
DAY_PREFIX = "budget.day."
AT_LIMIT = "budget.at_limit"
FIELDS = ("cost_micros", "tokens", "seconds", "calls")
_LONGEST = 15


def default_terms(tx: Tx) -> BudgetTerms:
    """The terms of a run that a person started, as the settings have them."""
    action = preferences.get(tx, AT_LIMIT)
    known = action in {each.value for each in BudgetAction}
    at_limit = BudgetAction(action) if action and known else BudgetAction.ASK
    return BudgetTerms(budgets=Budgets(limits=_default_run(tx), at_limit=at_limit))


def schedule_terms(tx: Tx, schedule: Schedule) -> BudgetTerms:
    """The terms of a run that a schedule started: its own, and per run the default if it has none.

    A limit that is counted over everything is no schedule's business.
    """
    own = tuple(
        budget for budget in schedule.budgets.limits if budget.scope is not BudgetScope.EVERYTHING
    )
    if not any(budget.scope is BudgetScope.RUN for budget in own):
        own = (*own, *_default_run(tx))
    return BudgetTerms(
        budgets=Budgets(limits=own, at_limit=schedule.budgets.at_limit),
        schedule_id=schedule.id,
        zone=schedule.zone,
    )


def _default_run(tx: Tx) -> tuple[Budget, ...]:
    found = _preferred(tx, BudgetScope.RUN, RUN_PREFIX)
    return () if found.is_open else (found,)


def _preferred(tx: Tx, scope: BudgetScope, prefix: str) -> Budget:
    cost, tokens, seconds, calls = (
        _number(preferences.get(tx, prefix + field)) for field in FIELDS
    )
    return Budget(scope=scope, cost_micros=cost, tokens=tokens, seconds=seconds, calls=calls)


def _number(text: str | None) -> int | None:
    is_number = text and text.isascii() and text.isdigit() and len(text) <= _LONGEST
    return int(text) if text and is_number else None


def _in_force(tx: Tx, terms: BudgetTerms) -> Iterator[Budget]:
    """The limit over a whole day holds as it is set now: all runs share what it leaves."""
    for budget in terms.budgets.limits:
        if terms.schedule_id is not None or budget.scope is BudgetScope.RUN:
            yield budget
    yield _preferred(tx, BudgetScope.EVERYTHING, DAY_PREFIX)


def limits_money(tx: Tx, terms: BudgetTerms) -> bool:
    """True when a limit on money holds."""
    return any(budget.cost_micros is not None for budget in _in_force(tx, terms))


def standings(tx: Tx, terms: BudgetTerms, run_id: RunId, *, live_ms: int) -> tuple[Standing, ...]:
    """How every limit of a live run stands.

    Args:
        tx: the transaction.
        terms: what the run was started with.
        run_id: the run.
        live_ms: for how long it has been live, what is not written down yet included.
    """
    unwritten = Spent(live_ms=max(live_ms - spending.live_of(tx, run_id), 0))
    own = replace(terms, origin_id=terms.origin_id or run_id)
    return tuple(
        standing
        for budget in _in_force(tx, own)
        for standing in _standings(tx, own, budget, unwritten)
    )


def used_up(tx: Tx, terms: BudgetTerms, *, is_free: bool) -> Standing | None:
    """The limit that leaves nothing to a run which is not yet begun, or None.

    A run that may call no tool can still be of use, and a model that costs nothing spends no money.
    """
    shared = (budget for budget in _in_force(tx, terms) if budget.scope is not BudgetScope.RUN)
    for budget in shared:
        for standing in _standings(tx, terms, budget, Spent()):
            needs_none = standing.measure is BudgetMeasure.CALLS and not standing.limit
            is_moot = standing.measure is BudgetMeasure.COST and is_free
            if standing.is_reached and not needs_none and not is_moot:
                return standing
    return None


def _standings(tx: Tx, terms: BudgetTerms, budget: Budget, more: Spent) -> Iterator[Standing]:
    if budget.is_open:
        return
    pot, spent = _counted(tx, terms, budget.scope)
    for measure, limit in budget.limits:
        yield Standing(
            scope=budget.scope,
            measure=measure,
            pot=pot,
            limit=limit,
            granted=budget_grants.granted(tx, pot, measure),
            used=(spent + more).amount(measure),
        )


def _counted(tx: Tx, terms: BudgetTerms, scope: BudgetScope) -> tuple[str, Spent]:
    """The name of what is counted together, and what was used of it."""
    schedule_id, origin_id = terms.schedule_id, terms.origin_id
    if scope is BudgetScope.DAY and schedule_id is not None:
        midnight = midnight_before(tx.now, terms.zone)
        spent = spending.of_schedule(tx, schedule_id, midnight)
        return f"schedule {schedule_id} {midnight:%Y-%m-%dT%H:%M%z}", spent
    if scope is BudgetScope.SCHEDULE and schedule_id is not None:
        return f"schedule {schedule_id}", spending.of_schedule(tx, schedule_id)
    if scope is BudgetScope.RUN and origin_id is not None:
        return f"run {origin_id}", spending.of_origin(tx, origin_id)
    midnight = midnight_before(tx.now, "")
    return f"day {midnight:%Y-%m-%dT%H:%M%z}", spending.of_all(tx, midnight)


def midnight_before(now: datetime, zone: str) -> datetime:
    """When the day of an instant began in a zone; the machine's own where it is empty."""
    try:
        there = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        there = None
    today = now.astimezone(there).date()
    # From the date alone: the distance to UTC of now need not be that of midnight.
    start = datetime.combine(today, time.min)
    return start.replace(tzinfo=there) if there is not None else start.astimezone()
