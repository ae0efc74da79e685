"""Where a back end listens: usual addresses, and what people paste made usable."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit, urlunsplit

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind

_USUAL = {
    ProviderKind.OPENAI_CHAT: "https://api.openai.com/v1",
    ProviderKind.OPENAI_RESPONSES: "https://api.openai.com/v1",
    ProviderKind.ANTHROPIC: "https://api.anthropic.com",
    ProviderKind.GOOGLE: "https://generativelanguage.googleapis.com",
    ProviderKind.OLLAMA: "http://127.0.0.1:11434/v1",
    ProviderKind.LM_STUDIO: "http://127.0.0.1:1234/v1",
    ProviderKind.LLAMA_CPP: "http://127.0.0.1:8080/v1",
}
_BARE = frozenset({ProviderKind.ANTHROPIC, ProviderKind.GOOGLE})
# What people copy from documentation along with the address; longer ones first.
_TAILS = ("/chat/completions", "/responses", "/messages", "/models")
_VERSIONS = ("/v1", "/v1beta")


def address_of(config: ProviderConfig) -> str:
    """The base address that calls go to, without a slash at its end.

    Formats of OpenAI get `/v1` when no path is given; for the others a version is taken off.

    Raises:
        InvalidInputError: what the person gave is no web address.
    """
    text = config.base_url.strip()
    if not text:
        if config.kind not in _USUAL:
            raise InvalidInputError(
                f"{config.label} has no address yet: enter one in its settings."
            )
        return _USUAL[config.kind]
    parts = _split(text, config.label)
    path = parts.path.rstrip("/")
    for tail in _TAILS:
        path = path.removesuffix(tail)
    if config.kind in _BARE:
        for version in _VERSIONS:
            path = path.removesuffix(version)
    else:
        path = path or "/v1"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def root_of(config: ProviderConfig) -> str:
    """The address without a version at its end, where servers answer in their own manner."""
    return address_of(config).removesuffix("/v1")


def is_loopback(address: str) -> bool:
    """True when an address stays on this machine, so that no proxy has a say."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str, label: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
        parts = urlsplit("")
    # A key pasted into the address would end up in the database and in logs.
    if not usable or "@" in parts.netloc or not text.isascii() or any(c <= " " for c in text):
        raise InvalidInputError(
            f"The address of {label} cannot be used: write it like https://host/v1, without a key."
        )
    return parts
