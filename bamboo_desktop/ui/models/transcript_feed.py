"""Keeps the rows of the shown session in step with the engine: opening, growing, paging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bamboo_desktop.domain import events
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import MessageId, QuestionId, SessionId, ToolCallId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.transcript import EntryKind, TranscriptEntry
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.models.transcript import TranscriptModel
from bamboo_desktop.ui.models.transcript_live import TailSnapshot
from bamboo_desktop.ui.models.transcript_pages import PAGE_ROWS, page_of
from bamboo_desktop.ui.models.transcript_tail import LiveTail
from bamboo_desktop.ui.relay import EventRelay

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine, LiveRun

_Pages = dict[int, Sequence[TranscriptEntry]]


class TranscriptFeed(QObject):
    """Fills a `TranscriptModel`: one reader at a time, everything applied in whole steps."""

    opened = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        relay: EventRelay,
        model: TranscriptModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tasks = tasks
        self._relay = relay
        self._model = model
        self._tail = LiveTail()
        self._session_id: SessionId | None = None
        self._generation = 0
        self._is_open = False
        self._is_reading = False
        self._is_grown = False
        self._calls: set[ToolCallId] = set()
        self._questions: set[QuestionId] = set()
        self._wanted: set[int] = set()
        self._announced: set[MessageId] = set()
        model.thoughts = self._tail.thoughts
        relay.batch.connect(self.take)
        model.pages_wanted.connect(self._want)

    @property
    def is_open(self) -> bool:
        """True once the session's rows are there, however few."""
        return self._is_open

    def open(self, session_id: SessionId, position: int | None = None) -> None:
        """Show a session at its end, or at a position; `opened` follows with that position."""
        self._generation += 1
        self._session_id = session_id
        self._is_open = False
        self._is_reading = False
        self._is_grown = False
        self._tail.clear()
        for waiting in (self._calls, self._questions, self._wanted, self._announced):
            waiting.clear()
        self._model.clear()
        reading = self._open(session_id, position, self._generation)
        self._tasks.spawn(reading, name="open transcript")

    def take(self, envelopes: tuple[events.Envelope, ...]) -> None:
        """Work in a batch: the live rows at once, the stored ones after one read."""
        is_changed = False
        printed: set[ToolCallId] = set()
        for envelope in envelopes:
            if envelope.session_id == self._session_id:
                # While a session is being opened its snapshot, taken last, holds all partial text.
                is_changed = (self._is_open and self._tail.apply(envelope)) or is_changed
                self._note(envelope.event, printed)
        if not self._is_open:
            return
        if is_changed:
            # Sealed parts stay as they are until their stored rows come in the same step.
            self._model.set_tail(self._tail.rows())
        for call_id in printed:
            self._model.set_output(call_id, self._tail.output(call_id))
        self._read_on()

    def _note(self, event: events.AgentEvent, printed: set[ToolCallId]) -> None:
        if isinstance(event, events.ToolToken):
            printed.add(event.tool_call_id)
        if not event.durable:
            return
        self._is_grown = True
        if isinstance(event, events.ToolStart | events.ToolComplete | events.ToolError):
            self._calls.add(event.tool_call_id)
        elif isinstance(event, events.ToolApprovalRequested):
            self._calls.add(event.tool_call_id)
            self._questions.add(event.question_id)
        elif isinstance(event, events.QuestionAnswered | events.QuestionWithdrawn):
            self._questions.add(event.question_id)
        elif isinstance(event, events.MessageAppended):
            self._announced.add(event.message_id)

    def _want(self, pages: tuple[int, ...]) -> None:
        self._wanted.update(pages)
        self._read_on()

    def _read_on(self) -> None:
        has_work = self._is_grown or self._wanted or self._calls or self._questions
        if has_work and self._is_open and not self._is_reading:
            self._is_reading = True
            reading = self._read(self._generation)
            self._tasks.spawn(reading, name="read transcript")

    async def _open(self, session_id: SessionId, position: int | None, generation: int) -> None:
        transcripts = self._engine.transcripts
        try:
            length = await transcripts.length(session_id)
            last = max(length - 1, 0)
            start = last if position is None else min(max(position, 0), last)
            pages: _Pages = {}
            for number in {page_of(start), page_of(max(start - PAGE_ROWS // 3, 0)), page_of(last)}:
                first = number * PAGE_ROWS
                entries = await transcripts.page(session_id, first=first, count=PAGE_ROWS)
                pages[number] = entries
        except UserError as error:
            if generation == self._generation:
                self.failed.emit(error)
            return
        if generation != self._generation:
            return
        # What waits in the relay came before the snapshot and is contained in it.
        self._relay.flush()
        length = max([length, *(page[-1].position + 1 for page in pages.values() if page)])
        self._adopt(session_id, pages.get(page_of(max(length - 1, 0)), ()))
        self._is_open = True
        self._is_grown = True
        self._model.open(length=length, pages=pages, tail=self._tail.rows())
        for call_id, text in self._live_output().items():
            self._model.set_output(call_id, text)
        self.opened.emit(position)
        self._read_on()

    def _adopt(self, session_id: SessionId, newest: Sequence[TranscriptEntry]) -> None:
        live = self._engine.runs.live(session_id)
        if live is None:
            return
        stored = {entry.text for entry in newest if entry.run_id == live.run_id and entry.text}
        # A message may have been stored between the read and the snapshot's next word.
        text = "" if live.partial_text in stored else live.partial_text
        thinking = "" if live.partial_thinking in stored else live.partial_thinking
        self._tail.adopt(_snapshot(live, text, thinking))

    def _live_output(self) -> dict[ToolCallId, str]:
        live = self._engine.runs.live(self._session_id) if self._session_id else None
        return dict(live.live_output) if live is not None else {}

    async def _read(self, generation: int) -> None:
        try:
            while self._is_grown or self._wanted or self._calls or self._questions:
                await self._read_once(generation)
                if generation != self._generation:
                    return
        except UserError as error:
            if generation == self._generation:
                self.failed.emit(error)
        finally:
            if generation == self._generation:
                self._is_reading = False

    async def _read_once(self, generation: int) -> None:
        session_id = self._session_id
        assert session_id is not None
        places = self._places()
        is_grown, self._is_grown = self._is_grown, False
        sealed = self._tail.sealed()
        length = self._model.stored
        pages: _Pages = {}
        transcripts = self._engine.transcripts
        if is_grown:
            length = max(length, await transcripts.length(session_id))
            first_new = self._model.stored
            # The newest rows are read now, those of a flood between when they are looked at.
            places |= {page_of(first_new), page_of(length), max(page_of(length) - 1, 0)}
        for number in sorted(places):
            first = number * PAGE_ROWS
            pages[number] = await transcripts.page(session_id, first=first, count=PAGE_ROWS)
            if generation != self._generation:
                return
        self._apply(length, pages, sealed)

    def _places(self) -> set[int]:
        rows = [self._model.row_of_call(call_id) for call_id in self._calls]
        rows += [self._model.row_of_question(question_id) for question_id in self._questions]
        places = self._wanted | {page_of(row) for row in rows if row is not None}
        self._wanted, self._calls, self._questions = set(), set(), set()
        return places

    def _apply(self, length: int, pages: _Pages, sealed: tuple[int, ...]) -> None:
        shown = self._announced_length(length, pages)
        if shown < length:
            pages = {
                number: [e for e in page if e.position < shown] for number, page in pages.items()
            }
        self._tail.drop(sealed)
        self._model.update(length=shown, pages=pages, tail=self._tail.rows())

    def _announced_length(self, length: int, pages: _Pages) -> int:
        """Rows of a message whose event has not come yet would double the partial text: wait."""
        if not self._tail.has_unsealed_text:
            return length
        for number in sorted(pages):
            for entry in pages[number]:
                if entry.position >= self._model.stored and self._is_ahead(entry):
                    return entry.position
        return length

    def _is_ahead(self, entry: TranscriptEntry) -> bool:
        return (
            entry.kind in {EntryKind.ASSISTANT, EntryKind.THINKING}
            and entry.run_id == self._tail.run_id
            and entry.message_id is not None
            and entry.message_id not in self._announced
        )


def _snapshot(live: LiveRun, text: str, thinking: str) -> TailSnapshot:
    return TailSnapshot(
        run_id=live.run_id,
        at=live.started_at,
        round=live.round_count,
        text=text,
        thinking=thinking,
        index=live.index,
        is_stopping=live.status is AgentStatus.STOPPING,
        output=live.live_output,
    )
