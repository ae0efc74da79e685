"""A play survives the program, its file, and whatever the person types meanwhile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bamboo_desktop.domain.message import Role, TextPart
from bamboo_desktop.providers.playbook import state
from bamboo_desktop.providers.playbook.reading import Shelf
from bamboo_desktop.providers.port import CallFault, ModelCallError
from tests.providers.playbook.stage import ERROR, OK, Stage, answer, playbook

STEPS = """
  - set: {n: 1}
  - repeat: {each: word, in: [red, green, blue]}
    steps:
      - ask: "{{n}}: do you like {{word}}?"
        kind: confirm
        save: likes
      - set: {n: "{{n | plus(1)}}"}
      - when: likes
        equals: "yes"
        then:
          - tool: Write
            args: {file_path: "{{word}}.txt", content: "{{message}}"}
            save: out
  - say: end {{n}} {{out}}
"""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(playbook(tmp_path / "colours.yaml", STEPS))


async def test_a_new_provider_goes_on_where_the_last_one_stood(stage: Stage) -> None:
    stage.user("hello")
    prompts = []
    for _ in range(5):
        stage.restart()
        message = await stage.round()
        call = message.tool_calls[0]
        if call.tool == "Ask":
            prompts.append(json.loads(call.arguments)["items"][0]["prompt"])
            stage.results(answer("no" if "green" in prompts[-1] else "yes"))
        else:
            stage.results((OK, json.loads(call.arguments)["file_path"]))
    stage.restart()
    assert (await stage.round()).text == "end 4 blue.txt"
    assert prompts == [
        "1: do you like red?",
        "2: do you like green?",
        "3: do you like blue?",
    ]


@pytest.mark.parametrize("change", ["edit", "break", "delete"])
async def test_a_file_changed_in_the_middle_does_not_touch_the_play(
    stage: Stage, change: str
) -> None:
    file = Path(stage.model)
    stage.user("hello")
    await stage.round()
    stage.results(answer("no"))
    if change == "edit":
        playbook(file, "  - say: something else\n")
    elif change == "break":
        file.write_text("version: 9", encoding="utf-8")
    else:
        file.unlink()
    stage.restart()
    message = await stage.round()
    assert "do you like green?" in message.tool_calls[0].arguments


async def test_a_message_after_the_end_plays_the_file_as_it_is_then(tmp_path: Path) -> None:
    file = playbook(tmp_path / "a.yaml", "  - set: {x: '{{message}}'}\n  - say: one {{x}}\n")
    stage = Stage(file)
    assert await stage.play("a") == "one a"
    playbook(file, "  - say: two {{message}} [{{y}}]\n  - set: {y: 1}\n", head="inputs: {y: d}\n")
    assert await stage.play("b") == "two b [d]"


async def test_variables_do_not_leak_into_the_next_play(tmp_path: Path) -> None:
    steps = """
  - when: message
    equals: first
    then: [{set: {x: old}}]
  - say: "[{{x}}]"
"""
    stage = Stage(playbook(tmp_path / "a.yaml", steps))
    assert await stage.play("first") == "[old]"
    assert await stage.play("second") == "[]"


async def test_a_message_in_the_middle_is_noted_and_the_play_goes_on(stage: Stage) -> None:
    stage.user("hello")
    await stage.round()
    stage.results(answer("yes"))
    stage.user("changed my mind", origin="steer")
    message = await stage.round()
    assert json.loads(message.tool_calls[0].arguments) == {
        "file_path": "red.txt",
        "content": "changed my mind",
    }


async def test_a_failed_play_fails_again_until_the_person_writes(tmp_path: Path) -> None:
    steps = "  - say: start\n  - tool: Glob\n    args: {pattern: '*'}\n  - say: end\n"
    stage = Stage(playbook(tmp_path / "a.yaml", steps))
    stage.user("go")
    await stage.round()
    stage.results((ERROR, "broken"))
    for _ in range(2):
        with pytest.raises(ModelCallError, match="broken"):
            await stage.round()
    stage.user("wait", origin="steer")
    with pytest.raises(ModelCallError, match="broken"):
        await stage.round()
    assert await stage.play("again") == "start\n\nend"


async def test_a_partial_answer_is_played_again(stage: Stage) -> None:
    stage.user("hello")
    await stage.round()
    stage.results(answer("no"))
    stage.add(Role.ASSISTANT, TextPart(text="half"), is_partial=True)
    assert "green" in (await stage.round()).tool_calls[0].arguments


async def test_notes_of_the_engine_start_nothing(tmp_path: Path) -> None:
    stage = Stage(playbook(tmp_path / "a.yaml", "  - say: hi {{message}}\n"))
    assert await stage.play("one") == "hi one"
    stage.user("go on", origin="engine")
    assert "come to its end" in (await stage.round()).text
    assert await stage.play("two") == "hi two"


async def test_another_playbook_starts_from_its_beginning(stage: Stage, tmp_path: Path) -> None:
    stage.user("hello")
    await stage.round()
    stage.results(answer("no"))
    stage.model = str(playbook(tmp_path / "other.yaml", "  - say: other {{message}}\n"))
    assert await stage.play("x") == "other x"


async def test_an_answer_of_another_model_ends_the_play(stage: Stage) -> None:
    stage.user("hello")
    await stage.round()
    stage.results(answer("no"))
    stage.add(Role.ASSISTANT, TextPart(text="I am a model"), library_json=b'[{"kind": "x"}]')
    stage.user("and now?")
    assert "red" in (await stage.round()).tool_calls[0].arguments


async def test_the_source_is_stored_once(stage: Stage) -> None:
    stage.user("hello")
    for _ in range(3):
        await stage.round()
        stage.results(answer("no"))
    kept = [m.library_json for m in stage.messages if m.library_json]
    assert ["source" in json.loads(raw) for raw in kept] == [True, False, False]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"bamboo_playbook": 1}', b'{"bamboo_playbook": 2}', b"\xff"]
)
async def test_a_state_that_cannot_be_read_is_no_state(stage: Stage, raw: bytes) -> None:
    message = stage.add(Role.ASSISTANT, TextPart(text="x"), library_json=raw)
    assert state.decode(message) is None


async def test_a_state_with_a_place_that_is_not_there_starts_afresh(stage: Stage) -> None:
    stage.user("hello")
    message = await stage.round()
    stage.results(answer("no"))
    raw = json.loads(message.library_json or b"")
    raw["frames"] = [[77, 0, 0, 0]]
    broken = stage.add(Role.ASSISTANT, TextPart(text="x"), library_json=json.dumps(raw).encode())
    stage.messages[:] = [stage.messages[0], broken]
    assert "red" in (await stage.round()).tool_calls[0].arguments


async def test_a_file_that_is_gone_at_the_start_is_told(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "gone.yaml")
    stage.user("go")
    with pytest.raises(ModelCallError) as caught:
        await stage.round()
    assert caught.value.fault is CallFault.INVALID_REQUEST
    assert caught.value.sentence.startswith("gone.yaml: The file is not there")


async def test_examples_are_played_by_name(tmp_path: Path) -> None:
    playbook(tmp_path / "greet.yaml", "  - say: hello\n")
    assert await Stage("greet", folders=(tmp_path,)).play() == "hello"


async def test_the_list_has_every_playbook_also_broken_ones(tmp_path: Path) -> None:
    playbook(tmp_path / "b.yaml", "  - say: x\n")
    (tmp_path / "a.yml").write_text("broken: [", encoding="utf-8")
    (tmp_path / ".hidden.yaml").write_text("", encoding="utf-8")
    stage = Stage("x", folders=(tmp_path, tmp_path / "missing"))
    models = await stage.provider.list_models()
    assert [(m.label, m.ref.model) for m in models] == [
        ("a", str(tmp_path / "a.yml")),
        ("Test", str(tmp_path / "b.yaml")),
    ]
    await stage.provider.aclose()


async def test_a_playbook_is_read_once_for_all_messages_of_a_play(stage: Stage) -> None:
    shelf = Shelf(())
    source = Path(stage.model).read_text(encoding="utf-8")
    assert shelf.from_source(source, "a") is shelf.from_source(source, "a")
