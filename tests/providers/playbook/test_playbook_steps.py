"""Every kind of step does what the language says."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.domain.message import TextPart, ThinkingPart
from bamboo_desktop.providers.playbook.conditions import matches_glob
from bamboo_desktop.providers.playbook.provider import Pacing
from bamboo_desktop.providers.port import (
    CallFault,
    Finished,
    ModelCallError,
    ModelDelta,
    TextDelta,
    ThinkingDelta,
    ToolCallDelta,
)
from bamboo_desktop.tasks import TaskSet
from tests.providers.playbook.stage import (
    CANCELLED,
    DENIED,
    ERROR,
    INTERRUPTED,
    OK,
    Result,
    Stage,
    answer,
    playbook,
)
from tests.sim import settle


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.yaml"


async def said(file: Path, steps: str, *, text: str = "go", head: str = "") -> str:
    return await Stage(playbook(file, steps, head=head)).play(text)


async def test_what_is_said_streams_in_pieces_and_adds_up_to_the_message(file: Path) -> None:
    stage = Stage(playbook(file, f"  - say: {'long text ' * 30}\n  - say: second\n"))
    stage.user("go")
    deltas = await stage.deltas()
    pieces = [delta.text for delta in deltas if isinstance(delta, TextDelta)]
    last = deltas[-1]
    assert isinstance(last, Finished)
    assert len(pieces) > 5
    assert last.parts == (TextPart(text="".join(pieces)),)
    assert last.usage.total_tokens == 0
    assert last.usage.cost_micros == 0
    assert last.finish_reason == "stop"


async def test_a_visible_pace_waits_between_pieces(file: Path) -> None:
    stage = Stage(playbook(file, "  - say: one two three\n"))
    stage.restart(Pacing(characters=4, seconds=0.01))
    stage.user("go")
    stream = stage.provider.stream(stage.request())
    assert await anext(stream) == TextDelta("one ")
    tasks = TaskSet("test", lambda *_: None)
    second = tasks.spawn(_next(stream), name="second piece")
    await settle()
    assert not second.done()
    await stage.clock.advance(0.01)
    assert await second == TextDelta("two ")
    await stream.aclose()
    await tasks.close()


async def _next(stream: AsyncGenerator[ModelDelta, None]) -> ModelDelta:
    return await anext(stream)


async def test_thinking_is_streamed_as_thinking(file: Path) -> None:
    stage = Stage(playbook(file, "  - think: hmm\n  - say: done\n"))
    stage.user("go")
    deltas = await stage.deltas()
    assert ThinkingDelta("hmm") in deltas
    last = deltas[-1]
    assert isinstance(last, Finished)
    assert last.parts == (ThinkingPart(text="hmm"), TextPart(text="done"))


async def test_texts_around_a_thought_stay_apart_as_they_stream(file: Path) -> None:
    stage = Stage(playbook(file, "  - say: one\n  - think: hmm\n  - say: two\n"))
    stage.user("go")
    deltas = await stage.deltas()
    last = deltas[-1]
    assert isinstance(last, Finished)
    assert last.parts == (TextPart(text="one"), ThinkingPart(text="hmm"), TextPart(text="two"))
    assert "".join(d.text for d in deltas if isinstance(d, TextDelta)) == "one\n\ntwo"


async def test_a_tool_gets_typed_arguments_and_its_result_is_saved(file: Path) -> None:
    steps = """
  - set: {n: 4}
  - tool: Read
    args: {file_path: "a {{n}}.txt", offset: 2, limit: "{{n}}"}
    save: text
  - say: got {{text}} ({{text.outcome}})
"""
    stage = Stage(playbook(file, steps))
    assert await stage.play(tool=lambda *_: (OK, "content")) == "got content (ok)"
    assert stage.calls == [("Read", {"file_path": "a 4.txt", "offset": 2, "limit": 4})]


async def test_a_call_is_shown_while_it_is_written(file: Path) -> None:
    stage = Stage(playbook(file, "  - tool: Bash\n    args: {command: ls}\n"))
    stage.user("go")
    deltas = await stage.deltas()
    assert isinstance(deltas[0], ToolCallDelta)
    last = deltas[-1]
    assert isinstance(last, Finished)
    assert last.finish_reason == "tool_calls"


async def test_call_ids_never_repeat(file: Path) -> None:
    stage = Stage(
        playbook(
            file, "  - repeat: 5\n    steps:\n      - tool: Glob\n        args: {pattern: '*'}\n"
        )
    )
    await stage.play()
    ids = [call.call_id for message in stage.messages for call in message.tool_calls]
    assert len(ids) == len(set(ids)) == 5


async def test_a_failed_tool_stops_the_play_with_its_line(file: Path) -> None:
    stage = Stage(playbook(file, "  - say: hi\n  - tool: Glob\n    args: {pattern: '*'}\n"))
    sentence = await stage.failure(tool=lambda *_: (ERROR, "no such folder"))
    assert sentence == "test.yaml, line 5: Glob did not work: no such folder"


async def test_a_failed_tool_may_go_on(file: Path) -> None:
    steps = """
  - tool: Glob
    args: {pattern: '*'}
    on_error: continue
    save: found
  - when: found
    succeeded: true
    then: [{say: good}]
    else: [{say: "bad: {{found}}"}]
"""
    text = await Stage(playbook(file, steps)).play(tool=lambda *_: (ERROR, "broken"))
    assert text == "bad: broken"


async def test_a_denied_tool_ends_the_play_politely(file: Path) -> None:
    steps = "  - tool: Bash\n    args: {command: rm x}\n  - say: never\n"
    text = await Stage(playbook(file, steps)).play(tool=lambda *_: (DENIED, "said no"))
    assert "did not agree to Bash" in text
    assert "never" not in text


async def test_a_denied_tool_may_go_on(file: Path) -> None:
    steps = """
  - tool: Bash
    args: {command: rm x}
    on_error: continue
    save: gone
  - say: "{{gone.outcome}}"
"""
    assert await Stage(playbook(file, steps)).play(tool=lambda *_: (DENIED, "no")) == "denied"


async def test_a_tool_that_was_stopped_is_tried_again_when_the_play_goes_on(file: Path) -> None:
    stage = Stage(playbook(file, "  - tool: Glob\n    args: {pattern: '*'}\n  - say: end\n"))
    results = iter([(CANCELLED, "stopped"), (OK, "")])
    text = await stage.play(tool=lambda *_: next(results))
    assert len(stage.calls) == 2
    assert "try it again" in text
    assert text.endswith("end")


async def test_an_effect_of_unknown_outcome_is_not_repeated(file: Path) -> None:
    stage = Stage(playbook(file, "  - tool: Bash\n    args: {command: make}\n"))
    sentence = await stage.failure(tool=lambda *_: (INTERRUPTED, "skipped"))
    assert "skipped" in sentence
    assert len(stage.calls) == 1


async def test_a_single_question_in_short_form(file: Path) -> None:
    steps = """
  - ask: Which one?
    title: Choose
    options:
      - {id: a, label: First, description: "the {{message}} one"}
      - b
    save: choice
  - say: "{{choice}}/{{choice.label}}/{{choice.note}}"
"""
    stage = Stage(playbook(file, steps))
    assert await stage.play(tool=lambda *_: answer("a", note="soon")) == "a/A/soon"
    assert stage.calls == [
        (
            "Ask",
            {
                "title": "Choose",
                "items": [
                    {
                        "id": "answer",
                        "kind": "single",
                        "prompt": "Which one?",
                        "options": [
                            {"id": "a", "label": "First", "description": "the go one"},
                            {"id": "b", "label": "b", "description": ""},
                        ],
                        "allow_custom": False,
                    }
                ],
            },
        )
    ]


@pytest.mark.parametrize(
    ("shape", "result", "expected"),
    [
        ("kind: confirm", answer("yes"), "yes|Yes"),
        ("kind: text", answer(text="my words"), "my words|my words"),
        ("options: [a, b]\n    allow_custom: true", answer(text="other"), "other|other"),
        ("kind: multi\n    options: [a, b, c]", answer("a", "c"), "a\nc|A, C"),
        ("kind: multi\n    options: [a, b]\n    min: 0", answer(), "|"),
    ],
)
async def test_every_kind_of_question(
    file: Path, shape: str, result: Result, expected: str
) -> None:
    steps = f"  - ask: Well?\n    {shape}\n    save: x\n  - say: '[{{{{x}}}}|{{{{x.label}}}}]'\n"
    assert await Stage(playbook(file, steps)).play(tool=lambda *_: result) == f"[{expected}]"


async def test_bounds_of_a_multiple_choice_are_sent(file: Path) -> None:
    steps = "  - ask: Which?\n    kind: multi\n    options: [a, b, c]\n    min: 0\n    max: 2\n"
    stage = Stage(playbook(file, steps))
    await stage.play(tool=lambda *_: answer())
    item = stage.calls[0][1]["items"][0]
    assert (item["min_choices"], item["max_choices"]) == (0, 2)


async def test_several_items_in_one_question(file: Path) -> None:
    steps = """
  - ask:
      - {id: who, prompt: Who?}
      - {id: sure, prompt: Sure?, kind: confirm}
    save: form
  - say: "{{form.who}} {{form.sure}} {{form.sure.label}} {{form.note}}"
"""
    content = {
        "answers": [
            {"item": "who", "options": [], "labels": [], "text": "Ada"},
            {"item": "sure", "options": ["no"], "labels": ["Nein"], "text": ""},
        ],
        "note": "hm",
    }
    stage = Stage(playbook(file, steps))
    assert await stage.play(tool=lambda *_: (OK, json.dumps(content))) == "Ada no Nein hm"


@pytest.mark.parametrize("outcome", [CANCELLED, INTERRUPTED])
async def test_a_question_whose_waiting_was_cut_off_is_asked_again(
    file: Path, outcome: Any
) -> None:
    stage = Stage(playbook(file, "  - ask: Name?\n    save: x\n  - say: hello {{x}}\n"))
    results = iter([(outcome, "stopped"), answer(text="Bo")])
    assert await stage.play(tool=lambda *_: next(results)) == "hello Bo"
    assert len(stage.calls) == 2


async def test_an_answer_that_cannot_be_read_is_told(file: Path) -> None:
    stage = Stage(playbook(file, "  - ask: Name?\n    save: x\n"))
    assert "cannot be read" in await stage.failure(tool=lambda *_: (OK, "[1, 2]"))


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("equals: abc def", True),
        ("equals: abc", False),
        ("not_equals: abc", True),
        ("one_of: [x, abc def]", True),
        ("one_of: [x, y]", False),
        ("contains: c d", True),
        ("contains: '{{part}}'", True),
        ("contains: q", False),
        ("includes: abc def", True),
        ("includes: abc", False),
        ("matches: 'abc*'", True),
        ("matches: '*d?f'", True),
        ("matches: 'abc'", False),
        ("is_empty: true", False),
        ("is_empty: false", True),
        ("contains: abc\n    matches: '*x'", False),
    ],
)
async def test_conditions(file: Path, test: str, holds: bool) -> None:
    steps = f"""
  - set: {{v: " abc def\\n", part: bc}}
  - when: v
    {test}
    then: [{{say: it holds}}]
    else: [{{say: it does not}}]
"""
    assert await said(file, steps) == ("it holds" if holds else "it does not")


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*", "", True),
        ("a", "a\n", False),
        ("?", "\n", True),
        ("ab*ba", "aba", False),
        ("*ab*ab*", "xabx", False),
        ("*ab*ab*", "xababx", True),
        ("a**b", "a.b", True),
        ("[ab]", "a", False),
        ("*.c", "x.cc", False),
        ("*a?c*d", "zzabczzd", True),
        ("*a" * 60 + "b", "a" * 60_000, False),
    ],
)
def test_patterns_fit_piece_by_piece(pattern: str, text: str, fits: bool) -> None:
    assert matches_glob(pattern, text) is fits


@pytest.mark.parametrize(
    ("value", "test", "holds"),
    [("10", "above: 9.5", True), ("9", "above: 9", False), ("-3", "below: 0", True)],
)
async def test_numbers_compare_as_numbers(file: Path, value: str, test: str, holds: bool) -> None:
    steps = f"  - set: {{v: {value}}}\n  - when: v\n    {test}\n    then: [{{say: yes it is}}]\n"
    assert (await said(file, steps) == "yes it is") is holds


async def test_a_number_that_is_none_is_told_with_its_line(file: Path) -> None:
    steps = "  - set: {v: many}\n  - when: v\n    above: 1\n    then: [{say: x}]\n"
    sentence = await Stage(playbook(file, steps)).failure()
    assert sentence.startswith("test.yaml, line 5: 'v' is compared as a number, but 'many'")


async def test_the_first_case_that_holds_is_the_only_one(file: Path) -> None:
    steps = """
  - branch:
      - {when: message, equals: no, then: [{say: one}]}
      - {when: message, contains: g, then: [{say: two}]}
      - {when: message, contains: o, then: [{say: three}]}
    else: [{say: four}]
  - say: end
"""
    assert await said(file, steps) == "two\n\nend"
    assert await said(file, steps, text="xyz") == "four\n\nend"


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("3", "1 2 3"),
        ("0", ""),
        ("'{{message}}'", "1 2"),
        ("{times: 2}", "1 2"),
        ("{each: x, in: [a, 'b{{message}}']}", "1a 2b2"),
        ("{each: x, in: list}", "1p 2q r"),
        ("{until: {when: loop, equals: 3}, at_most: 5}", "1 2 3"),
    ],
)
async def test_repeats(file: Path, how: str, expected: str) -> None:
    steps = f"""
  - set: {{x: "", out: "", list: "p\\n\\n q r \\n"}}
  - repeat: {how}
    steps:
      - set: {{out: "{{{{out}}}} {{{{loop}}}}{{{{x}}}}"}}
  - say: "[{{{{out | trim}}}}]"
"""
    assert await said(file, steps, text="2") == f"[{expected}]"


async def test_a_loop_may_use_what_its_last_pass_set(file: Path) -> None:
    steps = "  - repeat: 3\n    steps:\n      - say: '{{x}}.'\n      - set: {x: '{{loop}}'}\n"
    assert await said(file, steps) == ".\n\n1.\n\n2."


async def test_letters_that_nothing_can_store_are_replaced(file: Path) -> None:
    text = await said(file, '  - say: "a\\ud800b\\0c {{message}}"\n', text="d\ud800\x00")
    assert text == "a\ufffdb\ufffdc d\ufffd\ufffd"


async def test_a_huge_message_is_taken(file: Path) -> None:
    steps = "  - say: '{{message | count}} {{folder}}'\n"
    text = "folder=x\n" + "folde\n" * 1_500_000
    assert (await said(file, steps, text=text, head="inputs: {folder: .}\n")).endswith(" x")


async def test_loops_in_loops_with_tools_in_them_keep_their_counts(file: Path) -> None:
    steps = """
  - repeat: {each: a, in: [x, y]}
    steps:
      - repeat: 2
        steps:
          - tool: Glob
            args: {pattern: "{{a}}{{loop}}"}
      - say: "{{a}} was {{loop}}"
"""
    stage = Stage(playbook(file, steps))
    assert await stage.play() == "x was 1\n\ny was 2"
    assert [args["pattern"] for _, args in stage.calls] == ["x1", "x2", "y1", "y2"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("{until: {when: message, equals: never}, at_most: 4}", "in 4 passes"),
        ("{each: x, in: message, at_most: 1}", "repeated 2 times, but 1 is the most"),
        ("'{{message}}'", "takes a whole number"),
        ("{times: '{{big}}'}", "repeated 5000 times, but 1000"),
    ],
)
async def test_a_loop_has_bounds(file: Path, how: str, words: str) -> None:
    steps = f"  - set: {{big: 5000}}\n  - repeat: {how}\n    steps:\n      - set: {{y: 1}}\n"
    sentence = await Stage(playbook(file, steps)).failure("a\nb")
    assert words in sentence
    assert "line 5" in sentence


async def test_a_loop_that_never_calls_a_tool_ends(file: Path) -> None:
    inner = "      - repeat: 1000\n        steps:\n          - set: {y: 1}\n"
    stage = Stage(playbook(file, f"  - repeat: 1000\n    steps:\n{inner}"))
    assert "goes round without" in await stage.failure()


async def test_a_task_list_is_a_call_of_the_task_tool(file: Path) -> None:
    steps = """
  - tasks:
      - first of {{message}}
      - {content: second, status: in_progress, id: two}
  - say: end
"""
    stage = Stage(playbook(file, steps))
    assert await stage.play(tool=lambda *_: (ERROR, "no")) == "end"
    assert stage.calls == [
        (
            "Task",
            {
                "tasks": [
                    {"id": "task_1", "content": "first of go", "status": "pending"},
                    {"id": "two", "content": "second", "status": "in_progress"},
                ]
            },
        )
    ]


async def test_reading_tools_run_in_one_round(file: Path) -> None:
    steps = """
  - parallel:
      - {tool: Read, args: {file_path: a}, save: a}
      - {tool: Read, args: {file_path: b}, save: b, on_error: continue}
  - say: "{{a}} {{b}} {{b.outcome}}"
"""

    def read(_: str, arguments: Mapping[str, Any]) -> Result:
        path = str(arguments["file_path"])
        return (OK if path == "a" else ERROR), path.upper()

    stage = Stage(playbook(file, steps))
    assert await stage.play(tool=read) == "A B error"
    assert len(stage.messages[1].tool_calls) == 2


async def test_stop_ends_the_play_from_within(file: Path) -> None:
    steps = "  - repeat: 3\n    steps:\n      - stop: 'bye {{loop}}'\n  - say: never\n"
    assert await said(file, steps) == "bye 1"


async def test_a_silent_stop_still_says_that_it_is_done(file: Path) -> None:
    assert await said(file, "  - stop:\n") == "Done."


async def test_fail_ends_the_play_badly_after_what_was_said(file: Path) -> None:
    stage = Stage(playbook(file, "  - say: the report\n  - fail: Not good, {{message}}.\n"))
    stage.user("sir")
    heard: list[Any] = []
    stream = stage.provider.stream(stage.request())
    heard.append(await anext(stream))
    with pytest.raises(ModelCallError) as caught:
        await anext(stream)
    assert heard == [TextDelta("the report")]
    assert caught.value.sentence == "test.yaml, line 5: Not good, sir."
    assert caught.value.fault is CallFault.INVALID_REQUEST


@pytest.mark.parametrize(
    ("use", "value", "expected"),
    [
        ("quote", "it's; rm", "'it'\"'\"'s; rm'"),
        ("trim", "  x ", "x"),
        ("upper", "aß", "ASS"),
        ("lower", "AB", "ab"),
        ("first", "\n a\nb", "a"),
        ("last", "a\nb\n\n", "b"),
        ("count", "a\n\nb", "2"),
        ("name", "/x/y z/", "y z"),
        ("slug", "https://A.b/c?d", "https-a-b-c-d"),
        ("slug", "../..", "unnamed"),
        ("head(1)", "a\nb\nc", "a\n[2 more lines]"),
        ("tail(1)", "a\nb\nc", "[2 more lines]\nc"),
        ("plus(2)", "40", "42"),
        ("field(k)", "x\nk=v=1\nk=2", "v=1"),
        ("fields(k)", "k=1\nkk=2\n k=3", "1\n3"),
        ("default(no | one)", " ", "no | one"),
        ("inline", "a `b`", "`` a `b` ``"),
        ("code", "a ``` b", "````text\na ``` b\n````"),
        ("field(k) | upper", "k=v", "V"),
    ],
)
async def test_filters(file: Path, use: str, value: str, expected: str) -> None:
    stage = Stage(playbook(file, f"  - say: |\n      {{{{message | {use}}}}}.\n"))
    assert (await stage.play(value)).strip("\n .") == expected.strip("\n .")


async def test_a_filter_that_cannot_work_is_told_with_its_line(file: Path) -> None:
    sentence = await Stage(playbook(file, "  - say: '{{message | plus(1)}}'\n")).failure("x")
    assert sentence.startswith("test.yaml, line 4: ")
    assert "'x' is not a whole number" in sentence


async def test_braces_can_be_written(file: Path) -> None:
    assert (
        await said(file, "  - say: docker --format \\{{.Names}}\n") == "docker --format {{.Names}}"
    )


async def test_values_are_never_read_as_templates(file: Path) -> None:
    text = await said(file, "  - say: '{{message}}'\n", text="{{workspace | upper}}")
    assert text == "{{workspace | upper}}"


async def test_a_hostile_value_stays_one_word_of_a_command(file: Path) -> None:
    steps = "  - tool: Bash\n    args: {command: 'ls -- {{message | quote}} | wc -l'}\n"
    stage = Stage(playbook(file, steps))
    await stage.play("x'; touch /tmp/y; '\n$(id)")
    assert stage.calls[0][1]["command"] == (
        "ls -- 'x'\"'\"'; touch /tmp/y; '\"'\"'\n$(id)' | wc -l"
    )


async def test_inputs_come_from_the_message_or_their_default(file: Path) -> None:
    head = "inputs:\n  folder: .\n  depth: {default: 3, description: How deep}\n"
    steps = "  - say: '{{folder}} {{depth}} {{workspace}}'\n"
    assert await said(file, steps, head=head) == ". 3 /work"
    text = "please look\n folder = /my data\nother=1"
    assert await said(file, steps, text=text, head=head) == "/my data 3 /work"


async def test_a_misspelt_input_is_told_and_the_next_message_mends_it(file: Path) -> None:
    stage = Stage(playbook(file, "  - say: '{{folder}}'\n", head="inputs: {folder: .}\n"))
    sentence = await stage.failure("foldr=/x")
    assert "no input 'foldr'" in sentence
    assert "'folder'" in sentence
    assert await stage.play("folder=/x") == "/x"


async def test_long_results_are_cut_visibly(file: Path) -> None:
    steps = "  - tool: Glob\n    args: {pattern: '*'}\n    save: x\n  - say: '{{x | tail(1)}}'\n"
    stage = Stage(playbook(file, steps))
    text = await stage.play(tool=lambda *_: (OK, "a" * 70_000))
    assert "[cut here: 4464 more characters]" in text
    sizes = [len(message.library_json or b"") for message in stage.messages]
    assert max(sizes) < 80_000


async def test_a_text_that_outgrows_a_message_is_told(file: Path) -> None:
    steps = "  - repeat: 900\n    steps:\n      - say: '{{message}}'\n"
    assert "more than fits" in await Stage(playbook(file, steps)).failure("x" * 10_000)
    steps = "  - say: '" + "{{message}}" * 40 + "'\n"
    assert "million characters" in await Stage(playbook(file, steps)).failure("x" * 60_000)
