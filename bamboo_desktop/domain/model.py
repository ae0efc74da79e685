"""Which model answers: providers, model references, and what is known of a model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from bamboo_desktop.domain.ids import ProviderId


class ProviderKind(StrEnum):
    """The wire format and the family of a provider."""

    PLAYBOOK = "playbook"
    OPENAI_CHAT = "openai_chat"
    OPENAI_RESPONSES = "openai_responses"
    ANTHROPIC = "anthropic"
    GOOGLE = "google"
    OPENAI_COMPATIBLE = "openai_compatible"
    OLLAMA = "ollama"
    LM_STUDIO = "lm_studio"
    LLAMA_CPP = "llama_cpp"

    @property
    def is_local(self) -> bool:
        """True for back ends that run on this machine and take no key."""
        return self in _LOCAL

    @property
    def needs_key(self) -> bool:
        """True for hosted back ends that refuse a call without a key."""
        return self in _KEYED


_LOCAL = frozenset(
    {
        ProviderKind.PLAYBOOK,
        ProviderKind.OLLAMA,
        ProviderKind.LM_STUDIO,
        ProviderKind.LLAMA_CPP,
    }
)
_KEYED = frozenset(
    {
        ProviderKind.OPENAI_CHAT,
        ProviderKind.OPENAI_RESPONSES,
        ProviderKind.ANTHROPIC,
        ProviderKind.GOOGLE,
    }
)

PLAYBOOK_PROVIDER = ProviderId("playbook")


class ReasoningEffort(StrEnum):
    """How hard a reasoning model shall think."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    XHIGH = "xhigh"
    MAX = "max"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRef:
    """A model of a provider. For the playbook provider `model` is the playbook's file path."""

    provider: ProviderId
    model: str

    @override
    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelInfo:
    """What a provider says, or the price list knows, about one of its models."""

    ref: ModelRef
    label: str
    context_window: int | None = None
    supports_reasoning: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderConfig:
    """One configured back end. Its key is never part of it: keys live in the key store only."""

    id: ProviderId
    kind: ProviderKind
    label: str
    base_url: str = ""
    default_model: str = ""
    is_enabled: bool = True
    context_window: int | None = None
