"""The state of a session in words: the second line of its row, and what a screen reader says."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.model import ReasoningEffort
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionScope, SessionSummary
from bamboo_desktop.ui.bare_words import bare_words
from bamboo_desktop.ui.formats import exact, one_line


def _tr(text: str) -> str:
    return QCoreApplication.translate("SessionWords", text)


def status_word(status: AgentStatus | None) -> str:
    """One status in one or two words; the same words everywhere in the window."""
    if status is None:
        return _tr("not started")
    return {
        AgentStatus.PENDING: _tr("starting"),
        AgentStatus.RUNNING: _tr("running"),
        AgentStatus.STOPPING: _tr("stopping"),
        AgentStatus.COMPLETED: _tr("done"),
        AgentStatus.CANCELLED: _tr("stopped"),
        AgentStatus.ERROR: _tr("failed"),
        AgentStatus.INTERRUPTED: _tr("interrupted"),
        AgentStatus.OUT_OF_ROUNDS: _tr("out of rounds"),
        AgentStatus.WAITING_ANSWER: _tr("waiting for you"),
        AgentStatus.WAITING_APPROVAL: _tr("waiting for your approval"),
        AgentStatus.WAITING_CHILDREN: _tr("waiting for children"),
        AgentStatus.WAITING_BUDGET: _tr("waiting for more budget"),
    }[status]


def status_line(summary: SessionSummary) -> str:
    """State and last happening as one line: the state first unless the work is simply done."""
    if summary.open_questions:
        # What waits for approval is a command or a path: nothing is taken out of it.
        is_asked = summary.status is AgentStatus.WAITING_ANSWER
        asked = bare_words(summary.question) if is_asked else summary.question
        text = one_line(asked) or _tr("waiting for you")
        more = summary.open_questions - 1
        return (
            _tr("{question} (and {more} more)").format(question=text, more=more) if more else text
        )
    if summary.status in {AgentStatus.ERROR, AgentStatus.INTERRUPTED}:
        detail = one_line(summary.error) or one_line(summary.last_line)
        word = status_word(summary.status).capitalize()
        return f"{word}: {detail}" if detail else word
    if summary.status is None or summary.status is AgentStatus.COMPLETED:
        return bare_words(one_line(summary.last_line)) or _tr("No messages yet")
    if summary.status is AgentStatus.RUNNING and summary.last_line:
        return one_line(summary.last_line)
    return status_word(summary.status).capitalize()


def empty_sentence(scope: SessionScope, *, is_filtered: bool) -> str:
    """What belongs here when nothing is here."""
    if is_filtered:
        return _tr("No session has these words in its title.")
    return {
        SessionScope.ACTIVE: _tr("Sessions you start are listed here."),
        SessionScope.ARCHIVED: _tr("Sessions you archive are kept here, out of the way."),
        SessionScope.BIN: _tr("The bin is empty. What you delete stays here for 30 days."),
    }[scope]


def tool_tip(summary: SessionSummary) -> str:
    """What a row cuts off or leaves out, on lines of its own."""
    lines = [one_line(summary.session.title), status_line(summary), exact(summary.last_activity_at)]
    if summary.session.workspace:
        lines.append(summary.session.workspace)
    if summary.error:
        lines.append(summary.error)
    return "\n".join(line for line in lines if line)


def effort_word(effort: ReasoningEffort | None) -> str:
    """How hard the model thinks, as a person says it."""
    if effort is None:
        return _tr("Default effort")
    return {
        ReasoningEffort.LOW: _tr("Low effort"),
        ReasoningEffort.MEDIUM: _tr("Medium effort"),
        ReasoningEffort.HIGH: _tr("High effort"),
        ReasoningEffort.XHIGH: _tr("Very high effort"),
        ReasoningEffort.MAX: _tr("Highest effort"),
    }[effort]
