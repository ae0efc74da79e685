"""Grants beyond a budget: offered with a question, given once with its answer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select, update

from bamboo_desktop.domain.budget import BudgetMeasure, Standing
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.store.columns import CleanText
from bamboo_desktop.store.tables_budget import BUDGET_GRANT
from bamboo_desktop.store.transaction import Tx

_GRANT = (
    update(BUDGET_GRANT)
    .where(
        BUDGET_GRANT.c.question_id == bindparam("key", type_=CleanText()),
        BUDGET_GRANT.c.granted_at.is_(None),
    )
    .values(granted_at=bindparam("granted"))
)
_GRANTED = select(func.coalesce(func.sum(BUDGET_GRANT.c.amount), 0)).where(
    BUDGET_GRANT.c.pot == bindparam("pot", type_=CleanText()),
    BUDGET_GRANT.c.measure == bindparam("measure", type_=CleanText()),
    BUDGET_GRANT.c.granted_at.is_not(None),
)


def offer(tx: Tx, question_id: QuestionId, reached: Iterable[Standing]) -> None:
    """Keep what the answer "some more" to a question would give."""
    for standing in reached:
        tx.run(
            BUDGET_GRANT.insert(),
            {
                "question_id": question_id,
                "pot": standing.pot,
                "measure": standing.measure.value,
                "amount": standing.as_much_again,
                "granted_at": None,
            },
        )


def grant(tx: Tx, question_id: QuestionId) -> None:
    """Give what the question offered; a second time gives nothing."""
    tx.run(_GRANT, {"key": question_id, "granted": tx.now})


def granted(tx: Tx, pot: str, measure: BudgetMeasure) -> int:
    """How much was given beyond the limit of what is counted together."""
    found: int = tx.run(_GRANTED, {"pot": pot, "measure": measure.value}).scalar_one()
    return found
