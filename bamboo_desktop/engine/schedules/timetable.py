"""Timetable: the parts of schedules put together, and set going with the program."""

from __future__ import annotations

import logging

from bamboo_desktop.bus import EventBus
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.engine.models import Models
from bamboo_desktop.engine.runs.desk import Runs
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.engine.schedules.book import Book
from bamboo_desktop.engine.schedules.claimer import Claimer
from bamboo_desktop.engine.schedules.desk import Schedules
from bamboo_desktop.engine.schedules.dispatcher import Dispatcher
from bamboo_desktop.engine.schedules.follow_up import FollowUp
from bamboo_desktop.engine.schedules.late_book import LateBook
from bamboo_desktop.engine.schedules.occurrence_desk import Occurrences
from bamboo_desktop.engine.schedules.pace import Network, Pace
from bamboo_desktop.engine.schedules.ticker import ScheduleTicker
from bamboo_desktop.engine.schedules.upkeep import Upkeep
from bamboo_desktop.engine.schedules.zones import Zones

log = logging.getLogger(__name__)


class Timetable:
    """Schedules as a whole.

    Attributes:
        schedules: what a person can do with schedules.
        occurrences: what a person can do with their runs.
    """

    def __init__(
        self,
        services: RunServices,
        *,
        launcher: Launcher,
        runs: Runs,
        models: Models,
        bus: EventBus,
        network: Network,
    ) -> None:
        zones = Zones()
        self._services = services
        self._dispatcher = Dispatcher(
            services=services,
            launcher=launcher,
            models=models,
            zones=zones,
            pace=Pace(services.clock, network),
            on_bug=services.on_bug,
        )
        self._ticker = ScheduleTicker(
            database=services.database,
            claimer=Claimer(
                database=services.database,
                zones=zones,
                ids=services.ids,
                faults=services.faults,
            ),
            clock=services.clock,
            tasks=services.tasks,
            dispatcher=self._dispatcher,
            on_beat=bus.publish,
        )
        self._follow_up = FollowUp(services, bus, self._dispatcher.wake)
        self._upkeep = Upkeep(services.database, zones, services.clock)
        self.schedules = Schedules(services, zones, self._ticker, self._upkeep, self._wake)
        self.occurrences = Occurrences(services, zones, runs, self._dispatcher, self._wake)
        if isinstance(services.schedules, LateBook):
            services.schedules.use(Book(services.database, self.schedules, self.occurrences))

    def keep_going(self) -> None:
        """Claim and start what is due from here on, until the program is closed."""
        tasks = self._services.tasks
        tasks.spawn(self._keep_time(), name="schedule ticker")
        tasks.spawn(self._dispatcher.keep_starting(), name="schedule dispatcher")

    async def _keep_time(self) -> None:
        """What an update has moved is noticed before a claim plans it anew."""
        try:
            await self._upkeep.replan()
        except StorageError as error:
            log.warning("whether an update moves fires is seen later: %s", error.sentence)
        try:
            await self._follow_up.make_up()
        except StorageError as error:
            log.warning("what failed before this start stays so: %s", error.sentence)
        self._services.tasks.spawn(self._upkeep.keep_up(), name="schedule upkeep")
        await self._ticker.keep_time()

    def _wake(self) -> None:
        self._ticker.wake()
        self._dispatcher.wake()
