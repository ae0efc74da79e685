"""What would happen if: the policies of a schedule in plain words, told with its own fires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.fire import Fire
from bamboo_desktop.domain.schedule import Misfire, Overlap, Policies, WhileWaiting

DAYS_OFF = timedelta(days=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """One case and what would happen."""

    case: str
    then: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhatIf", text)


def what_if(policies: Policies, fires: Sequence[Fire], now: datetime) -> tuple[WhatIf, ...]:
    """Two days off, still running, waiting for the person, failing.

    `fires` are those of the next two days, or more.
    """
    return (
        WhatIf(case=_tr("Two days off"), then=_off(policies, fires, now)),
        WhatIf(case=_tr("Still running"), then=_running(policies)),
        WhatIf(case=_tr("Waiting for me"), then=_waiting(policies)),
        WhatIf(case=_tr("It fails"), then=_failing(policies)),
    )


def _off(policies: Policies, fires: Sequence[Fire], now: datetime) -> str:
    back = now + DAYS_OFF
    missed = [fire for fire in fires if fire.is_run and fire.at <= back]
    if not missed:
        return _tr("Nothing falls into the next two days, so nothing would be missed.")
    count = len(missed)
    first = _tr("One run is missed.") if count == 1 else _tr("{} runs are missed.").format(count)
    young = sum(back - fire.at <= policies.max_lateness for fire in missed)
    late = _hours(policies.max_lateness)
    if policies.misfire is Misfire.NONE:
        then = _tr("They are shown as missed, and the next one runs at its time.")
    elif policies.misfire is Misfire.ASK:
        then = _tr("You are asked, and nothing of it runs before you say so.")
    elif not young:
        then = _tr("None is run later, since all are more than {} late; they are shown.").format(
            late
        )
    elif policies.misfire is Misfire.LATEST or young == 1:
        then = _tr(
            "Only the latest runs, once the machine is back; what was missed before it is shown."
        )
    else:
        then = _tr("The latest {} run one after the other; the others are shown as missed.").format(
            min(young, policies.max_each)
        )
    return f"{first} {then}"


def _hours(late: timedelta) -> str:
    hours = late / timedelta(hours=1)
    if hours >= 48 and hours % 24 == 0:
        return _tr("{} days").format(round(hours / 24))
    return (
        _tr("{} h").format(round(hours)) if hours >= 1 else _tr("{} min").format(round(hours * 60))
    )


def _running(policies: Policies) -> str:
    return {
        Overlap.SKIP: _tr("The next one is skipped and shown as such; the running one goes on."),
        Overlap.QUEUE_ONE: _tr(
            "One waits and starts when the running one has ended; further ones are skipped."
        ),
        Overlap.ALLOW: _tr(
            "It starts beside it, up to {} at once; further ones are skipped."
        ).format(policies.max_parallel),
        Overlap.CANCEL_PREVIOUS: _tr("The running one is stopped, then the next one starts."),
    }[policies.overlap]


def _waiting(policies: Policies) -> str:
    return {
        WhileWaiting.SKIP: _tr(
            "The question stays in your inbox. Until it is answered, further "
            "ones are skipped and say why."
        ),
        WhileWaiting.QUEUE_ONE: _tr(
            "The question stays in your inbox. One more waits behind it; further ones are skipped."
        ),
        WhileWaiting.ALLOW: _tr(
            "The question stays in your inbox, and the next one runs all the same."
        ),
    }[policies.while_waiting]


def _failing(policies: Policies) -> str:
    again = _tr("It is shown, with its error.")
    if policies.retries:
        again = _tr("It is tried again up to {} times while nothing has had an effect.").format(
            policies.retries
        )
    if not policies.pause_after:
        return f"{again} {_tr('The schedule goes on whatever happens.')}"
    if policies.pause_after == 1:
        return f"{again} {_tr('Then the schedule pauses and says so.')}"
    pause = _tr("After {} failed in a row the schedule pauses and says so.")
    return f"{again} {pause.format(policies.pause_after)}"
