"""Dispatcher: starts what has been claimed, a few at a time, each in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import chain

from bamboo_desktop.domain.errors import StorageError, UserError
from bamboo_desktop.domain.ids import OccurrenceId, SessionId
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef, ProviderKind
from bamboo_desktop.domain.occurrence import Occurrence, OccurrenceState, Reason
from bamboo_desktop.domain.resume import AlreadyRunning, Started
from bamboo_desktop.engine.models import Models
from bamboo_desktop.engine.runs.founded import FoundedRuns
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.runner import StopReason
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.schedules.admission import going_on
from bamboo_desktop.engine.schedules.clock_watch import Jump
from bamboo_desktop.engine.schedules.crowding import default_model, turn_away, unwanted
from bamboo_desktop.engine.schedules.founding import Founding, Intent
from bamboo_desktop.engine.schedules.letting_go import refuse
from bamboo_desktop.engine.schedules.looks import Looks
from bamboo_desktop.engine.schedules.pace import Pace
from bamboo_desktop.engine.schedules.preflight import hindrance
from bamboo_desktop.engine.schedules.resolver import resolve
from bamboo_desktop.engine.schedules.zones import Zones
from bamboo_desktop.store import (
    occurrence_lists,
    occurrences,
    preferences,
    schedules,
)
from bamboo_desktop.store.transaction import Tx

PARALLEL = "schedules.parallel"
AT_ONCE = 2
MOST_LOOKED_AT = 200
LONGEST_WAIT = 15.0

log = logging.getLogger(__name__)


class Dispatcher:
    """Starts queued occurrences when there is room for them.

    One that cannot be started holds up no other: each is tried on its own, and an error of ours
    in one is told and leaves it queued.
    """

    def __init__(
        self,
        *,
        services: RunServices,
        launcher: Launcher,
        models: Models,
        zones: Zones,
        pace: Pace,
        on_bug: Callable[[BaseException, str], None],
    ) -> None:
        self._services = services
        self._launcher = launcher
        self._models = models
        self._zones = zones
        self._pace = pace
        self._on_bug = on_bug
        self._founded = FoundedRuns(services, launcher)
        self._looks = Looks()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may be startable: look at once."""
        self._woken.set()

    def jumped(self, _jump: Jump) -> None:
        """The machine slept or the clock was set: what is caught up settles first."""
        self._pace.jumped()

    async def keep_starting(self) -> None:
        """Start what can be started, until cancelled."""
        while True:
            self._woken.clear()
            wait = LONGEST_WAIT
            try:
                wait = await self.start_due()
            except StorageError as error:
                log.warning("nothing could be started: %s", error.sentence)
            await self._pause(wait)

    async def start_due(self) -> float:
        """Start what may be started now; returns after how many seconds to look again.

        Raises:
            StorageError: the disk refused; what is queued stays queued.
        """
        now = self._services.clock.now()
        queued, room = await self._services.database.read(
            lambda tx: (occurrence_lists.startable(tx, now, limit=MOST_LOOKED_AT), _room(tx))
        )
        again = LONGEST_WAIT
        for number, occurrence in enumerate(queued):
            if room <= 0:
                await self._turn_away(queued[number:])
                break
            wait, is_started = await self._consider(occurrence)
            again = min(again, wait) if wait else again
            room -= is_started
        return min(again, await self._until_next())

    async def start_one(self, occurrence_id: OccurrenceId) -> None:
        """Start this one now if its schedule lets it; whatever else is queued stays so.

        Raises:
            StorageError: the disk refused; it stays queued.
        """
        occurrence = await self._services.database.read(
            lambda tx: occurrences.required(tx, occurrence_id)
        )
        if occurrence.state is OccurrenceState.QUEUED:
            await self._consider(occurrence)

    async def _until_next(self) -> float:
        now = self._services.clock.now()
        following = await self._services.database.read(
            lambda tx: occurrence_lists.next_start(tx, now)
        )
        return LONGEST_WAIT if following is None else (following - now).total_seconds()

    async def _consider(self, occurrence: Occurrence) -> tuple[float, bool]:
        """Try to start one; returns how long it has to wait, and whether it runs now."""
        try:
            schedule, default = await self._services.database.read(
                lambda tx: (schedules.get(tx, occurrence.schedule_id), default_model(tx))
            )
            if schedule is None:
                return 0.0, False
            resolved = resolve(schedule.run_config, default)
            wait = self._pace.wait(
                occurrence, needs_network=await self._needs_network(resolved.model)
            )
            if wait:
                return wait, False
            found = await self._services.database.read(lambda tx: going_on(tx, occurrence))
            session_id = found or SessionId(self._services.ids.fresh())
            intent = Intent(
                occurrence_id=occurrence.id,
                revision=schedule.revision,
                session_id=session_id,
                is_new_session=found is None,
                resolved=resolved,
                hindrance=await hindrance(self._models, self._looks, resolved),
                clock=self._zones.clock(schedule.zone),
            )
            return 0.0, await self._start(occurrence, intent)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - one broken occurrence must not stop the rest
            self._on_bug(error, f"occurrence {occurrence.id}")
            return 0.0, False

    async def _start(self, occurrence: Occurrence, intent: Intent) -> bool:
        founding = Founding(self._services, self._launcher, intent)
        outcome = await self._founded.launch(intent.session_id, founding)
        for session_id in founding.stops:
            self._services.registry.stopping(session_id, StopReason.PERSON)
        if isinstance(outcome, AlreadyRunning):
            await self._services.database.write(lambda tx: _refuse_busy(tx, occurrence))
        if isinstance(outcome, Started):
            self._pace.started(occurrence)
            return True
        return False

    async def _turn_away(self, queued: Sequence[Occurrence]) -> None:
        """Without room nothing starts; what would overlap or come too late ends all the same."""
        due = [each for each in queued if not self._pace.wait(each, needs_network=False)]
        database = self._services.database
        some = await database.read(lambda tx: unwanted(tx, due))
        if not some:
            return
        stops = await database.write(lambda tx: [turn_away(tx, each) for each in some])
        for session_id in chain.from_iterable(stops):
            self._services.registry.stopping(session_id, StopReason.PERSON)

    async def _needs_network(self, model: ModelRef | None) -> bool:
        if model is None or model.provider == PLAYBOOK_PROVIDER:
            return False
        try:
            kind: ProviderKind = (await self._models.provider(model.provider)).kind
        except UserError:
            return False
        return not kind.is_local

    async def _pause(self, seconds: float) -> None:
        tasks = self._services.tasks
        sleep = tasks.spawn(
            self._services.clock.sleep(max(0.05, min(seconds, LONGEST_WAIT))),
            name="dispatcher sleep",
        )
        woken = tasks.spawn(self._woken.wait(), name="dispatcher woken")
        try:
            await asyncio.wait({sleep, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            woken.cancel()


def _refuse_busy(tx: Tx, seen: Occurrence) -> None:
    """The session is in use, unless it is so by this very occurrence, started from elsewhere."""
    present = occurrences.get(tx, seen.id)
    if present is not None and present.state is OccurrenceState.QUEUED:
        refuse(tx, present, Reason.BUSY)


def _room(tx: Tx) -> int:
    """How many more may run now."""
    wanted = preferences.get(tx, PARALLEL)
    limit = int(wanted) if wanted and wanted.isascii() and wanted.isdigit() else AT_ONCE
    return max(1, limit) - occurrence_lists.running(tx)
