"""Where a web address leads before anything is sent there."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.visible import hides_something, visible

_LONGEST = 4096
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A checked address. `host` is in ASCII, `where` names the port unless it is the usual one.

    `pinned` is the one address the name means from now on, so that a name that changes its meaning
    after the consent leads nowhere else; None behind a proxy, which looks names up itself.
    """

    url: httpx.URL
    host: str
    where: str
    pinned: str | None
    is_local: bool


async def target_of(url: str) -> Target:
    """Check an address and look its host up.

    Raises:
        ToolCallError: not http(s), with a password, or a host nobody knows.
    """
    parsed = _parsed(url)
    host, port = parsed.raw_host.decode("ascii").lower(), parsed.port or _PORTS[parsed.scheme]
    bare = host.strip("[]")
    where = host if port == _PORTS[parsed.scheme] else f"{host}:{port}"
    found = await _looked_up(bare, port)
    is_local = any(_is_local(address) for address in found)
    if not found:
        if not _has_proxy(parsed.scheme, bare):
            raise ToolCallError(f"The host {host} is unknown; check the address.")
        return Target(url=parsed, host=host, where=where, pinned=None, is_local=False)
    pinned = None if _has_proxy(parsed.scheme, bare) else found[0]
    return Target(url=parsed, host=host, where=where, pinned=pinned, is_local=is_local)


def _parsed(url: str) -> httpx.URL:
    if len(url) > _LONGEST or hides_something(url) or any(letter.isspace() for letter in url):
        raise ToolCallError("The address is too long, or holds blanks or hidden characters.")
    try:
        parsed = httpx.URL(url)
        # The library takes port numbers that do not exist.
        _ = urlsplit(url).port
    except (httpx.InvalidURL, ValueError) as error:
        raise ToolCallError(f"{visible(url)[:200]} is not a web address.") from error
    if parsed.scheme not in _PORTS or not parsed.host:
        raise ToolCallError("Only addresses that begin with http:// or https:// can be fetched.")
    if parsed.userinfo:
        raise ToolCallError("An address with a user name or password in it is not fetched.")
    return parsed


async def _looked_up(host: str, port: int) -> tuple[str, ...]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def _is_local(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return True
    mapped = getattr(ip, "ipv4_mapped", None)
    return not (mapped or ip).is_global or ip.is_multicast


def _has_proxy(scheme: str, host: str) -> bool:
    proxies = getproxies()
    has_one = bool(proxies.get(scheme) or proxies.get("all"))
    return has_one and not proxy_bypass(host)
