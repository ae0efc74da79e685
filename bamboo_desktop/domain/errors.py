"""Errors in two kinds: what the world did wrong, and what the program did wrong.

A `UserError` carries one sentence for the person, which says what to do about it. Everything else
that is raised is a fault of the program: it goes to the log with its traceback and to one dialog.
"""

from __future__ import annotations


class BambooError(Exception):
    """Root of all errors this program raises on purpose."""


class UserError(BambooError):
    """The world's fault: a sentence for the person, with what to do, and optional details.

    Args:
        sentence: what happened and what to do about it, as one readable sentence.
        details: further text (a server's reply, a path list) that is shown on request only.
    """

    def __init__(self, sentence: str, *, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


class Bug(BambooError):  # noqa: N818 - the word of the house
    """Our fault: an invariant did not hold. Logged with a traceback, never shown as advice."""


class NotFoundError(UserError):
    """The session, question, file or provider that was named does not exist (any more)."""


class InvalidInputError(UserError):
    """What the person or a file gave cannot be used; nothing was changed."""


class InvalidAnswerError(InvalidInputError):
    """An answer that does not fit its question; the question stays open."""


class AlreadyAnsweredError(UserError):
    """Somebody else answered the question first; the first answer counts."""


class ConflictError(UserError):
    """The thing changed meanwhile (a newer title, a run that started); nothing was changed."""


class StorageError(UserError):
    """The disk refused: full, read-only, damaged, locked. What was stored before is intact."""


class NewerDatabaseError(StorageError):
    """The data folder was written by a newer version of the program; it is left untouched."""


class InstanceRunningError(UserError):
    """Another process owns the data folder."""


class RunCancelledError(BambooError):
    """The run was asked to stop. A type of its own, so that no status comes from words."""


class FencedError(BambooError):
    """A write of a run that no longer holds its session was refused by the store."""
