"""Exports: whole, and in nobody's way."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from bamboo_desktop.engine import export
from tests.engine.scripted import Desk, say


@pytest.mark.parametrize("form", ["markdown", "json"])
async def test_an_export_is_written_beside_the_loop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    session_id = await desk.begin(say("some words"))
    await desk.ends(session_id)
    threads = []
    write = getattr(export, f"to_{form}")

    def noted(*arguments: Any) -> str:
        threads.append(threading.current_thread())
        return str(write(*arguments))

    monkeypatch.setattr(export, f"to_{form}", noted)
    text = await getattr(desk.engine.transcripts, f"export_{form}")(session_id)
    assert "some words" in text
    assert threads
    assert threading.main_thread() not in threads


@pytest.mark.parametrize(
    ("text", "fence"), [("a", "```"), ("```", "````"), ("`a ````` b``", "``````")]
)
def test_a_fence_is_longer_than_any_in_the_text(text: str, fence: str) -> None:
    assert export._fenced(text, "diff") == f"{fence}diff\n{text}\n{fence}"
