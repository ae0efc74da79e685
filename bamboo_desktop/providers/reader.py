"""Reads JSON from a back end over plain HTTP; every failure has its kind and its sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.providers.addresses import is_loopback
from bamboo_desktop.providers.http_faults import (
    fault_of_status,
    is_html,
    reason_unreachable,
    retry_after,
)
from bamboo_desktop.providers.port import CallFault
from bamboo_desktop.providers.sentences import Reason, Where

_TIMEOUT = httpx.Timeout(20.0, connect=10.0)


@asynccontextmanager
async def open_reader(kind: ProviderKind, where: Where, *, now: datetime) -> AsyncIterator[Reader]:
    """A reader with the key in the header that the kind wants it in."""
    async with httpx.AsyncClient(
        timeout=_TIMEOUT,
        headers=_headers(kind, where.key),
        trust_env=not is_loopback(where.address),
    ) as client:
        yield Reader(client=client, where=where, now=now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Reads JSON from one back end; every failure is a `ModelCallError`."""

    client: httpx.AsyncClient
    where: Where
    now: datetime

    async def get(self, url: str, **params: str) -> Any:
        """The JSON behind an address."""
        return await self._ask("GET", url, params=params)

    async def post(self, url: str, body: Mapping[str, object]) -> Any:
        """The JSON that answers a body."""
        return await self._ask("POST", url, json=body)

    async def _ask(self, method: str, url: str, **more: Any) -> Any:
        try:
            response = await self.client.request(method, url, **more)
        except httpx.TimeoutException as error:
            raise self.where.failure(CallFault.TIMED_OUT, details=repr(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = reason_unreachable(error)
            raise self.where.failure(
                CallFault.UNREACHABLE, reason, details=str(error) or repr(error)
            ) from None
        self._check(response)
        try:
            return response.json()
        except ValueError:
            raise self.where.failure(
                CallFault.BAD_REPLY, Reason.NOT_AN_API, details=response.text[:500]
            ) from None

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        details = f"HTTP {status}\n{response.text[:1_000]}"
        web_page = is_html(response.headers.get("content-type", ""))
        if response.is_redirect:
            raise self.where.failure(CallFault.BAD_REPLY, Reason.REDIRECTED, details=details)
        if status == 404 or (web_page and status < 500 and status not in {401, 403}):
            raise self.where.failure(CallFault.BAD_REPLY, Reason.NOT_AN_API, details=details)
        if status >= 300:
            wait = retry_after(response.headers.get("retry-after"), now=self.now)
            fault = fault_of_status(status)
            raise self.where.failure(fault, details=details, retry_after=wait)


def _headers(kind: ProviderKind, key: str) -> dict[str, str]:
    headers = {"User-Agent": "bamboo-desktop"}
    if kind is ProviderKind.ANTHROPIC:
        headers |= {"x-api-key": key, "anthropic-version": "2023-06-01"}
    elif kind is ProviderKind.GOOGLE:
        headers["x-goog-api-key"] = key
    elif key:
        headers["Authorization"] = f"Bearer {key}"
    return headers
