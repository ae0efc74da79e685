"""News about schedules on their way to Qt: collected, then told once a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule_news import OccurrenceChanged, ScheduleChanged
from bamboo_desktop.domain.schedule_view import Heartbeat

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.relay import Cancellable


class ScheduleRelay(QObject):
    """Tells which schedules changed, as a frozenset of ids, every 150 ms at most.

    However many occurrences are claimed at once, a view looks once. With no news no timer runs.
    `beat` carries the newest heartbeat of the ticker.
    """

    changed = Signal(object)
    beat = Signal(object)

    def __init__(self, engine: Engine, parent: QObject, *, interval_ms: int = 150) -> None:
        super().__init__(parent)
        self._touched: set[ScheduleId] = set()
        self._heartbeat: Heartbeat | None = None
        self._timer = QTimer(self, singleShot=True, interval=interval_ms)
        self._timer.timeout.connect(self.flush)
        subscriptions: tuple[Cancellable, ...] = (
            engine.feed.subscribe_to(ScheduleChanged, self._schedule),
            engine.feed.subscribe_to(OccurrenceChanged, self._occurrence),
            engine.feed.subscribe_to(Heartbeat, self._beat),
        )
        # A window that is taken down hears no more of an engine that goes on a little.
        self.destroyed.connect(lambda: _end(subscriptions))

    def flush(self) -> None:
        """Tell now what waits."""
        self._timer.stop()
        touched, self._touched = frozenset(self._touched), set()
        heartbeat, self._heartbeat = self._heartbeat, None
        if touched:
            self.changed.emit(touched)
        if heartbeat is not None:
            self.beat.emit(heartbeat)

    def _schedule(self, news: ScheduleChanged) -> None:
        self._touch(news.schedule_id)

    def _occurrence(self, news: OccurrenceChanged) -> None:
        self._touch(news.schedule_id)

    def _beat(self, heartbeat: Heartbeat) -> None:
        self._heartbeat = heartbeat
        self._start()

    def _touch(self, schedule_id: ScheduleId) -> None:
        self._touched.add(schedule_id)
        self._start()

    def _start(self) -> None:
        if not self._timer.isActive():
            self._timer.start()


def _end(subscriptions: tuple[Cancellable, ...]) -> None:
    for subscription in subscriptions:
        subscription.cancel()
