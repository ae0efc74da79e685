"""ContextKeeper: a session that runs for hours must not die of its own length.

Near the model's window the person is warned; at it the older part is summarised for the model,
or the run stops with a question. The stored history and the screen always stay whole.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bamboo_desktop.domain.context import ContextSummary
from bamboo_desktop.domain.events import (
    ContextCompressionStatus,
    ContextPressureNotification,
    ContextSummarized,
)
from bamboo_desktop.domain.message import Message, Role, TextPart
from bamboo_desktop.domain.run import Run
from bamboo_desktop.domain.transcript import EntryKind, NewEntry
from bamboo_desktop.domain.usage import ContextGauge
from bamboo_desktop.engine.runs.conversation import Conversation, estimate_tokens
from bamboo_desktop.engine.runs.digest import chunks, older_part
from bamboo_desktop.engine.runs.runner import Runner
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.providers.port import Finished, ModelRequest
from bamboo_desktop.store import runs, summaries, transcript
from bamboo_desktop.store.transaction import Tx

SUMMARY_PROMPT = """\
Summarise the conversation below for an agent that has to go on with the work and will not see it. \
Keep: what the person wants and has decided, in their words where it matters; what was done and \
found, with exact paths, names, numbers and commands; what failed and why; what is still open. \
Leave out pleasantries and superseded attempts. Write plain paragraphs and lists."""
OUTPUT_RESERVE = 16_384
KEPT_PERCENT = 40
"""Of the window, or of the present content, what the newest messages may fill afterwards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """How much the model can take: `limit` tokens of input before room must be made."""

    size: int
    limit: int

    @classmethod
    def of(cls, size: int) -> Window:
        """Reserve room for the answer: a quarter of the window, at most 16,384 tokens."""
        return cls(size=size, limit=max(size - min(size // 4, OUTPUT_RESERVE), 1))


AskModel = Callable[[ModelRequest], Awaitable[Finished]]


class ContextKeeper:
    """Watches one run's context window."""

    def __init__(self, services: RunServices, run: Run, runner: Runner, window: int) -> None:
        self._services = services
        self._run = run
        self._runner = runner
        self._window = Window.of(window)
        self._is_warned = False
        self._known_tokens = 0
        self._known_messages = 0

    def learned(self, conversation: Conversation, input_tokens: int) -> None:
        """The provider counted the tokens of what it was given: better than any estimate."""
        self._known_tokens = input_tokens
        self._known_messages = len(conversation.messages)

    def gauge(self, conversation: Conversation, overhead: int) -> ContextGauge:
        """How full the window is; `overhead` is the tokens of prompt and tools."""
        if self._known_tokens:
            newer = conversation.messages[self._known_messages :]
            used = self._known_tokens + estimate_tokens(newer)
        else:
            used = overhead + estimate_tokens(conversation.for_model())
        return ContextGauge(used_tokens=used, window_tokens=self._window.size)

    def is_full(self, gauge: ContextGauge) -> bool:
        """True when there is no room left for the next answer."""
        return gauge.used_tokens >= self._window.limit

    async def warn(self, gauge: ContextGauge) -> None:
        """Tell once that the window fills up."""
        if self._is_warned or gauge.percent < self._services.limits.context_warn_percent:
            return
        self._is_warned = True
        event = ContextPressureNotification(
            percent=gauge.percent,
            level="warning",
            message=(
                f"The conversation fills {gauge.percent} % of the model's context window. When it "
                "is full, the older part is summarised for the model, or you are asked first, as "
                "set in Settings; nothing is removed here."
            ),
        )

        def work(tx: Tx) -> None:
            runs.require_live(tx, self._run.id)
            transcript.append(tx, self._run.session_id, self._note(event.message))
            tx.emit(self._run.session_id, self._run.id, event)

        await self._services.database.write(work)

    def _note(self, text: str) -> NewEntry:
        at = self._services.clock.now()
        return NewEntry(kind=EntryKind.NOTE, at=at, run_id=self._run.id, text=text)

    async def summarize(
        self, conversation: Conversation, gauge: ContextGauge, ask: AskModel, trigger: str
    ) -> bool:
        """Let the model summarise the older part; False when there is nothing to summarise.

        Raises:
            ModelCallError: the summary could not be had.
            RunCancelledError: the run was asked to stop.
        """
        visible = conversation.visible()
        # The true window may be smaller than the known one: the server has just said so.
        room = min(self._window.size, estimate_tokens(visible))
        keep = self._services.limits.keep_messages
        older = older_part(visible, keep, room * KEPT_PERCENT // 100)
        if not older:
            return False
        self._tell("started")
        text = await self._summary_of(conversation, older, ask)
        summary = ContextSummary(
            session_id=self._run.session_id,
            text=text,
            upto_message_id=older[-1].id,
            created_at=self._services.clock.now(),
            messages_summarized=len(older),
            tokens_saved=max(estimate_tokens(older) - len(text) // 4, 0),
        )
        self._known_tokens = 0
        await self._store(conversation, summary, gauge, trigger)
        self._tell("completed")
        return True

    async def _summary_of(
        self, conversation: Conversation, older: Sequence[Message], ask: AskModel
    ) -> str:
        before = conversation.summary
        text = before.text if before is not None else ""
        most = max(self._window.limit * 3, 4_000)
        for chunk in chunks(older, most):
            told = f"Summary so far:\n{text}\n\n{chunk}" if text else chunk
            finished = await ask(self._request(told, older[-1]))
            text = "\n".join(part.text for part in finished.parts if isinstance(part, TextPart))
        return text

    def _request(self, told: str, last: Message) -> ModelRequest:
        if self._run.snapshot.model is None:
            raise ValueError("a run without a model has no context to keep")
        message = Message(
            id=last.id,
            session_id=last.session_id,
            run_id=None,
            role=Role.USER,
            parts=(TextPart(text=told),),
            created_at=last.created_at,
            origin="engine",
        )
        return ModelRequest(
            session_id=self._run.session_id,
            run_id=self._run.id,
            round=self._runner.round_count,
            model=self._run.snapshot.model,
            system=SUMMARY_PROMPT,
            messages=(message,),
            tools=(),
        )

    async def _store(
        self,
        conversation: Conversation,
        summary: ContextSummary,
        gauge: ContextGauge,
        trigger: str,
    ) -> None:
        conversation.summarized(summary)
        after = estimate_tokens(conversation.for_model())
        event = ContextSummarized(
            summary=summary.text,
            messages_summarized=summary.messages_summarized,
            tokens_saved=summary.tokens_saved,
            percent_before=gauge.percent,
            percent_after=after * 100 // self._window.size,
            trigger=trigger,
        )
        count = summary.messages_summarized
        told = "1 older message was" if count == 1 else f"{count} older messages were"
        note = self._note(f"{told} summarised for the model; nothing was removed here.")

        def work(tx: Tx) -> None:
            runs.require_live(tx, self._run.id)
            summaries.put(tx, summary)
            transcript.append(tx, self._run.session_id, note)
            tx.emit(self._run.session_id, self._run.id, event)

        await self._services.database.write(work)

    def _tell(self, status: str) -> None:
        event = ContextCompressionStatus(phase="summary", status=status)
        self._services.publisher.transient(self._runner, event)
