"""The whole engine with the real adapters, against model servers on the loopback."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bamboo_desktop import logs
from bamboo_desktop.domain.ids import ProviderId, SessionId
from bamboo_desktop.domain.model import ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.engine import Engine, EngineOptions, RunLimits
from bamboo_desktop.providers.keys import MemoryKeys
from tests.providers.replies import Call, Refusal, Reply, Say, Think
from tests.providers.servers import ModelServer
from tests.waiting import until

CANARY = "canary-7d0f5e6b2c9a41d8"
"""Without the shape of a key, so that only knowing it can keep it out."""
KINDS = {
    ProviderKind.OPENAI_CHAT: "gpt-5",
    ProviderKind.OPENAI_RESPONSES: "gpt-5",
    ProviderKind.ANTHROPIC: "claude-opus-4-8",
    ProviderKind.OPENAI_COMPATIBLE: "whatever",
}


@dataclass
class Wired:
    """An engine with a provider that leads to a loopback server."""

    engine: Engine
    workspace: Path
    bugs: list[BaseException]

    async def ask(self, text: str = "go") -> SessionId:
        session = await self.engine.sessions.create(workspace=str(self.workspace))
        await self.engine.runs.send(session.id, text)
        return session.id

    async def ends(self, session_id: SessionId) -> AgentStatus:
        await until(lambda: self.engine.runs.live(session_id) is None)
        row = await self.engine.sessions.summary(session_id)
        assert row is not None
        assert row.status is not None
        return row.status

    async def shown(self, session_id: SessionId) -> list[str]:
        page = await self.engine.transcripts.page(session_id, first=0, count=500)
        told = []
        for entry in page:
            call = entry.call
            told.append(
                f"{call.tool} {call.outcome}" if call is not None else f"{entry.kind} {entry.text}"
            )
        return told


@asynccontextmanager
async def wired(
    data_dir: Path, kind: ProviderKind, address: str, on_secret: Callable[[str], None]
) -> AsyncIterator[Wired]:
    workspace = data_dir.parent / "work"
    workspace.mkdir(exist_ok=True)
    bugs: list[BaseException] = []
    engine = await Engine.open(
        EngineOptions(
            data_dir=data_dir,
            on_bug=lambda error, _: bugs.append(error),
            keys=MemoryKeys(on_secret=on_secret),
            limits=RunLimits(model_delay=0.001),
        )
    )
    config = ProviderConfig(id=ProviderId("wire"), kind=kind, label="Wire", base_url=address)
    await engine.models.save_provider(config)
    await engine.models.set_key(config.id, CANARY)
    await engine.models.set_default_model(ModelRef(provider=config.id, model=KINDS[kind]))
    try:
        yield Wired(engine, workspace, bugs)
    finally:
        await engine.close()
    assert bugs == []


def address_of(kind: ProviderKind, server: ModelServer) -> str:
    return server.base_url if kind is ProviderKind.ANTHROPIC else server.v1


def no_secret(_: str) -> None:
    return None


@pytest.mark.parametrize("kind", list(KINDS))
async def test_text_thinking_parallel_calls_and_usage_come_through(
    data_dir: Path, kind: ProviderKind
) -> None:
    calls = (
        Call("Read", json.dumps({"file_path": "a"}), "c1"),
        Call("Read", json.dumps({"file_path": "b"}), "c2"),
    )
    script = [
        Reply(parts=(Think("let me look"), Say("Two files."), *calls)),
        Reply(parts=(Say("Both were read."),)),
    ]
    async with (
        ModelServer(script) as server,
        wired(data_dir, kind, address_of(kind, server), no_secret) as desk,
    ):
        for name in "ab":
            (desk.workspace / name).write_text(f"text of {name}")
        session_id = await desk.ask("look at both")
        assert await desk.ends(session_id) is AgentStatus.COMPLETED
        shown = await desk.shown(session_id)
        assert "assistant Two files." in shown
        assert shown.count("Read ok") == 2
        assert shown[-2] == "assistant Both were read."
        usage = await desk.engine.sessions.usage(session_id)
        assert (usage.input_tokens, usage.output_tokens) == (22, 14)
        assert b"text of a" in server.asked[-1].body
        assert b"text of b" in server.asked[-1].body


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal(status=401, body=json.dumps({"error": f"bad key {CANARY}"})), "key"),
        (Refusal(status=200, body="<html>hello</html>", content_type="text/html"), "address"),
        (Refusal(status=404, body=json.dumps({"error": {"message": "no such model"}})), ""),
    ],
)
async def test_what_a_server_refuses_is_one_sentence_and_the_message_stays(
    data_dir: Path, refusal: Refusal, words: str
) -> None:
    kind = ProviderKind.OPENAI_COMPATIBLE
    async with (
        ModelServer([refusal, refusal, refusal, refusal]) as server,
        wired(data_dir, kind, server.v1, no_secret) as desk,
    ):
        session_id = await desk.ask("hello")
        assert await desk.ends(session_id) is AgentStatus.ERROR
        row = await desk.engine.sessions.summary(session_id)
        assert row is not None
        assert words in row.error
        assert CANARY not in row.error
        assert (await desk.shown(session_id))[0] == "user hello"


async def test_a_busy_server_is_asked_again_after_the_time_it_names(data_dir: Path) -> None:
    busy = Refusal(status=429, body="{}", headers=(("Retry-After", "0"),))
    async with (
        ModelServer([busy, Reply()]) as server,
        wired(data_dir, ProviderKind.OPENAI_COMPATIBLE, server.v1, no_secret) as desk,
    ):
        session_id = await desk.ask()
        assert await desk.ends(session_id) is AgentStatus.COMPLETED
        assert len(server.asked) == 2


async def test_a_stream_cut_in_the_middle_is_asked_for_again(data_dir: Path) -> None:
    async with (
        ModelServer([Reply(cut_after=2), Reply(parts=(Say("Whole."),))]) as server,
        wired(data_dir, ProviderKind.OPENAI_COMPATIBLE, server.v1, no_secret) as desk,
    ):
        session_id = await desk.ask()
        assert await desk.ends(session_id) is AgentStatus.COMPLETED
        lines = [line for line in await desk.shown(session_id) if line.startswith("assistant")]
        assert lines == ["assistant Whole."]


async def test_a_key_is_in_no_file_no_log_and_no_export(
    data_dir: Path, tmp_path: Path, expects_log: list[object]
) -> None:
    log = logs.configure(tmp_path / "logs", level=logging.DEBUG)
    refused = Refusal(status=401, body=json.dumps({"error": f"the key {CANARY} is wrong"}))
    try:
        async with (
            ModelServer([Reply(), refused]) as server,
            wired(data_dir, ProviderKind.OPENAI_COMPATIBLE, server.v1, log.redactor.add) as desk,
        ):
            session_id = await desk.ask()
            await desk.ends(session_id)
            await desk.engine.runs.send(session_id, "again")
            assert await desk.ends(session_id) is AgentStatus.ERROR
            logging.getLogger("bamboo_desktop").error("a slip of the pen: %s", CANARY)
            exported = await desk.engine.transcripts.export_json(session_id)
            exported += await desk.engine.transcripts.export_markdown(session_id)
            events = repr(await desk.engine.feed.since(0))
            await desk.engine.backup_now()
    finally:
        log.close()
    assert any(CANARY in repr(asked) for asked in server.asked)
    assert CANARY not in exported
    assert CANARY not in events
    for file in [*data_dir.rglob("*"), *(tmp_path / "logs").rglob("*")]:
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file
