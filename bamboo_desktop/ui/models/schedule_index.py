"""Keeps the list of schedules true: loads it, then reads again what news have touched."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bamboo_desktop.domain.errors import NotFoundError
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule_view import ScheduleSummary
from bamboo_desktop.ui.models.schedule_list import ScheduleListModel

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.errands import Errands
    from bamboo_desktop.ui.schedule_relay import ScheduleRelay

_SINGLY = 24
"""So many changed rows are read one by one; with more the whole list is read at once."""


class ScheduleIndex(QObject):
    """Fills the model from the engine; `refreshed` follows with the ids that were read again."""

    refreshed = Signal(object)

    def __init__(
        self, engine: Engine, errands: Errands, relay: ScheduleRelay, model: ScheduleListModel
    ) -> None:
        super().__init__(model)
        self._engine = engine
        self._errands = errands
        self._model = model
        self._touched: set[ScheduleId] = set()
        self._is_reading = False
        relay.changed.connect(self._take)

    def load(self) -> None:
        """Read the whole list."""
        self._errands.run(self.loaded(), name="load schedules")

    async def loaded(self) -> None:
        """Read the whole list and return when it is shown."""
        found = await self._engine.schedules.summaries()
        # Ten thousand are put in order beside the loop: the window must not stand still for it.
        prepared = await asyncio.to_thread(self._model.arrangement, found)
        self._model.replace(found, prepared)

    def _take(self, touched: frozenset[ScheduleId]) -> None:
        self._touched |= touched
        # One reading at a time: news that come meanwhile are read together after it.
        if self._model.is_loaded and not self._is_reading:
            self._is_reading = True
            self._errands.run(self._refreshed(), name="refresh schedules")

    async def _refreshed(self) -> None:
        try:
            while self._touched:
                touched, self._touched = frozenset(self._touched), set()
                if len(touched) > _SINGLY:
                    await self.loaded()
                else:
                    found = await asyncio.gather(*(self._summary(one) for one in touched))
                    self._model.update(dict(zip(touched, found, strict=True)))
                self.refreshed.emit(touched)
        finally:
            self._is_reading = False

    async def _summary(self, schedule_id: ScheduleId) -> ScheduleSummary | None:
        try:
            return await self._engine.schedules.summary(schedule_id)
        except NotFoundError:
            return None
