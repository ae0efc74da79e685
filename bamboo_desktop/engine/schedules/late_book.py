"""LateBook: stands for the schedules until the engine that keeps them is built.

Tools are built before the parts of the engine that some of them speak to.
"""

from __future__ import annotations

from bamboo_desktop.domain.errors import Bug
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.schedule_order import OrderText, ScheduleOrder
from bamboo_desktop.engine.schedules.book import Book


class LateBook:
    """Hands everything on to the book it is given."""

    def __init__(self) -> None:
        self._book: Book | None = None

    def use(self, book: Book) -> None:
        """From here on there is one."""
        self._book = book

    async def described(self, order: ScheduleOrder, session_id: SessionId) -> OrderText:
        """See Book."""
        return await self._present.described(order, session_id)

    async def act(self, order: ScheduleOrder, session_id: SessionId) -> str:
        """See Book."""
        return await self._present.act(order, session_id)

    @property
    def _present(self) -> Book:
        if self._book is None:
            raise Bug("a tool asked for schedules before there was an engine")
        return self._book
