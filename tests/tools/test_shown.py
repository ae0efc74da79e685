"""What people and models are shown: bounds, diffs, hidden characters, digests."""

from __future__ import annotations

import hashlib

from bamboo_desktop.tools.results import CONTENT_CAP, capped, unified_diff
from bamboo_desktop.tools.visible import hides_something, visible


def test_long_results_keep_their_beginning_and_end() -> None:
    text = "a" * 200_000 + "b" * 200_000
    cut = capped(text)
    assert len(cut.encode()) < CONTENT_CAP
    assert cut.startswith("aaa")
    assert cut.endswith("bbb")
    assert "bytes left out" in cut
    assert capped("ä" * 100) == "ä" * 100
    assert capped("€" * 100_000).count("\ufffd") == 0


def test_a_diff_is_bounded_and_marks_a_missing_last_line_feed() -> None:
    assert "\\ No newline at end of file" in unified_diff("a", "b", "/x")
    lines = unified_diff("", "".join(f"{n} {'x' * 90}\n" for n in range(5000)), "/x")
    assert len(lines) < 140_000
    assert "left out" in lines
    many = unified_diff("a\n" * 50_000, "b\n" * 50_000, "/x")
    assert "50000 lines become 50000" in many


def test_hidden_characters_are_shown_and_no_two_texts_look_the_same() -> None:
    texts = ["a\u202eb", "a\u200bb", "ab", "a\x1b[0mb", "a\u2039U+202E\u203ab", "a\u00a0b", "a b"]
    texts += ["a\ud800b", "a\ufe0fb", "a\u3164b", "a\nb", "a\U000e0061b"]
    shown = [visible(text) for text in texts]
    assert len(set(shown)) == len(texts)
    assert visible("a\u202eb") == "a\u2039U+202E\u203ab"
    assert visible("größe 漢字 😀") == "größe 漢字 😀"
    assert visible("a\nb", keep="\n") == "a\nb"
    assert hides_something("a\x07")
    assert not hides_something("a\n\tb")


def test_the_digest_does_not_depend_on_the_order_of_arguments() -> None:
    from bamboo_desktop.tools.consent import digest_of

    left = digest_of("T", {"a": 1, "b": [1, 2]}, "/w", "x")
    assert left == digest_of("T", {"b": [1, 2], "a": 1}, "/w", "x")
    others = [
        digest_of("U", {"a": 1, "b": [1, 2]}, "/w", "x"),
        digest_of("T", {"a": 1, "b": [2, 1]}, "/w", "x"),
        digest_of("T", {"a": 1, "b": [1, 2]}, "/v", "x"),
        digest_of("T", {"a": 1, "b": [1, 2]}, "/w", "y"),
        digest_of("T", {"a": 1, "b": [1, 2]}, "/wx", ""),
    ]
    assert len({left, *others}) == 6
    assert len(left) == len(hashlib.sha256().hexdigest())
