"""Titles and labels are read without signs, and lose nothing else."""

from __future__ import annotations

import pytest

from bamboo_desktop.ui.bare_words import bare_words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Choose the `config` **file**", "Choose the config file"),
        ("**Keep `app.toml`** now", "Keep app.toml now"),
        ("see *the notes*, please", "see the notes, please"),
        ("## Which one?", "Which one?"),
        ("``a`` and ```b```", "a and b"),
    ],
)
def test_signs_around_words_are_left_out(written: str, read: str) -> None:
    assert bare_words(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "rm *.py and *.js",
        "2 ** 3 ** 4",
        "__init__ and snake_case_name",
        "a ` b",
        "#42 and C# too",
        "glob **/*.py or src/**",
        "[the new](https://example.org) one",
        "a*b*c",
    ],
)
def test_what_only_looks_like_a_sign_stays(text: str) -> None:
    assert bare_words(text) == text
