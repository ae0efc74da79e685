"""Delivery: how a typed message gets into a session's history, or into its queue."""

from __future__ import annotations

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.domain.ids import MessageId, QueuedId, SessionId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.session import Session, TitleSource
from bamboo_desktop.domain.work import QueuedMessage, QueueMode
from bamboo_desktop.engine.runs import rounds, snapshot
from bamboo_desktop.engine.runs.conversation import entries_of
from bamboo_desktop.engine.runs.launcher import Launcher
from bamboo_desktop.engine.runs.repair import settle_dangling
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import messages, preferences, questions, queue, sessions, work
from bamboo_desktop.store.transaction import Tx

MOST_CHARACTERS = 1_048_576
TITLE_LENGTH = 60
NO_MODEL = (
    "Choose a model for this session first (the picker above the conversation), or set a default "
    "model in Settings; then send the message again."
)
WROTE_INSTEAD = "The person did not answer but wrote a new message."
CUT_OFF = "The run ended before this call did, and the person wrote a new message."


def checked_text(text: str) -> str:
    """A message as it is stored.

    Raises:
        InvalidInputError: it is empty or too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidInputError(
            f"The message has {len(text):,} characters; at most {MOST_CHARACTERS:,} fit. Put the "
            "text into a file in the workspace and name the file instead."
        )
    cleaned = clean_text(text).strip()
    if not cleaned:
        raise InvalidInputError("The message is empty; write what the agent shall do.")
    return cleaned


def waiting_message(
    services: RunServices,
    session_id: SessionId,
    text: str,
    mode: QueueMode,
    allow: tuple[str, ...],
) -> QueuedMessage:
    """A message that waits for delivery."""
    return QueuedMessage(
        id=QueuedId(services.ids.fresh()),
        session_id=session_id,
        text=text,
        mode=mode,
        created_at=services.clock.now(),
        allow_rules=allow,
    )


class Delivery:
    """The preparation that puts a message into the history, in the run's own transaction."""

    def __init__(
        self,
        services: RunServices,
        launcher: Launcher,
        text: str,
        mode: QueueMode,
        allow: tuple[str, ...],
    ) -> None:
        self._services = services
        self._launcher = launcher
        self._text = text
        self._mode = mode
        self._allow = allow
        self.message_id: MessageId | None = None
        self.queued_id: QueuedId | None = None

    @property
    def is_kept(self) -> bool:
        """The message is in the history or in the queue."""
        return self.message_id is not None or self.queued_id is not None

    def __call__(self, tx: Tx, session: Session) -> None:
        default = snapshot.parse_model(preferences.get(tx, snapshot.DEFAULT_MODEL))
        if session.model is None and default is None:
            raise UserError(NO_MODEL)
        waits = bool(questions.open(tx, session.id))
        if waits and self._mode is QueueMode.QUEUE:
            waiting = waiting_message(
                self._services, session.id, self._text, self._mode, self._allow
            )
            queue.add(tx, waiting)
            self.queued_id = waiting.id
            return
        if waits:
            questions.withdraw(tx, session.id, reason=WROTE_INSTEAD)
            work.drop(tx, session.id)
        settle_dangling(
            self._services,
            tx,
            session.id,
            run_id=None,
            outcome=ToolOutcome.INTERRUPTED,
            why=WROTE_INSTEAD if waits else CUT_OFF,
        )
        self._append(tx, session)

    def _append(self, tx: Tx, session: Session) -> None:
        is_first = messages.count(tx, session.id) == 0
        rounds.deliver(self._services, tx, session.id, None)
        snapshot.allow(tx, session.id, self._allow)
        message = rounds.user_message(self._services, session.id, self._text)
        messages.append(tx, message, entries_of(message))
        self._launcher.add_work(tx, session.id, RunCause.TYPED, message.id)
        self.message_id = message.id
        if is_first and session.title_source is TitleSource.FALLBACK:
            title = fallback_title(self._text)
            sessions.set_title(
                tx, session.id, title=title, source=TitleSource.FALLBACK, expected_version=None
            )


def fallback_title(text: str) -> str:
    """The first line of what was typed, cut at a word."""
    line = text.strip().splitlines()[0].lstrip("#>*- \t").strip() or text.strip()[:TITLE_LENGTH]
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH].rsplit(" ", 1)[0]
    return f"{cut}..." if len(cut) > TITLE_LENGTH // 2 else f"{line[:TITLE_LENGTH]}..."
