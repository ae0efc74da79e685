"""Sessions: their life, their settings, what is said in them."""

from __future__ import annotations

from dataclasses import dataclass

from bamboo_desktop.domain.events.kinds import Event, Transient
from bamboo_desktop.domain.ids import MessageId


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionCreated(Event):
    """A session exists."""

    title: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionDeleted(Event):
    """A session went into the bin, or for good when `is_final`."""

    is_final: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRestored(Event):
    """A session came back from the bin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionCleared(Event):
    """The history is hidden from the model from here on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionTitleUpdated(Event):
    """The title changed; source is auto, manual or fallback."""

    title: str
    title_version: int
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionPinnedUpdated(Event):
    """Pinned or unpinned."""

    pinned: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSettingsUpdated(Event):
    """Model, effort, workspace, archive flag or metadata changed."""

    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueUpdated(Transient):
    """The list of messages waiting for delivery changed."""

    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageAppended(Event):
    """A message is stored; `content` is its text cut to 4,000 characters."""

    message_id: MessageId
    role: str
    content: str
    round: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification(Transient):
    """Something a person may want to be told outside the window."""

    category: str
    title: str
    body: str
    dedup_key: str = ""
