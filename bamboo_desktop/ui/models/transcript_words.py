"""Words for what a row shows: durations, states, and the text a screen reader speaks."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.transcript import CallState, EntryKind, ToolCallView, TranscriptEntry
from bamboo_desktop.ui.models.session_words import status_word
from bamboo_desktop.ui.models.transcript_live import TailKind, TailRow

SPOKEN_CHARACTERS = 2_000


def _tr(text: str) -> str:
    return QCoreApplication.translate("Transcript", text)


def duration_words(milliseconds: int) -> str:
    """A duration in the unit that fits: `12 ms`, `3.1 s`, `4 min 5 s`, `2 h 10 min`."""
    if milliseconds < 1_000:
        return f"{milliseconds} ms"
    seconds = milliseconds / 1_000
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60} min"


def outcome_words(call: ToolCallView) -> str:
    """Where a call stands, one or two words."""
    if call.outcome is not None:
        return {
            ToolOutcome.OK: _tr("ok"),
            ToolOutcome.ERROR: _tr("failed"),
            ToolOutcome.DENIED: _tr("denied"),
            ToolOutcome.CANCELLED: _tr("cancelled"),
            ToolOutcome.INTERRUPTED: _tr("interrupted"),
        }[call.outcome]
    return {
        CallState.PLANNED: _tr("planned"),
        CallState.GATED: _tr("waiting for you"),
        CallState.RUNNING: _tr("running"),
        CallState.DONE: _tr("done"),
    }[call.state]


def past_words(status: AgentStatus) -> str:
    """How a run ended that waited, once the session has gone on."""
    return {
        AgentStatus.WAITING_ANSWER: _tr("stopped to ask you"),
        AgentStatus.WAITING_APPROVAL: _tr("stopped to ask for your approval"),
        AgentStatus.WAITING_CHILDREN: _tr("stopped to wait for children"),
        AgentStatus.WAITING_BUDGET: _tr("stopped to wait for budget"),
    }.get(status, status_word(status))


def spoken(row: TranscriptEntry | TailRow | None) -> str:
    """What a screen reader says for a row."""
    if row is None:
        return _tr("loading")
    if isinstance(row, TailRow):
        return _spoken_tail(row)
    words = {
        EntryKind.USER: _tr("You: {0}"),
        EntryKind.ASSISTANT: _tr("Agent: {0}"),
        EntryKind.THINKING: _tr("Thinking: {0}"),
        EntryKind.NOTE: _tr("Note: {0}"),
    }.get(row.kind)
    if words is not None:
        return words.format(row.text[:SPOKEN_CHARACTERS])
    return _spoken_happening(row)


def _spoken_happening(row: TranscriptEntry) -> str:
    if row.call is not None:
        call = row.call
        return f"{call.tool} {call.headline}, {outcome_words(call)}"
    if row.question is not None:
        asked = row.question.question
        prompts = "; ".join(item.prompt for item in asked.items)
        open_ = row.question.answer is None and row.question.withdrawn_at is None
        state = _tr("waiting for your answer") if open_ else _tr("no longer open")
        return _tr("Question, {0}: {1} {2}").format(state, asked.title, prompts)
    if row.run_end is not None:
        end = row.run_end
        return _tr("End of run, {0}, after {1}").format(
            status_word(end.status), duration_words(end.duration_ms)
        )
    return row.text[:SPOKEN_CHARACTERS]


def _spoken_tail(row: TailRow) -> str:
    if row.kind is TailKind.WORKING:
        return _tr("stopping") if row.is_stopping else _tr("working")
    words = {
        TailKind.THINKING: _tr("Thinking, not finished: {0}"),
        TailKind.TEXT: _tr("Agent, not finished: {0}"),
        TailKind.RETRY: _tr("Trying again: {0}"),
    }[row.kind]
    return words.format(row.text[-SPOKEN_CHARACTERS:])
