"""Repair: every stored call gets its one result before the history goes on without it."""

from __future__ import annotations

from bamboo_desktop.domain.ids import RunId, SessionId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.question import QuestionKind
from bamboo_desktop.domain.tool import CallRecord, ToolResult
from bamboo_desktop.domain.transcript import CallState
from bamboo_desktop.engine.runs import replies
from bamboo_desktop.engine.runs.conversation import Conversation
from bamboo_desktop.engine.runs.journal import finish_call, results_message
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import asked as asked_questions
from bamboo_desktop.store import calls, messages
from bamboo_desktop.store.transaction import Tx


def settle_dangling(
    services: RunServices,
    tx: Tx,
    session_id: SessionId,
    *,
    run_id: RunId | None,
    outcome: ToolOutcome,
    why: str,
) -> None:
    """Finish what is unfinished and answer the last assistant message, inside a transaction."""
    for call in calls.unfinished(tx, session_id):
        result = _answered(tx, call) or ToolResult(outcome=outcome, content=_told(call, why))
        finish_call(tx, call, result, run_id=run_id, elapsed_ms=0)
    conversation = Conversation(messages.history(tx, session_id), None)
    message = conversation.unanswered()
    if message is None:
        return
    records = calls.of_message(tx, session_id, message.id)
    messages.append(tx, results_message(services, message, run_id, records), ())


def _answered(tx: Tx, call: CallRecord) -> ToolResult | None:
    """An answer that was given is told, whatever became of the run that should have read it."""
    if call.state is not CallState.GATED:
        return None
    asked = asked_questions.of_call(tx, call.session_id, call.call_id)
    if asked is None or asked.answer is None or asked.question.kind is not QuestionKind.ASK:
        return None
    return replies.answered(asked.question, asked.answer)


def _told(call: CallRecord, why: str) -> str:
    if call.may_have_happened:
        return f"{why} The call had begun: it may or may not have had its effect."
    return f"{why} The call was not run."
