"""Tool calls from and to their rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bamboo_desktop.domain.ids import MessageId, RunId, SessionId, ToolCallId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.tool import CallRecord, ToolClass
from bamboo_desktop.domain.transcript import CallState, ToolCallView
from bamboo_desktop.store.columns import json_text
from bamboo_desktop.store.damage import values_of, word_of


def row_of(call: CallRecord) -> dict[str, Any]:
    """The columns of a call, but for its place among its session's calls."""
    return {
        "session_id": call.session_id,
        "call_id": call.call_id,
        "run_id": call.run_id,
        "message_id": call.message_id,
        "tool": call.tool,
        "tool_class": call.tool_class.value,
        "state": call.state.value,
        "outcome": call.outcome.value if call.outcome else None,
        "duration_ms": call.duration_ms,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
        "digest": call.digest,
        "headline": call.headline,
        "arguments": call.arguments,
        "files": json_text(call.files),
        "diff": call.diff,
        "content": call.content,
        "attempt": call.attempt,
    }


def record_of(row: Row[*tuple[Any, ...]]) -> CallRecord:
    """The call of a row."""
    return CallRecord(
        session_id=SessionId(row.session_id),
        run_id=RunId(row.run_id),
        message_id=MessageId(row.message_id),
        call_id=ToolCallId(row.call_id),
        tool=row.tool,
        arguments=row.arguments,
        tool_class=word_of(ToolClass, row.tool_class, ToolClass.EFFECT),
        headline=row.headline,
        digest=row.digest,
        state=_state(row),
        outcome=_outcome(row),
        content=row.content,
        diff=row.diff,
        files=values_of(str, row.files),
        duration_ms=row.duration_ms,
        started_at=row.started_at,
        ended_at=row.ended_at,
        attempt=row.attempt,
    )


def view_of(row: Row[*tuple[Any, ...]]) -> ToolCallView:
    """The call as the event pane shows it."""
    return ToolCallView(
        call_id=ToolCallId(row.call_id),
        tool=row.tool,
        arguments=row.arguments,
        headline=row.headline,
        state=_state(row),
        outcome=_outcome(row),
        content=row.content,
        diff=row.diff,
        duration_ms=row.duration_ms,
    )


def _state(row: Row[*tuple[Any, ...]]) -> CallState:
    """Where it cannot be read, a call that has no result may have begun."""
    otherwise = CallState.DONE if row.outcome else CallState.RUNNING
    return word_of(CallState, row.state, otherwise)


def _outcome(row: Row[*tuple[Any, ...]]) -> ToolOutcome | None:
    stored = row.outcome
    return word_of(ToolOutcome, stored, ToolOutcome.INTERRUPTED) if stored else None
