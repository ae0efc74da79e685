"""What the disk had to say at the start: told once, and little room only again when it is less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bamboo_desktop.domain.storage import LowSpace
from bamboo_desktop.ui.errands import Errands
from bamboo_desktop.ui.views.footer_facts import FooterFacts
from bamboo_desktop.ui.views.notice_bar import is_quiet

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.views.main_window import MainWindow

LOW_SPACE_SEEN = "low_space_seen"
"""The preference with the bytes that were free when the person took note."""


class StartNotices(QObject):
    """Tells the notices of the store; what was understood and is no worse stays quiet."""

    def __init__(
        self, engine: Engine, errands: Errands, facts: FooterFacts, window: MainWindow
    ) -> None:
        super().__init__(window)
        self._engine = engine
        self._errands = errands
        self._facts = facts
        self._window = window
        window.notices.closed.connect(self._closed)

    async def tell(self) -> None:
        """Show what there is to tell at this start."""
        notices = self._engine.notices
        is_calm = all(is_quiet(notice) for notice in notices)
        if is_calm and await self._is_known():
            notices = ()
        sentences = self._facts.health_sentences() if notices else ()
        self._window.tell(sentences, is_quiet=is_calm)

    @property
    def _free(self) -> int | None:
        """The bytes that are left, where they are few."""
        found = (one.free_bytes for one in self._engine.notices if isinstance(one, LowSpace))
        return next(found, None)

    async def _is_known(self) -> bool:
        seen = await self._engine.preferences.get(LOW_SPACE_SEEN)
        if self._free is None:
            if seen:
                await self._engine.preferences.put(LOW_SPACE_SEEN, None)
            return True
        return seen.isdigit() and self._free * 2 > int(seen)

    def _closed(self) -> None:
        if self._free is not None:
            put = self._engine.preferences.put(LOW_SPACE_SEEN, str(self._free))
            self._errands.run(put, name="keep that little room is known")
