"""What people have to know of each kind of provider: its name, its address, its id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind


@dataclass(frozen=True, kw_only=True, slots=True)
class KindWords:
    """How a kind is shown; `address` is the usual one, empty when the person must give it."""

    label: str
    about: str
    address: str
    key_page: str = ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Providers", text)


HOSTED = (
    ProviderKind.ANTHROPIC,
    ProviderKind.OPENAI_RESPONSES,
    ProviderKind.OPENAI_CHAT,
    ProviderKind.GOOGLE,
    ProviderKind.OPENAI_COMPATIBLE,
)
LOCAL = (ProviderKind.OLLAMA, ProviderKind.LM_STUDIO, ProviderKind.LLAMA_CPP)


def words_of(kind: ProviderKind) -> KindWords:
    """The words of a kind."""
    hosted, here = _tr("Hosted"), _tr("On this machine")
    openai, openai_keys = "https://api.openai.com/v1", "https://platform.openai.com/api-keys"
    return {
        ProviderKind.ANTHROPIC: KindWords(
            label="Anthropic",
            about=hosted,
            address="https://api.anthropic.com",
            key_page="https://console.anthropic.com/settings/keys",
        ),
        ProviderKind.OPENAI_RESPONSES: KindWords(
            label="OpenAI", about=hosted, address=openai, key_page=openai_keys
        ),
        ProviderKind.OPENAI_CHAT: KindWords(
            label=_tr("OpenAI (older chat format)"),
            about=hosted,
            address=openai,
            key_page=openai_keys,
        ),
        ProviderKind.GOOGLE: KindWords(
            label="Google Gemini",
            about=hosted,
            address="https://generativelanguage.googleapis.com",
            key_page="https://aistudio.google.com/apikey",
        ),
        ProviderKind.OPENAI_COMPATIBLE: KindWords(
            label=_tr("OpenAI-compatible"), about=_tr("Any address"), address=""
        ),
        ProviderKind.OLLAMA: KindWords(
            label="Ollama", about=here, address="http://127.0.0.1:11434/v1"
        ),
        ProviderKind.LM_STUDIO: KindWords(
            label="LM Studio", about=here, address="http://127.0.0.1:1234/v1"
        ),
        ProviderKind.LLAMA_CPP: KindWords(
            label="llama.cpp", about=here, address="http://127.0.0.1:8080/v1"
        ),
        ProviderKind.PLAYBOOK: KindWords(label=_tr("Playbooks"), about=_tr("Built in"), address=""),
    }[kind]


def new_config(kind: ProviderKind, taken: Iterable[ProviderId]) -> ProviderConfig:
    """A provider of that kind with an id of its own."""
    words = words_of(kind)
    used = set(taken)
    number = 1
    while (provider_id := _numbered(kind.value, number)) in used:
        number += 1
    return ProviderConfig(
        id=provider_id,
        kind=kind,
        label=words.label if number == 1 else f"{words.label} {number}",
        base_url=words.address if kind.is_local else "",
    )


def _numbered(name: str, number: int) -> ProviderId:
    return ProviderId(name if number == 1 else f"{name}-{number}")
