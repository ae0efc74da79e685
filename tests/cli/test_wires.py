"""The whole way from a command line to a model server on this machine, in three wire formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.ctl import Ctl
from tests.providers.replies import Call, Refusal, Reply, Say, Think
from tests.providers.servers import ModelServer

KEY = "a-key-without-any-known-shape-1a2b3c"
FORMATS = ["openai_compatible", "openai_responses", "anthropic"]


def script(folder: Path) -> list[Reply]:
    """Thinking and two calls at once, then the answer."""
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"the content of {name}")
    calls = [
        Call("Read", json.dumps({"file_path": f"{name}.txt"}), f"call_{name}")
        for name in ("one", "two")
    ]
    first = Reply(parts=(Think("I look at both."), Say("A moment."), *calls), input_tokens=100)
    return [first, Reply(parts=(Say("Both are there."),), input_tokens=200, output_tokens=9)]


@pytest.mark.parametrize("kind", FORMATS)
async def test_text_thinking_calls_and_usage(
    ctl: Ctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("BAMBOO_API_KEY", KEY)
    work = tmp_path / "work"
    work.mkdir()
    async with ModelServer(script(work)) as server:
        done = await ctl.aside(
            *("run", "look at the files", "--json", "--provider", kind, "--base-url", server.v1),
            *("--model", "m", "--workspace", str(work), "--effort", "high"),
        )
    assert done.code == 0, done
    lines = done.lines

    def joined(name: str) -> str:
        return "".join(line["data"]["content"] for line in lines if line["type"] == name)

    assert joined("token") == "A moment.Both are there."
    assert joined("reasoning_token") == "I look at both."
    results = [line["data"] for line in lines if line["type"] == "tool_complete"]
    by_id = {item["tool_call_id"]: item["result"] for item in results}
    assert set(by_id) == {"call_one", "call_two"}
    assert "the content of one" in by_id["call_one"]
    assert "the content of two" in by_id["call_two"]
    usage = lines[-1]["data"]["usage"]
    assert lines[-1]["type"] == "complete"
    assert usage["input_tokens"] + usage["cache_read_tokens"] >= 300
    assert usage["output_tokens"] >= 16
    told = server.asked[-1].body.decode()
    assert -1 < told.find("the content of one") < told.find("the content of two")
    headers = server.asked[0].headers
    assert KEY in (headers.get("authorization", "") + headers.get("x-api-key", ""))


async def test_the_key_of_the_environment_is_nowhere_on_the_disk(
    ctl: Ctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAMBOO_API_KEY", KEY)
    refusal = Refusal(status=401, body=json.dumps({"error": {"message": f"bad key {KEY}"}}))
    script: list[Reply | Refusal] = [
        Reply(parts=(Call("Bash", '{"command": "env"}', "c1"),)),
        Reply(),
        refusal,
    ]
    async with ModelServer(script) as server:
        arguments = ("run", "x", "--base-url", server.v1, "--model", "m", "--allow", "Bash(env)")
        done = await ctl.aside(*arguments, "--json", "--workspace", str(tmp_path))
        assert done.code == 0, done
        refused = await ctl.aside(*arguments)
    assert refused.code == 1
    for text in (done.out, done.err, refused.out, refused.err):
        assert KEY not in text
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


async def test_a_session_keeps_its_server_and_gets_its_key_again(
    ctl: Ctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAMBOO_API_KEY", KEY)
    async with ModelServer() as server, ModelServer() as other:
        await ctl.aside("run", "x", "--base-url", server.v1, "--model", "m")
        await ctl.aside("run", "x", "--base-url", other.v1, "--model", "m")
        rows = (await ctl.aside("sessions", "--json")).lines
        for row in rows:
            assert (await ctl.aside("run", "more", "--session", row["id"])).code == 0
        # Only the server the key was last given for gets it without being named.
        assert KEY not in server.asked[-1].headers.get("authorization", "")
        assert KEY in other.asked[-1].headers.get("authorization", "")


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (Refusal(status=401, body='{"error": {"message": "no"}}'), "key"),
        (Refusal(status=404, body='{"error": {"message": "no model"}}'), "model"),
        (Refusal(status=200, body="<html>hi</html>", content_type="text/html"), "web page"),
        (Refusal(status=400, body='{"error": {"message": "it is too odd"}}'), ""),
    ],
)
async def test_a_server_that_refuses_is_one_sentence(ctl: Ctl, play: Refusal, words: str) -> None:
    async with ModelServer([play]) as server:
        done = await ctl.aside("run", "x", "--base-url", server.v1, "--model", "m")
    assert done.code == 1
    assert words.lower() in done.sentence.lower()
    assert (await ctl.aside("sessions", "--json")).lines[0]["status"] == "error"


async def test_no_server_at_that_address(ctl: Ctl) -> None:
    async with ModelServer() as server:
        address = server.v1
    done = await ctl.aside("run", "x", "--base-url", address)
    assert done.code == 1
    assert done.sentence


async def test_a_stream_cut_in_the_middle_is_tried_again_in_sight(ctl: Ctl) -> None:
    cut = Reply(parts=(Say("This answer is cut in its middle."),), cut_after=3)
    async with ModelServer([cut, Reply(parts=(Say("Whole."),))]) as server:
        done = await ctl.aside("run", "x", "--base-url", server.v1, "--model", "m")
    assert done.code == 0
    assert done.out.endswith("Whole.\n")
    assert "~ again in" in done.err


async def test_a_busy_server_is_asked_again_when_it_says(ctl: Ctl) -> None:
    busy = Refusal(status=429, body="{}", headers=(("Retry-After", "0"),))
    async with ModelServer([busy, Reply()]) as server:
        done = await ctl.aside("run", "x", "--json", "--base-url", server.v1, "--model", "m")
    assert done.code == 0
    assert "model_retry" in done.types


async def test_the_only_model_of_a_server_need_not_be_named(ctl: Ctl) -> None:
    page = {"object": "list", "data": [{"id": "the-one", "object": "model"}]}
    async with ModelServer(pages={"/v1/models": page}) as server:
        done = await ctl.aside("run", "x", "--base-url", server.v1)
        assert done.code == 0, done
        assert server.asked[-1].json["model"] == "the-one"
        again = await ctl.aside("run", "x", "--base-url", server.v1)
        assert again.code == 0
    (first, second) = (await ctl.aside("sessions", "--json")).lines
    assert first["model"] == second["model"]
