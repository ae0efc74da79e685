"""Fetching a checked address; imported late, because the HTTP library is heavy."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

import httpx

from bamboo_desktop.tools.addresses import Target
from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.visible import visible

LARGEST = 5 * 1024 * 1024
_SECONDS = 30.0
_MOST_STEPS = 5
_HEADERS = {"User-Agent": "bamboo-desktop", "Accept": "text/html,text/plain,*/*;q=0.5"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What came back at last. `elsewhere` is a redirect to another host, not followed."""

    status: int
    url: str
    media_type: str
    charset: str | None
    content: bytes
    is_cut: bool
    steps: tuple[str, ...]
    elsewhere: str = ""


async def fetched(target: Target) -> Page:
    """What the address gives.

    Raises:
        ToolCallError: it did not answer, cannot be reached, or redirects without end.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            return await _followed(target)
    except TimeoutError as error:
        raise ToolCallError(f"{target.where} did not answer within {_SECONDS:g} s.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = visible(str(error)) or type(error).__name__
        raise ToolCallError(f"{target.where} cannot be reached: {reason}.") from error


async def _followed(target: Target) -> Page:
    steps: list[str] = []
    context = await asyncio.to_thread(ssl.create_default_context)
    async with httpx.AsyncClient(
        headers=_HEADERS, timeout=_SECONDS, verify=context, trust_env=target.pinned is None
    ) as client:
        url = target.url
        for _ in range(_MOST_STEPS + 1):
            page = await _one(client, target, url, tuple(steps))
            if not page.elsewhere:
                return page
            following = httpx.URL(page.elsewhere)
            is_same = (following.raw_host, following.port) == (url.raw_host, url.port)
            if not is_same or following.scheme not in ("http", url.scheme, "https"):
                return page
            if url.scheme == "https" and following.scheme != "https":
                return page
            steps.append(str(following))
            url = following
    raise ToolCallError(f"{target.where} redirects more than {_MOST_STEPS} times.")


async def _one(
    client: httpx.AsyncClient, target: Target, url: httpx.URL, steps: tuple[str, ...]
) -> Page:
    request = client.build_request("GET", _pinned(url, target))
    if target.pinned is not None:
        # The connection goes to the address that was looked up; the name stays for the server.
        request.headers["Host"] = url.netloc.decode("ascii")
        request.extensions["sni_hostname"] = target.host
    response = await client.send(request, stream=True)
    try:
        elsewhere = ""
        if response.is_redirect:
            elsewhere = str(url.join(response.headers["Location"]))
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > LARGEST or elsewhere:
                break
        return Page(
            status=response.status_code,
            url=str(url),
            media_type=response.headers.get("Content-Type", "").split(";")[0].strip().lower(),
            charset=response.charset_encoding,
            content=bytes(content[:LARGEST]),
            is_cut=len(content) > LARGEST,
            steps=steps,
            elsewhere=elsewhere,
        )
    finally:
        await response.aclose()


def _pinned(url: httpx.URL, target: Target) -> httpx.URL:
    return url if target.pinned is None else url.copy_with(host=target.pinned)
