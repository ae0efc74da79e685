"""What the codes of a history mean, in sentences for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from bamboo_desktop.domain.occurrence import Reason

_SENTENCES: Mapping[str, str] = {
    Reason.NONE: "",
    Reason.NOT_CAUGHT_UP: "The program was not running, and this schedule lets such go.",
    Reason.TOO_LATE: "It could only have been started later than this schedule allows.",
    Reason.SUPERSEDED: "A later one stands for it.",
    Reason.OVER_LIMIT: "More were missed than this schedule catches up.",
    Reason.DISABLED: "The schedule was switched off.",
    Reason.PAUSED: "The schedule was paused.",
    Reason.ZONE_MOVED: "Its time of day was left out by a move of the time zone.",
    Reason.ASKED: "It was missed; say in the window whether it shall be run now.",
    Reason.DECLINED: "It was missed, and you did not want it to be run later.",
    Reason.OVERLAP: "The one before it was still running.",
    Reason.WAITS_FOR_YOU: "The one before it waits for you.",
    Reason.BUSY: "The session it was to continue is running.",
    Reason.NO_MODEL: "No model is chosen, neither in the schedule nor in the settings.",
    Reason.DAILY_CAP: "It has run as often that day as it is allowed to.",
    Reason.BUDGET: "Its budget is used up.",
    Reason.PREFLIGHT: "Something it needs was not there.",
    Reason.PREPARED: "The session was prepared and not run, as the schedule says.",
    Reason.OUT_OF_ROUNDS: "It took more rounds than a run may take.",
    Reason.BY_PERSON: "You stopped it or took it back.",
    Reason.DELETED: "The schedule, or its session, was deleted.",
}


def reason_sentence(reason: str) -> str:
    """Why an occurrence has its fate; empty when the fate says it all, a new code as it is."""
    return _SENTENCES.get(reason, reason)
