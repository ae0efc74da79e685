"""Meter: writes down what a run uses, in the transactions that use it."""

from __future__ import annotations

from bamboo_desktop.clock import Clock
from bamboo_desktop.domain.budget import Spent
from bamboo_desktop.domain.run import Run
from bamboo_desktop.domain.transcript import EntryKind, NewEntry
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.engine.runs.budget_limits import limits_money
from bamboo_desktop.engine.runs.budget_words import UNPRICED
from bamboo_desktop.store import spending, transcript
from bamboo_desktop.store.spending import Spender
from bamboo_desktop.store.transaction import Tx


class Meter:
    """Counts one run's money, tokens, calls, and the time it is live.

    Time is that of the monotonic clock from the meter's making on: a run that waits has ended, and
    the machine's sleep does not count.
    """

    def __init__(self, run: Run, clock: Clock) -> None:
        terms = run.snapshot.budget
        self._run = run
        self._clock = clock
        self._started = clock.monotonic()
        self._spender = Spender(
            run_id=run.id,
            origin_id=terms.origin_id or run.id,
            schedule_id=terms.schedule_id,
        )

    @property
    def live_ms(self) -> int:
        """For how long the run has been live."""
        return int((self._clock.monotonic() - self._started) * 1000)

    def model_call(self, tx: Tx, usage: Usage) -> None:
        """A model call has ended and took this."""
        is_unpriced = usage.cost_micros is None
        if is_unpriced and limits_money(tx, self._run.snapshot.budget):
            self._tell_unpriced(tx)
        spent = Spent(
            cost_micros=usage.cost_micros or 0,
            tokens=usage.total_tokens,
            unpriced=int(is_unpriced),
        )
        spending.add(tx, self._spender, spent, live_ms=self.live_ms)

    def tool_calls(self, tx: Tx, count: int) -> None:
        """So many tool calls are begun."""
        spending.add(tx, self._spender, Spent(calls=count), live_ms=self.live_ms)

    def end(self, tx: Tx) -> None:
        """The run is over."""
        spending.add(tx, self._spender, Spent(), live_ms=self.live_ms)

    def _tell_unpriced(self, tx: Tx) -> None:
        """Said once for all that one message or occurrence set going."""
        if spending.of_origin(tx, self._spender.origin_id).unpriced:
            return
        note = NewEntry(kind=EntryKind.NOTE, at=tx.now, run_id=self._run.id, text=UNPRICED)
        transcript.append(tx, self._run.session_id, note)
