"""An answer without tools: they are still named, so that the history makes sense, and forbidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.message import Role, ToolCallPart, ToolOutcome, ToolResultPart
from bamboo_desktop.domain.model import ProviderKind
from tests.providers.calling import call, calling, message, request, user
from tests.providers.servers import ModelServer
from tests.providers.test_streams import ANTHROPIC, CHAT, EVERY, GOOGLE, RESPONSES

READ = ToolCallId("call_a")
HISTORY = (
    user("Look."),
    message(Role.ASSISTANT, ToolCallPart(call_id=READ, tool="Read", arguments='{"path":"a"}')),
    message(
        Role.TOOL,
        ToolResultPart(call_id=READ, tool="Read", outcome=ToolOutcome.CANCELLED, content="no"),
    ),
)


@pytest.mark.parametrize("kind", EVERY)
async def test_a_last_answer_forbids_the_tools_it_names(kind: ProviderKind) -> None:
    async with ModelServer() as server, calling(kind, server) as provider:
        outcome = await call(provider, replace(request(kind, *HISTORY), may_call=False))
        asked = server.asked[0]
    assert outcome.text
    assert '"Read"' in asked.body.decode()
    body = asked.json
    match kind:
        case _ if kind is ANTHROPIC:
            assert body["tool_choice"]["type"] == "none"
        case _ if kind is GOOGLE:
            assert body["toolConfig"]["functionCallingConfig"]["mode"] == "NONE"
        case _:
            assert body["tool_choice"] == "none"


@pytest.mark.parametrize("kind", [CHAT, RESPONSES, ANTHROPIC, GOOGLE])
async def test_any_other_answer_may_call(kind: ProviderKind) -> None:
    async with ModelServer() as server, calling(kind, server) as provider:
        await call(provider, request(kind))
        sent = server.asked[0].body.decode().lower()
    assert '"none"' not in sent
