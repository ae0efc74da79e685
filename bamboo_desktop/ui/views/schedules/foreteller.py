"""Asks the engine what the rule in the editor means, a moment after each edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.schedule_view import Preview, ScheduleDraft
from bamboo_desktop.ui.models.what_if import DAYS_OFF, what_if
from bamboo_desktop.ui.views.schedules.preview_pane import SHOWN, PreviewPane

if TYPE_CHECKING:
    from datetime import datetime

    from bamboo_desktop.clock import Clock
    from bamboo_desktop.engine import Engine
    from bamboo_desktop.ui.errands import Errands
    from bamboo_desktop.ui.views.schedules.editor_form import EditorForm

_SETTLE_MS = 200
_MOST_OFF = 3_000
"""More fires than a rule has in two days."""


class Foreteller(QObject):
    """Keeps the preview true to the form; the newest answer wins.

    Args:
        draft: the schedule as it stands in the form, None while a field is wrong.
    """

    def __init__(
        self,
        engine: Engine,
        errands: Errands,
        clock: Clock,
        pane: PreviewPane,
        form: EditorForm,
        draft: Callable[[], ScheduleDraft | None],
    ) -> None:
        super().__init__(form)
        self._engine = engine
        self._errands = errands
        self._clock = clock
        self._pane = pane
        self._form = form
        self._draft = draft
        self._asked = 0
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.look)

    def touch(self) -> None:
        """Something was edited."""
        self._settle.start()

    def look(self) -> None:
        """Ask now."""
        self._errands.run(self._looked(), name="preview a schedule")

    async def _looked(self) -> None:
        self._asked += 1
        asked, draft, now = self._asked, self._draft(), self._clock.now()
        if draft is None:
            self._pane.show_trouble(self.tr("Mend what is marked red, then this says when."))
            return
        try:
            preview = await self._preview(draft, now, SHOWN)
            fires = preview.fires
            if len(fires) == SHOWN and fires[-1].at < now + DAYS_OFF:
                fires = (await self._preview(draft, now, _MOST_OFF)).fires
        except InvalidInputError as error:
            if asked == self._asked:
                self._form.when.rule.say(error.sentence)
                self._pane.show_trouble(self.tr("This rule cannot be read yet."))
            return
        if asked == self._asked:
            self._pane.show_preview(preview, draft.zone, now)
            self._pane.show_cases(what_if(draft.policies, fires, now))

    async def _preview(self, draft: ScheduleDraft, now: datetime, count: int) -> Preview:
        return await self._engine.schedules.preview(
            draft.trigger,
            draft.zone,
            window=draft.window,
            policies=draft.policies,
            run_config=draft.run_config,
            after=now,
            count=count,
        )
