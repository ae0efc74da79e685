"""The last answer of a run whose budget is used up: from what there is, without tools."""

from __future__ import annotations

from dataclasses import replace

from bamboo_desktop.domain.message import Part, TextPart, ToolCallPart, ToolOutcome
from bamboo_desktop.domain.run import Run
from bamboo_desktop.engine.runs import rounds
from bamboo_desktop.engine.runs.budget_words import NO_ANSWER, NOT_RUN
from bamboo_desktop.engine.runs.conversation import Conversation
from bamboo_desktop.engine.runs.repair import settle_dangling
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.providers.port import Finished
from bamboo_desktop.store import questions, runs
from bamboo_desktop.store.transaction import Tx


async def without_calls(services: RunServices, run: Run) -> Conversation:
    """Give the calls that are left their results, as none is run any more; returns the history."""

    def work(tx: Tx) -> None:
        runs.require_live(tx, run.id)
        questions.withdraw(tx, run.session_id, reason=NOT_RUN)
        settle_dangling(
            services,
            tx,
            run.session_id,
            run_id=run.id,
            outcome=ToolOutcome.CANCELLED,
            why=NOT_RUN,
        )

    await services.database.write(work)
    return await rounds.load(services, run.session_id)


def words_only(finished: Finished) -> Finished:
    """The answer without calls: some models ask for tools also when they may not."""
    if not any(isinstance(part, ToolCallPart) for part in finished.parts):
        return finished
    kept: tuple[Part, ...] = tuple(
        part for part in finished.parts if not isinstance(part, ToolCallPart)
    )
    if not any(isinstance(part, TextPart) and part.text.strip() for part in kept):
        kept = (*kept, TextPart(text=NO_ANSWER))
    return replace(finished, parts=kept, library_json=None)
