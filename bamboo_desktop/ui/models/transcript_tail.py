"""What a live run has produced but not yet stored: partial text, merged without gap or repeat.

A snapshot of the run is adopted when a session is opened; later events are told apart from those
the snapshot already holds by their run-local index. A part is sealed when the message it belongs
to is stored, and dropped in the same step in which the stored rows are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain import events
from bamboo_desktop.domain.ids import MessageId, RunId, ToolCallId
from bamboo_desktop.domain.message import Role
from bamboo_desktop.ui.models.transcript_live import TailKind, TailRow, TailSnapshot

LIVE_OUTPUT_KEPT = 20_000


@dataclass(kw_only=True, slots=True)
class _Part:
    key: int
    kind: TailKind
    round: int
    at: datetime
    ended_at: datetime | None = None
    chunks: list[str] = field(default_factory=list)
    is_sealed: bool = False

    def text(self) -> str:
        if len(self.chunks) > 1:
            self.chunks = ["".join(self.chunks)]
        return self.chunks[0] if self.chunks else ""


_ENDS = (
    events.Complete,
    events.Cancelled,
    events.Error,
    events.Interrupted,
    events.OutOfRounds,
    events.RunSuspended,
)
_PRODUCE = (
    events.Token,
    events.ReasoningToken,
    events.ModelRetry,
    events.ToolToken,
    events.RunStopping,
)
_WORKING_KEY = 0


class LiveTail:
    """The rows after the stored ones, built from a snapshot and the events after it."""

    def __init__(self) -> None:
        self._keys = _WORKING_KEY
        self.thoughts: dict[MessageId, float] = {}
        """How many seconds the thinking of a message took, where it was seen from its start."""
        self.clear()

    def clear(self) -> None:
        """Forget the run: another session is shown."""
        self._run_id: RunId | None = None
        self._started_at: datetime | None = None
        self._floor = -1
        self._parts: list[_Part] = []
        self._adopted: set[int] = set()
        self._is_live = False
        self._is_stopping = False
        self._output: dict[ToolCallId, str] = {}

    @property
    def run_id(self) -> RunId | None:
        """The run whose text this is."""
        return self._run_id

    @property
    def is_live(self) -> bool:
        """True from the start of the run to its end."""
        return self._is_live

    @property
    def has_unsealed_text(self) -> bool:
        """True while some partial text waits for its message to be stored."""
        return any(not part.is_sealed and part.kind is not TailKind.RETRY for part in self._parts)

    def output(self, call_id: ToolCallId) -> str:
        """The last part of what a running tool has printed."""
        return self._output.get(call_id, "")

    def adopt(self, snapshot: TailSnapshot) -> None:
        """Start from a live run as it stands; later events come on top."""
        self.clear()
        self._begin(snapshot.run_id, snapshot.at)
        self._floor = snapshot.index
        self._is_stopping = snapshot.is_stopping
        self._output = {call: text[-LIVE_OUTPUT_KEPT:] for call, text in snapshot.output.items()}
        for kind, text in ((TailKind.THINKING, snapshot.thinking), (TailKind.TEXT, snapshot.text)):
            if text:
                part = self._part(kind, snapshot.round, snapshot.at)
                part.chunks.append(text)
                self._adopted.add(part.key)

    def rows(self) -> tuple[TailRow, ...]:
        """The rows to show now."""
        run_id = self._run_id
        if run_id is None:
            return ()
        rows = [
            TailRow(key=part.key, kind=part.kind, run_id=run_id, at=part.at, text=part.text())
            for part in self._parts
        ]
        if self._is_live and self._started_at is not None:
            rows.append(
                TailRow(
                    key=_WORKING_KEY,
                    kind=TailKind.WORKING,
                    run_id=run_id,
                    at=self._started_at,
                    is_stopping=self._is_stopping,
                )
            )
        return tuple(rows)

    def sealed(self) -> tuple[int, ...]:
        """Keys of the parts whose message is stored by now."""
        return tuple(part.key for part in self._parts if part.is_sealed)

    def drop(self, keys: tuple[int, ...]) -> None:
        """Take parts away: their stored rows are shown in the same step."""
        gone = set(keys)
        self._parts = [part for part in self._parts if part.key not in gone]

    def apply(self, envelope: events.Envelope) -> bool:
        """Work an event in; True when the rows may look different now."""
        event = envelope.event
        if isinstance(event, events.ExecutionStarted) and envelope.run_id is not None:
            return self._start(envelope.run_id, event.started_at)
        if self._is_stale(envelope):
            return False
        if isinstance(event, _ENDS):
            return self._end(envelope)
        if isinstance(event, events.MessageAppended):
            return self._message_stored(envelope, event)
        return self._transient(envelope)

    def _transient(self, envelope: events.Envelope) -> bool:
        event = envelope.event
        if not isinstance(event, _PRODUCE) or envelope.run_id is None:
            return False
        if envelope.run_id != self._run_id:
            # The start of the run was before we looked and no snapshot held it: begin here.
            self._start(envelope.run_id, envelope.at)
        if not self._is_live:
            return False
        if isinstance(event, events.Token):
            self._add(TailKind.TEXT, event.round, event.content, envelope.at)
        elif isinstance(event, events.ReasoningToken):
            self._add(TailKind.THINKING, event.round, event.content, envelope.at)
        elif isinstance(event, events.ModelRetry):
            self._retry(event, envelope.at)
        elif isinstance(event, events.ToolToken):
            before = self._output.get(event.tool_call_id, "")
            self._output[event.tool_call_id] = (before + event.content)[-LIVE_OUTPUT_KEPT:]
        else:
            self._is_stopping = True
        return True

    def _is_stale(self, envelope: events.Envelope) -> bool:
        return (
            envelope.run_id == self._run_id
            and envelope.index is not None
            and envelope.index <= self._floor
        )

    def _start(self, run_id: RunId, at: datetime) -> bool:
        if run_id == self._run_id:
            return False
        # Parts of the run before stay until their stored rows are shown.
        for part in self._parts:
            part.is_sealed = True
        self._begin(run_id, at)
        return True

    def _begin(self, run_id: RunId, at: datetime) -> None:
        self._run_id = run_id
        self._started_at = at
        self._floor = -1
        self._is_live = True
        self._is_stopping = False
        self._output = {}

    def _end(self, envelope: events.Envelope) -> bool:
        if envelope.run_id != self._run_id:
            return False
        self._is_live = False
        self._is_stopping = False
        for part in self._parts:
            part.is_sealed = True
        return True

    def _message_stored(self, envelope: events.Envelope, event: events.MessageAppended) -> bool:
        if event.role != Role.ASSISTANT or envelope.run_id != self._run_id:
            return False
        self._note_thought(event, envelope.at)
        for part in self._parts:
            # A round of 0 names no round: then everything that came before belongs to it.
            part.is_sealed = part.is_sealed or event.round in (0, part.round)
            part.is_sealed = part.is_sealed or part.round < event.round
        return bool(self._parts)

    def _note_thought(self, event: events.MessageAppended, at: datetime) -> None:
        for part in self._parts:
            is_seen = part.kind is TailKind.THINKING and part.key not in self._adopted
            if is_seen and not part.is_sealed:
                seconds = ((part.ended_at or at) - part.at).total_seconds()
                self.thoughts[event.message_id] = seconds

    def _retry(self, event: events.ModelRetry, at: datetime) -> None:
        self._parts = [part for part in self._parts if part.is_sealed or part.round != event.round]
        part = self._part(TailKind.RETRY, event.round, at)
        told = QCoreApplication.translate("Transcript", "attempt {0} in {1} s: {2}")
        part.chunks.append(told.format(event.attempt, f"{event.delay_seconds:.1f}", event.reason))

    def _add(self, kind: TailKind, round_: int, content: str, at: datetime) -> None:
        self._parts = [
            part for part in self._parts if part.is_sealed or part.kind is not TailKind.RETRY
        ]
        last = self._parts[-1] if self._parts else None
        if last is None or last.is_sealed or last.kind is not kind or last.round != round_:
            if last is not None:
                last.ended_at = at
            last = self._part(kind, round_, at)
        last.chunks.append(content)

    def _part(self, kind: TailKind, round_: int, at: datetime) -> _Part:
        self._keys += 1
        part = _Part(key=self._keys, kind=kind, round=round_, at=at)
        self._parts.append(part)
        return part
