"""Recovery: what the process before this one left half done, settled before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bamboo_desktop.domain.events import Interrupted, SessionHistoryCommitted
from bamboo_desktop.domain.ids import QuestionId, SessionId
from bamboo_desktop.domain.run import AgentStatus, Run, RunCause
from bamboo_desktop.domain.tool import CallRecord, ToolClass
from bamboo_desktop.domain.transcript import CallState
from bamboo_desktop.engine.runs.consents import effect_question, is_about_attempt
from bamboo_desktop.engine.runs.ending import CRASH_ASKED_SENTENCE, CRASH_SENTENCE, waiting
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import asked as asked_questions
from bamboo_desktop.store import calls, preferences, questions, run_waits, runs, work
from bamboo_desktop.store.transaction import Tx

AUTO_CONTINUE = "auto_continue"
POISON_WINDOW = timedelta(minutes=10)
POISON_COUNT = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovered:
    """What was found: sessions whose run was cut off, and sessions that go on by themselves."""

    interrupted: tuple[SessionId, ...] = ()
    going_on: tuple[SessionId, ...] = ()


class Recovery:
    """Settles the runs of earlier boots and starts what was accepted but not begun."""

    def __init__(self, services: RunServices, launcher: Launcher) -> None:
        self._services = services
        self._launcher = launcher

    async def settle(self) -> Recovered:
        """One transaction that leaves no run of an earlier boot live."""
        return await self._services.database.write(self._settle)

    async def go_on(self, recovered: Recovered) -> None:
        """Start the sessions that have accepted work: an answer whose run never began."""
        for session_id in recovered.going_on:
            await self._launcher.launch(session_id)

    def _settle(self, tx: Tx) -> Recovered:
        interrupted = [self._settle_run(tx, run) for run in runs.stale(tx)]
        if preferences.get(tx, AUTO_CONTINUE) == "true":
            for session_id in run_waits.interrupted_sessions(tx):
                self._continue(tx, session_id)
        waiting = {record.question.session_id for record in questions.open(tx)}
        open_work = work.sessions_with_open(tx)
        return Recovered(
            interrupted=tuple(interrupted),
            going_on=tuple(found for found in open_work if found not in waiting),
        )

    def _settle_run(self, tx: Tx, run: Run) -> SessionId:
        asked = questions.open(tx, run.session_id)
        if asked:
            # A question keeps the id of the run that made its call: a later run may ask it.
            end = waiting(asked[-1].question)
            self._end(tx, run, end.status, "")
            tx.emit(run.session_id, run.id, end.event(run.usage))
            return run.session_id
        unknown = self._unknown_effects(tx, run.session_id)
        sentence = CRASH_ASKED_SENTENCE if unknown else CRASH_SENTENCE
        self._end(tx, run, AgentStatus.INTERRUPTED, sentence)
        tx.emit(run.session_id, run.id, Interrupted(message=sentence))
        for call in unknown:
            question_id = QuestionId(self._services.ids.fresh())
            questions.ask(tx, effect_question(question_id, call, self._services.clock.now()))
        return run.session_id

    def _end(self, tx: Tx, run: Run, status: AgentStatus, error: str) -> None:
        runs.settle(tx, run.id, status=status, error=error, rounds=run.round_count, usage=run.usage)
        tx.emit(run.session_id, run.id, SessionHistoryCommitted())

    def _unknown_effects(self, tx: Tx, session_id: SessionId) -> tuple[CallRecord, ...]:
        """Reads are repeated by Continue; an effect that may have happened is shown at once."""
        return tuple(
            call
            for call in calls.unfinished(tx, session_id)
            if call.state is CallState.RUNNING
            and call.tool_class is ToolClass.EFFECT
            and not self._was_asked(tx, call)
        )

    def _was_asked(self, tx: Tx, call: CallRecord) -> bool:
        asked = asked_questions.of_call(tx, call.session_id, call.call_id)
        return asked is not None and is_about_attempt(asked, call)

    def _continue(self, tx: Tx, session_id: SessionId) -> None:
        """A session that takes the program down with it is not continued by itself."""
        since = self._services.clock.now() - POISON_WINDOW
        recent = [
            run
            for run in runs.of_session(tx, session_id)
            if run.status is AgentStatus.INTERRUPTED
            and run.completed_at is not None
            and run.completed_at >= since
        ]
        if len(recent) < POISON_COUNT:
            self._launcher.add_work(tx, session_id, RunCause.RECOVERED)
