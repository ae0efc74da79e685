"""Refusals: how an error of the world crosses the socket and stays itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bamboo_desktop.domain.errors import (
    AlreadyAnsweredError,
    InvalidInputError,
    NotFoundError,
    UserError,
)
from bamboo_desktop.engine.remote.frames import ProtocolError


class RefusalKind(StrEnum):
    """What the other side may decide by; the words are for people."""

    USAGE = "usage"
    NOT_FOUND = "not_found"
    ANSWERED = "answered"
    PROTOCOL = "protocol"
    OTHER = "other"


_CLASSES: Mapping[RefusalKind, type[UserError]] = {
    RefusalKind.USAGE: InvalidInputError,
    RefusalKind.NOT_FOUND: NotFoundError,
    RefusalKind.ANSWERED: AlreadyAnsweredError,
    RefusalKind.PROTOCOL: ProtocolError,
    RefusalKind.OTHER: UserError,
}


def refusal(error: UserError) -> dict[str, object]:
    """The error as a frame."""
    kind = next(kind for kind, known in _CLASSES.items() if isinstance(error, known))
    shape = {"kind": kind.value, "sentence": error.sentence, "details": error.details}
    return {"error": shape}


def raised(shape: Mapping[str, object]) -> UserError:
    """The frame as an error."""
    try:
        known = _CLASSES[RefusalKind(str(shape.get("kind", "")))]
    except ValueError:
        known = UserError
    return known(str(shape.get("sentence", "")), details=str(shape.get("details", "")))
