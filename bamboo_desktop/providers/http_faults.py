"""What an HTTP status means for a call, the same for every library and every format."""

from __future__ import annotations

import math
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from bamboo_desktop.providers.port import CallFault
from bamboo_desktop.providers.sentences import Reason

_BY_STATUS = {
    401: CallFault.AUTHENTICATION,
    402: CallFault.OUT_OF_CREDIT,
    403: CallFault.AUTHENTICATION,
    404: CallFault.MODEL_NOT_FOUND,
    408: CallFault.TIMED_OUT,
    409: CallFault.OVERLOADED,
    413: CallFault.CONTEXT_OVERFLOW,
    425: CallFault.OVERLOADED,
    429: CallFault.RATE_LIMITED,
}


def fault_of_status(status: int) -> CallFault:
    """The fault that a status alone stands for."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return CallFault.OVERLOADED
    return CallFault.INVALID_REQUEST if status >= 400 else CallFault.BAD_REPLY


def is_html(content_type: str) -> bool:
    """True for a web page, which no model server sends."""
    return content_type.partition(";")[0].strip().lower() in {"text/html", "application/xhtml+xml"}


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or an HTTP date; None if neither."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        if at.tzinfo is None:
            at = at.replace(tzinfo=now.tzinfo)
        seconds = max(0.0, (at - now).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that led to it, groups opened, each once."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        present = waiting.pop(0)
        if present is None or id(present) in seen:
            continue
        seen.add(id(present))
        yield present
        if isinstance(present, BaseExceptionGroup):
            waiting.extend(present.exceptions)
        waiting += [present.__cause__, present.__context__]


def reason_unreachable(error: BaseException) -> Reason | None:
    """Why no connection came about, as far as the system tells."""
    for cause in causes(error):
        if isinstance(cause, socket.gaierror):
            return Reason.UNKNOWN_HOST
        if isinstance(cause, ssl.SSLError):
            return Reason.CERTIFICATE
        if isinstance(cause, ConnectionRefusedError):
            return Reason.REFUSED
    return None
