"""What the model reads in place of the older part of a long conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bamboo_desktop.domain.ids import MessageId, SessionId


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextSummary:
    """A summary of everything up to and including one message; the stored history stays whole."""

    session_id: SessionId
    text: str
    upto_message_id: MessageId
    created_at: datetime
    messages_summarized: int = 0
    tokens_saved: int = 0
