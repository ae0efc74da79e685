"""The library's exceptions as ours: by type, status and code, never by words."""

from __future__ import annotations

import json
import logging
from datetime import datetime

import httpx2
from pydantic_ai import exceptions as theirs

from bamboo_desktop.providers.http_faults import (
    causes,
    fault_of_status,
    is_html,
    reason_unreachable,
    retry_after,
)
from bamboo_desktop.providers.library.transport import WrongAnswerError
from bamboo_desktop.providers.port import CallFault, ModelCallError
from bamboo_desktop.providers.sentences import Reason, Where
from bamboo_desktop.providers.watchdog import StalledError

_LOG = logging.getLogger(__name__)
# The first that fits counts: narrower kinds stand before wider ones.
_BY_TYPE: tuple[tuple[type[BaseException], CallFault], ...] = (
    (theirs.ModelContextWindowExceededError, CallFault.CONTEXT_OVERFLOW),
    (theirs.ModelAuthenticationError, CallFault.AUTHENTICATION),
    (theirs.ModelNotFoundError, CallFault.MODEL_NOT_FOUND),
    (theirs.ModelQuotaExceededError, CallFault.OUT_OF_CREDIT),
    (theirs.ModelRateLimitError, CallFault.RATE_LIMITED),
    (theirs.ModelUnavailableError, CallFault.OVERLOADED),
    (theirs.ModelServerError, CallFault.OVERLOADED),
    (theirs.ModelRequestTimeout, CallFault.TIMED_OUT),
    (theirs.ModelRequestRejectedError, CallFault.INVALID_REQUEST),
    (theirs.UserError, CallFault.INVALID_REQUEST),
)


def translate(
    error: Exception, where: Where, *, has_answered: bool, now: datetime
) -> ModelCallError:
    """What a failed call means for the run and for the person.

    Args:
        error: what the library, an SDK or the wire raised.
        where: the back end, for the sentence.
        has_answered: whether the server had begun to answer.
        now: the present instant, for a Retry-After that is a date.
    """
    if isinstance(error, StalledError):
        return where.failure(CallFault.TIMED_OUT, Reason.SILENT, details=str(error))
    for cause in causes(error):
        if isinstance(cause, WrongAnswerError):
            return where.failure(CallFault.BAD_REPLY, cause.reason, details=str(cause))
    if isinstance(error, theirs.ModelHTTPError):
        return _http(error, where, now=now)
    fault = next((fault for kind, fault in _BY_TYPE if isinstance(error, kind)), None)
    if fault is None and _is_transport(error):
        return _unreached(error, where, has_answered=has_answered)
    return _other(error, fault, where)


def _other(error: Exception, fault: CallFault | None, where: Where) -> ModelCallError:
    if fault is None and isinstance(error, theirs.ModelAPIError) and error.in_stream:
        # An error event of a kind nobody has listed: the server's own fault, worth another try.
        fault = CallFault.OVERLOADED
    if fault is None and not isinstance(error, theirs.AgentRunError):
        _LOG.info("the library failed on a reply: %s", type(error).__name__)
    return where.failure(
        fault or CallFault.BAD_REPLY, details=_words(error), retry_after=_asked_wait(error)
    )


def _http(error: theirs.ModelHTTPError, where: Where, *, now: datetime) -> ModelCallError:
    headers = error.headers or {}
    asked = None
    if "retry-after-ms" not in headers:
        # The library reads a date against a clock of its own.
        asked = retry_after(headers.get("retry-after"), now=now)
    if asked is None:
        asked = error.retry_after
    fault = next((fault for kind, fault in _BY_TYPE if isinstance(error, kind)), None)
    fault = fault or fault_of_status(error.status_code)
    if fault is CallFault.MODEL_NOT_FOUND and is_html(headers.get("content-type", "")):
        return where.failure(CallFault.BAD_REPLY, Reason.NOT_AN_API, details=_words(error))
    return where.failure(fault, details=_words(error), retry_after=asked)


def _is_transport(error: Exception) -> bool:
    if isinstance(error, theirs.ModelConnectionError):
        return True
    return any(isinstance(cause, httpx2.TransportError | OSError) for cause in causes(error))


def _unreached(error: Exception, where: Where, *, has_answered: bool) -> ModelCallError:
    if has_answered:
        return where.failure(CallFault.STREAM_CUT, details=_words(error))
    return where.failure(CallFault.UNREACHABLE, reason_unreachable(error), details=_words(error))


def _asked_wait(error: Exception) -> float | None:
    return error.retry_after if isinstance(error, theirs.ModelAPIError) else None


def _words(error: Exception) -> str:
    """The server's own words where there are any, else the library's."""
    body = error.body if isinstance(error, theirs.ModelAPIError) else None
    status = f"HTTP {error.status_code}\n" if isinstance(error, theirs.ModelHTTPError) else ""
    if body is None or body == "":
        text = str(error) or type(error).__name__
    elif isinstance(body, str):
        text = body
    else:
        text = json.dumps(body, default=str, ensure_ascii=False, indent=1)
    return status + text
