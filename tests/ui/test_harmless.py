"""What others write hides nothing and turns nothing around."""

from __future__ import annotations

import pytest

from bamboo_desktop.ui.harmless import harmless, harmless_line

TURNING = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)]
UNSEEN = ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u061c", "\x1b", "\x00", "\U000e0041"]


@pytest.mark.parametrize("hidden", [*TURNING, *UNSEEN])
def test_what_cannot_be_seen_is_marked_in_text_and_gone_from_titles(hidden: str) -> None:
    shown = harmless(f"pay {hidden}now")
    assert hidden not in shown
    assert shown != "pay now"
    assert hidden not in harmless_line(f"pay {hidden}now")


def test_a_mark_says_what_is_there() -> None:
    assert harmless("a\u202eb") == "a\u2039RIGHT-TO-LEFT OVERRIDE\u203ab"
    assert harmless_line("a\u202eb") == "ab"


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\tthree",
        "na\u00efve \u4f60\u597d \u05e9\u05dc\u05d5\u05dd",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u2764\ufe0f",
    ],
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
    assert harmless_line(text) == " ".join(text.split())


def test_joiners_that_join_nothing_are_not_kept() -> None:
    assert "\u200d" not in harmless("a\u200db")
    assert "\u200d\u200d" not in harmless("\u00e9\u200d\u200d\u00e9")


def test_other_line_ends_and_blanks_become_common_ones() -> None:
    assert harmless("a\r\nb\u2028c\u00a0d") == "a\nb\nc d"
    assert harmless_line("a\r\nb\u2028c\u3000d") == "a b c d"
