"""What calls cost, and what people may paste as an address."""

from __future__ import annotations

import pytest

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ProviderConfig, ProviderKind
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.providers.addresses import address_of, is_loopback
from bamboo_desktop.providers.prices import context_window, price
from bamboo_desktop.providers.sentences import Where

CHAT, ANTHROPIC = ProviderKind.OPENAI_CHAT, ProviderKind.ANTHROPIC
COMPATIBLE, OLLAMA = ProviderKind.OPENAI_COMPATIBLE, ProviderKind.OLLAMA
MUCH = Usage(input_tokens=1_000_000, output_tokens=100_000)


def test_a_listed_model_has_its_price_in_millionths_of_a_dollar() -> None:
    assert price("gpt-5", CHAT, MUCH) == 1_250_000 + 1_000_000


def test_cached_input_is_cheaper_and_not_counted_twice() -> None:
    cached = Usage(input_tokens=1_000_000, output_tokens=100_000, cache_read_tokens=1_000_000)
    assert price("gpt-5", CHAT, cached) == 125_000 + 1_000_000


def test_an_unknown_model_has_no_price_which_is_not_free() -> None:
    assert price("nobodys-model", CHAT, MUCH) is None
    assert price("gpt-5", COMPATIBLE, MUCH, base_url="https://unknown.example/v1") is None
    assert context_window("nobodys-model", CHAT) is None


def test_a_known_gateway_is_priced_by_its_address() -> None:
    cost = price("openai/gpt-5", COMPATIBLE, MUCH, base_url="https://openrouter.ai/api/v1")
    assert cost == 2_250_000


def test_models_of_this_machine_cost_nothing() -> None:
    assert price("gpt-5", OLLAMA, MUCH) == 0


def test_counts_that_contradict_each_other_have_no_price() -> None:
    odd = Usage(input_tokens=1, output_tokens=1, cache_read_tokens=100)
    assert price("gpt-5", CHAT, odd) is None


def config(kind: ProviderKind, address: str) -> ProviderConfig:
    return ProviderConfig(id=ProviderId("p"), kind=kind, label="Mine", base_url=address)


@pytest.mark.parametrize(
    ("kind", "pasted", "wanted"),
    [
        (CHAT, "", "https://api.openai.com/v1"),
        (ANTHROPIC, "", "https://api.anthropic.com"),
        (OLLAMA, "", "http://127.0.0.1:11434/v1"),
        (OLLAMA, "http://10.0.0.5:11434/", "http://10.0.0.5:11434/v1"),
        (COMPATIBLE, "https://h/api/v1/chat/completions", "https://h/api/v1"),
        (COMPATIBLE, " https://h/api/v1/?a=b#c ", "https://h/api/v1"),
        (ANTHROPIC, "https://h/anthropic/v1/messages", "https://h/anthropic"),
        (ProviderKind.GOOGLE, "https://h/v1beta", "https://h"),
    ],
)
def test_what_people_paste_becomes_an_address(kind: ProviderKind, pasted: str, wanted: str) -> None:
    assert address_of(config(kind, pasted)) == wanted


@pytest.mark.parametrize(
    "pasted", ["h/v1", "ftp://h", "http://", "https://key@h/v1", "http://h:99999", "http://a b"]
)
def test_what_is_no_address_is_refused_with_an_example(pasted: str) -> None:
    with pytest.raises(InvalidInputError, match="https://host/v1"):
        address_of(config(COMPATIBLE, pasted))


def test_a_compatible_server_has_no_usual_address() -> None:
    with pytest.raises(InvalidInputError, match="no address yet"):
        address_of(config(COMPATIBLE, ""))


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:8080", True),
        ("http://localhost.evil.example", False),
        ("https://api.openai.com", False),
    ],
)
def test_only_this_machine_goes_without_a_proxy(address: str, local: bool) -> None:
    assert is_loopback(address) is local


@pytest.mark.parametrize(
    "secret",
    [
        "sk-ant-api03-abcdefgh",
        "AIzaSyA1234567890",
        "Bearer abc.def-ghi",
        "sk-proj-ab**********wxyz",
    ],
)
def test_what_looks_like_a_key_never_reaches_the_person(secret: str) -> None:
    where = Where(label="x", address="y")
    assert where.hide(f"wrong key: {secret}!") == "wrong key: [key]!"
    assert where.hide("a task-list and a desk-lamp") == "a task-list and a desk-lamp"
