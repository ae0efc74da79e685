"""Histories stored by every version we shipped still load, and the conversation goes on.

A file is one history as the store keeps it: neutral parts, and the library's own form beside them.
`python -m tests.providers.record_golden` writes the files of the present library version; files of
former versions stay and are never written again.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.model import ProviderKind
from tests.providers.calling import call, calling, request
from tests.providers.record_golden import FOLDER, PROOF, history_from_json, installed_version
from tests.providers.servers import ModelServer

FILES = sorted(FOLDER.glob("*.json"))
PROVING = {ProviderKind.OPENAI_RESPONSES, ProviderKind.ANTHROPIC}


def test_the_present_library_version_has_its_files() -> None:
    kinds = {path.name.split("-")[0] for path in FILES if installed_version() in path.name}
    assert kinds == {"openai_chat", "openai_responses", "anthropic", "google"}


async def continued(path: Path, *, with_library_json: bool) -> Any:
    stored = json.loads(path.read_text(encoding="utf-8"))
    kind = ProviderKind(stored["kind"])
    history = history_from_json(stored["messages"])
    if not with_library_json:
        history = tuple(dataclasses.replace(item, library_json=None) for item in history)
    async with ModelServer() as server, calling(kind, server) as provider:
        outcome = await call(provider, request(kind, *history, model=stored["model"]))
        assert outcome.text == "Hello."
        return kind, json.dumps(server.asked[0].json)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_a_stored_history_goes_on_with_everything_in_it(path: Path) -> None:
    kind, body = await continued(path, with_library_json=True)
    for words in ("Compare the two files.", "Let me look.", "text of a", "b is missing", "Go on."):
        assert words in body
    assert (PROOF in body) is (kind in PROVING)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_neutral_parts_alone_carry_the_conversation_too(path: Path) -> None:
    _, body = await continued(path, with_library_json=False)
    for words in ("Compare the two files.", "Let me look.", "text of a", "b is missing", "Go on."):
        assert words in body
    assert PROOF not in body
