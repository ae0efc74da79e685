"""What a click in the pane does: open a row, answer, copy a part, go on, follow a link."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.question import ALLOW_ALWAYS, QuestionKind
from bamboo_desktop.domain.transcript import TranscriptEntry
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui import dialogs
from bamboo_desktop.ui.models.transcript import PaneRow
from bamboo_desktop.ui.views.pane.question_rows import quick_item
from bamboo_desktop.ui.views.pane.row_layout import Hot, HotKind
from bamboo_desktop.ui.views.pane.view import EventPane

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

CONSENT_PAUSE = 0.5
"""So many seconds after it came to where it is an approval takes neither key nor click."""
_OPENED = frozenset({"http", "https", "mailto"})


class PaneHands(QObject):
    """Carries out clicks; what concerns other parts of the window leaves as a signal."""

    question_activated = Signal(object)
    option_chosen = Signal(object, object, object)
    continue_requested = Signal()
    failed = Signal(object)

    def __init__(self, engine: Engine, tasks: TaskSet, pane: EventPane) -> None:
        super().__init__(pane)
        self._engine = engine
        self._tasks = tasks
        self._pane = pane
        self._session_id: SessionId | None = None
        self._moved_at = 0.0
        pane.rows.modelReset.connect(self._rows_moved)
        pane.rows.rowsInserted.connect(self._rows_moved)
        pane.hot_activated.connect(self._click)
        pane.link_activated.connect(self._ask_link)

    def show_session(self, session_id: SessionId) -> None:
        """Say whose rows these are."""
        self._session_id = session_id

    # --- clicks ----------------------------------------------------------------------------------

    def _click(self, row: int, hot: Hot) -> None:
        entry = self._pane.rows.row(row)
        if hot.kind is HotKind.TOGGLE:
            self.toggle(row)
        elif hot.kind is HotKind.COPY:
            QGuiApplication.clipboard().setText(self._pane.layouts.copied(row, hot.value))
        elif hot.kind is HotKind.SHOW_ALL:
            self._show_all(row, entry)
        elif hot.kind is HotKind.CONTINUE:
            self.continue_requested.emit()
        elif hot.kind is HotKind.OPEN_QUESTION:
            self.open_question(entry)
        elif isinstance(entry, TranscriptEntry) and not self._came_just_now(entry):
            self.choose(entry, hot.value)

    def _rows_moved(self) -> None:
        self._moved_at = time.monotonic()

    def _came_just_now(self, entry: TranscriptEntry) -> bool:
        """A click that was meant for what was there before allows nothing."""
        return is_consent(entry) and time.monotonic() - self._moved_at < CONSENT_PAUSE

    def toggle(self, row: int) -> None:
        """Open a row in place or fold it."""
        layouts = self._pane.layouts
        layouts.set_open(row, is_open=not layouts.is_open(row))
        self._pane.remeasure(row)

    def open_question(self, entry: PaneRow | None) -> None:
        """Ask for the dialog of a question."""
        if isinstance(entry, TranscriptEntry) and entry.question is not None:
            self.question_activated.emit(entry.question.question.id)

    def choose(self, entry: TranscriptEntry, option_id: str) -> None:
        """Answer a simple question with one of its options.

        A standing rule is shown in its own words first, so Always leads to the dialog.
        """
        if option_id == ALLOW_ALWAYS and is_consent(entry):
            self.open_question(entry)
            return
        record = entry.question
        item = quick_item(record) if record is not None else None
        if record is not None and item is not None:
            self.option_chosen.emit(record.question.id, item.id, option_id)

    def _show_all(self, row: int, entry: PaneRow | None) -> None:
        if isinstance(entry, TranscriptEntry) and entry.call is not None:
            fetching = self._fetch_call(row, entry)
            self._tasks.spawn(fetching, name="fetch the whole output")
        else:
            self._pane.layouts.show_all(row)
            self._pane.remeasure(row)

    async def _fetch_call(self, row: int, entry: TranscriptEntry) -> None:
        session_id = self._session_id
        if session_id is None or entry.call is None:
            return
        try:
            whole = await self._engine.transcripts.call(session_id, entry.call.call_id)
        except UserError as error:
            self.failed.emit(error)
            return
        if session_id == self._session_id:
            self._pane.layouts.show_all(row, whole)
            self._pane.remeasure(row)

    def _ask_link(self, address: str) -> None:
        self._tasks.spawn(self._open_link(address), name="open link")

    async def _open_link(self, address: str) -> None:
        """Text of an agent may lie: the person sees where a link goes and decides."""
        url = QUrl(address)
        if url.scheme().lower() not in _OPENED:
            await dialogs.tell(
                self._pane,
                self.tr("This link is not opened, since it is no web or mail address: {0}").format(
                    address
                ),
            )
            return
        shown = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if await dialogs.confirm(
            self._pane,
            question=self.tr("Open this address outside the program?"),
            details=shown,
            yes=self.tr("Open"),
        ):
            QDesktopServices.openUrl(url)


def is_consent(entry: TranscriptEntry) -> bool:
    """True for the row of an approval."""
    return entry.question is not None and entry.question.question.kind is QuestionKind.CONSENT
