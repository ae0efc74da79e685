"""What a call costs and how much a model can read, from the price list that ships with us.

The list is data inside its package; nothing is fetched. It is loaded at the first question, so ask
it from a thread the first time (`warm`).
"""

from __future__ import annotations

import threading
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.late import made_to_stay

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, Provider

_LOCK = threading.Lock()
_LISTED = {
    ProviderKind.OPENAI_CHAT: "openai",
    ProviderKind.OPENAI_RESPONSES: "openai",
    ProviderKind.ANTHROPIC: "anthropic",
    ProviderKind.GOOGLE: "google",
}


def warm() -> None:
    """Load the price list; takes half a second, so call it in a thread."""
    _find("gpt-4o", "openai", "")


def price(
    model: str, provider_kind: ProviderKind, usage: Usage, *, base_url: str = ""
) -> int | None:
    """The cost of one call in millionths of a US dollar, or None when no price is known.

    Models of this machine cost nothing. A compatible address is priced if the list knows the host.
    """
    if provider_kind.is_local:
        return 0
    found = _find(model, _LISTED.get(provider_kind, ""), base_url)
    if found is None:
        return None
    from genai_prices import Usage as ListedUsage
    from genai_prices import calc_price

    counts = ListedUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
    )
    provider, _ = found
    try:
        cost = calc_price(counts, model, provider_id=provider.id).total_price
    except (LookupError, ValueError):
        # The list has no price for one of the counts, or the counts contradict each other.
        return None
    return micros(cost)


def micros(dollars: Decimal) -> int:
    """An amount in US dollars as whole millionths, rounded to the nearest."""
    return int((dollars * 1_000_000).to_integral_value())


def context_window(model: str, kind: ProviderKind, *, base_url: str = "") -> int | None:
    """How many tokens a model can read, or None when the list does not know."""
    if kind.is_local:
        return None
    found = _find(model, _LISTED.get(kind, ""), base_url)
    return found[1].context_window if found else None


@lru_cache(maxsize=512)
def _find(model: str, provider: str, base_url: str) -> tuple[Provider, ModelInfo] | None:
    if not provider and not base_url:
        return None
    # The list caches inside itself without a lock of its own.
    with _LOCK:
        try:
            return _snapshot().find_provider_model(
                model, None, provider or None, None if provider else base_url
            )
        except LookupError:
            return None


@cache
def _snapshot() -> DataSnapshot:
    """The list: tens of thousands of objects that stay, and need not be looked at for garbage."""
    with made_to_stay():
        from genai_prices.data_snapshot import get_snapshot

        return get_snapshot()
