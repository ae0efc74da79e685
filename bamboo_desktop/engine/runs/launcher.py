"""Launcher: the engine's side of the resume use case."""

from __future__ import annotations

from bamboo_desktop.domain.events import ExecutionStarted
from bamboo_desktop.domain.ids import RunId, SessionId, WorkItemId
from bamboo_desktop.domain.resume import Completed, NotFound, ResumeOutcome
from bamboo_desktop.domain.run import AgentStatus, Run, RunCause
from bamboo_desktop.domain.session import Session
from bamboo_desktop.domain.transcript import EntryKind, NewEntry
from bamboo_desktop.domain.work import WorkItem
from bamboo_desktop.engine.runs import rounds, snapshot
from bamboo_desktop.engine.runs.ending import CRASH_SENTENCE
from bamboo_desktop.engine.runs.registry import RunnerReservation
from bamboo_desktop.engine.runs.resume import Preparation, resume_session
from bamboo_desktop.engine.runs.runner import Runner
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.runs.supervisor import Supervisor, takes_queue
from bamboo_desktop.store import questions, queue, runs, sessions, transcript, work
from bamboo_desktop.store.transaction import Tx


class Launcher:
    """Starts runs: takes the session, consumes its work, inserts the run row, starts the task."""

    def __init__(self, services: RunServices) -> None:
        self._services = services
        self._supervisor = Supervisor(services, self._on_free, self.deliver_queue)
        self._is_closing = False

    @property
    def supervisor(self) -> Supervisor:
        """Who owns the runs' tasks."""
        return self._supervisor

    @property
    def is_closing(self) -> bool:
        """No run is started any more."""
        return self._is_closing

    def close_door(self) -> None:
        """No run is started from here on: the program is being closed."""
        self._is_closing = True
        self._supervisor.close_door()

    # --- the port -------------------------------------------------------------------------

    def try_reserve(self, session_id: SessionId) -> RunnerReservation | None:
        """Take the session, or None while a live run holds it."""
        return self._services.registry.try_reserve(session_id)

    async def decided(self, session_id: SessionId) -> RunId | None:
        """The run that holds the session, once it is one; None when it was let go instead."""
        return await self._services.registry.decided(session_id)

    def release(self, reservation: RunnerReservation) -> None:
        """Let go without a run."""
        self._services.registry.release(reservation)

    def spawn(self, run: Run, reservation: RunnerReservation) -> None:
        """Start the run's task under its supervisor."""
        self._services.registry.begin(reservation)
        self._supervisor.start(run, reservation.runner)

    async def begin(
        self, reservation: RunnerReservation, preparation: Preparation | None
    ) -> Run | Completed | NotFound:
        """One transaction: consume the open work and insert the run row."""
        self._services.faults.reached("run.before")
        begun = await self._services.database.write(
            lambda tx: self.begin_in(tx, reservation, preparation)
        )
        self._services.faults.reached("run.after")
        return begun

    def begin_in(
        self, tx: Tx, reservation: RunnerReservation, preparation: Preparation | None = None
    ) -> Run | Completed | NotFound:
        """The same inside a transaction."""
        session = sessions.get(tx, reservation.session_id)
        if session is None or session.deleted_at is not None:
            return NotFound()
        if preparation is not None:
            preparation(tx, session)
            session = sessions.get(tx, session.id) or session
        items = work.open(tx, session.id)
        if not items or self._is_closing:
            return Completed()
        self._settle_leftovers(tx, session)
        run = self._new_run(tx, session, reservation, items[-1].cause)
        runs.insert(tx, run)
        work.consume(tx, session.id, run.id)
        if session.metadata.get(snapshot.ALLOW_RULES):
            sessions.set_metadata(tx, session.id, snapshot.ALLOW_RULES, None)
        started = ExecutionStarted(cause=run.cause, started_at=run.started_at)
        tx.emit(session.id, run.id, started)
        return run

    def _settle_leftovers(self, tx: Tx, session: Session) -> None:
        """A live row without a runner is one whose end could not be written."""
        latest = runs.latest(tx, session.id)
        if latest is not None and latest.status.is_live:
            runs.settle(
                tx,
                latest.id,
                status=AgentStatus.INTERRUPTED,
                error=CRASH_SENTENCE,
                rounds=latest.round_count,
                usage=latest.usage,
            )

    def _new_run(
        self, tx: Tx, session: Session, reservation: RunnerReservation, cause: RunCause
    ) -> Run:
        before = runs.latest(tx, session.id)
        taken = snapshot.resolve(
            tx, session, cause, before, max_rounds=self._services.limits.max_rounds
        )
        run = Run(
            id=reservation.run_id,
            session_id=session.id,
            cause=cause,
            status=AgentStatus.RUNNING,
            started_at=reservation.runner.started_at,
            boot_id=self._services.database.boot_id,
            snapshot=taken,
        )
        changed = snapshot.changes(before.snapshot, taken) if before is not None else ""
        if changed:
            note = NewEntry(
                kind=EntryKind.NOTE, at=run.started_at, run_id=run.id, text=f"Changed: {changed}"
            )
            transcript.append(tx, session.id, note)
        return run

    # --- what others call -----------------------------------------------------------------

    async def launch(
        self, session_id: SessionId, preparation: Preparation | None = None
    ) -> ResumeOutcome:
        """Start a run if there is work, after the preparation has written what it has to."""
        try:
            return await resume_session(self, session_id, preparation)
        finally:
            if preparation is not None:
                await rounds.tell_queue(self._services, session_id)

    def add_work(self, tx: Tx, session_id: SessionId, cause: RunCause, ref: str = "") -> None:
        """Write down a reason to run, inside a transaction."""
        item = WorkItem(
            id=WorkItemId(self._services.ids.fresh()),
            session_id=session_id,
            cause=cause,
            created_at=self._services.clock.now(),
            ref=ref,
        )
        work.add(tx, item)

    def deliver_queue(self, tx: Tx, session: Session) -> None:
        """A preparation: what was typed during the last run becomes the next one's reason."""
        if questions.open(tx, session.id):
            return
        for message in rounds.deliver(self._services, tx, session.id, None):
            self.add_work(tx, session.id, RunCause.TYPED, message.id)

    def _on_free(self, runner: Runner, status: AgentStatus) -> None:
        if not self._is_closing and not self._services.tasks.is_closed:
            self._services.tasks.spawn(
                self._successor(runner.session_id, takes_queue=takes_queue(runner, status)),
                name=f"successor in {runner.session_id}",
            )

    async def _successor(self, session_id: SessionId, *, takes_queue: bool) -> None:
        """Work that arrived while the run was ending is not stranded."""
        has_work = await self._services.database.read(
            lambda tx: (
                bool(work.open(tx, session_id))
                or (takes_queue and bool(queue.listed(tx, session_id)))
            )
        )
        if has_work:
            await self.launch(session_id, self.deliver_queue if takes_queue else None)
