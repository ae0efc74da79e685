"""What a model call cost: tokens and money."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """Tokens and cost of one or several model calls; adds up with `+`.

    `cost_micros` is millionths of a US dollar; None means that no price is known for the model,
    which is not the same as free.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    thinking_tokens: int = 0
    cost_micros: int | None = None

    def __add__(self, other: Usage) -> Usage:
        """Add field by field; an unknown cost only stays unknown if both are."""
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            thinking_tokens=self.thinking_tokens + other.thinking_tokens,
            cost_micros=_sum_known(self.cost_micros, other.cost_micros),
        )

    @property
    def total_tokens(self) -> int:
        """Input plus output; cached input is part of the input."""
        return self.input_tokens + self.output_tokens


def _sum_known(left: int | None, right: int | None) -> int | None:
    if left is None and right is None:
        return None
    return (left or 0) + (right or 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextGauge:
    """How full the model's context window is before a call, in estimated tokens."""

    used_tokens: int
    window_tokens: int

    @property
    def percent(self) -> int:
        """0 to 100 and above; 0 when the window is unknown."""
        return self.used_tokens * 100 // self.window_tokens if self.window_tokens else 0
