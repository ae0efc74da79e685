"""Checking arguments, and the tools that hand the engine a request or a search."""

from __future__ import annotations

import json

import pytest

from bamboo_desktop.domain.question import ItemKind
from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.domain.tool import AskRequest, TaskListRequest
from bamboo_desktop.tools.port import ToolArgumentError
from bamboo_desktop.tools.taskrewrite import rewritten
from tests.tools.desk import Desk


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "not valid JSON"),
        ("   ", "not valid JSON"),
        ('{"file_path": "a"', "not valid JSON"),
        ("{'file_path': 'a'}", "not valid JSON"),
        ('{"file_path": "a",}', "not valid JSON"),
        ('{"file_path": "a"} trailing', "not valid JSON"),
        ('"a"', "must be a JSON object"),
        ("[]", "must be a JSON object"),
        ("null", "must be a JSON object"),
        ("{}", "`file_path` is missing"),
        ('{"file_path": 5}', "`file_path` must be a string, not an integer"),
        ('{"file_path": null}', "must be a string, not null"),
        ('{"file_path": "a", "offset": "1"}', "`offset` must be an integer, not a string"),
        ('{"file_path": "a", "offset": 1.5}', "`offset` must be an integer"),
        ('{"file_path": "a", "offset": true}', "`offset` must be an integer, not a boolean"),
        ('{"file_path": "a", "offset": 0}', "`offset` must be at least 1"),
        ('{"file_path": "a", "offset": NaN}', "NaN is not a JSON number"),
        ('{"file_path": "a", "path": "b"}', "`path` is unknown"),
        ('{"file_path": "a", "file_path": "b"}', "'file_path' is given twice"),
        ('{"file_path": "\\ud800"}', "half a character"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
async def test_broken_arguments_are_answered_never_guessed(
    desk: Desk, raw: str, words: str
) -> None:
    tool = desk.box.get("Read")
    assert tool is not None
    with pytest.raises(ToolArgumentError) as refusal:
        desk.box.check(tool, raw)
    assert words in str(refusal.value)
    assert "Nothing was run" in str(refusal.value)


async def test_a_whole_number_may_be_written_with_a_point(desk: Desk) -> None:
    tool = desk.box.get("Read")
    assert tool is not None
    checked = desk.box.check(tool, '{"file_path": "a", "offset": 2.0}')
    assert dict(checked.arguments) == {"file_path": "a", "offset": 2.0}


async def test_every_tool_describes_itself_with_a_closed_schema(desk: Desk) -> None:
    specs = desk.box.specs()
    assert [spec.name for spec in specs] == list(desk.box.names)
    assert {"Read", "Write", "Edit", "Glob", "Grep", "GetFileInfo", "Bash", "BashOutput"} <= set(
        desk.box.names
    )
    assert {"KillShell", "WebFetch", "Task", "Ask"} <= set(desk.box.names)
    for spec in specs:
        assert json.loads(json.dumps(dict(spec.parameters))) == spec.parameters
        assert spec.parameters["additionalProperties"] is False
        assert len(spec.description) > 60
    assert "Bash" not in [spec.name for spec in desk.box.specs(frozenset({"Bash"}))]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("bash", "Bash"), ("read_file", "Read"), ("Reed", "Read"), ("apply_patch", "Edit"),
     ("GREP", "Grep"), ("ask_user", "Ask"), ("launch_rocket", "")],
)  # fmt: skip
async def test_an_unknown_name_suggests_the_tool_that_was_meant(
    desk: Desk, name: str, meant: str
) -> None:
    assert desk.box.get(name) is None
    assert desk.box.suggest(name) == meant


async def test_headlines_are_one_visible_line(desk: Desk) -> None:
    bash = desk.box.get("Bash")
    assert bash is not None
    line = bash.headline({"command": "echo a\n\u202eecho b" + "x" * 500})
    assert "\n" not in line
    assert "\u202e" not in line
    assert len(line) <= 200


async def test_a_question_becomes_a_request(desk: Desk) -> None:
    reply = await desk.reply(
        "Ask",
        title="Clean up",
        items=[
            {
                "id": "what",
                "kind": "multi",
                "prompt": "What may go?",
                "options": [
                    {"id": "cache", "label": "Caches", "description": "2 GB"},
                    {"id": "logs", "label": "Logs"},
                ],
                "min_choices": 0,
                "max_choices": 2,
                "allow_custom": True,
            },
            {"id": "sure", "kind": "confirm", "prompt": "Sure?"},
            {"id": "why", "kind": "text", "prompt": "Why?"},
        ],
    )
    assert isinstance(reply, AskRequest)
    assert reply.title == "Clean up"
    what, sure, why = reply.items
    assert (what.kind, what.min_choices, what.max_choices) == (ItemKind.MULTI, 0, 2)
    assert what.allow_custom
    assert [option.id for option in what.options] == ["cache", "logs"]
    assert [option.id for option in sure.options] == ["yes", "no"]
    assert why.options == ()
    ask = desk.box.get("Ask")
    assert ask is not None
    assert ask.headline({"items": [{"prompt": "Why?"}]}) == "Why?"


TWO = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], "at least 1"),
        ([{"id": "x", "kind": "other", "prompt": "?"}], "one of single"),
        ([{"id": "x", "kind": "single", "prompt": "?"}], "at least two options"),
        ([{"id": "x", "kind": "single", "prompt": "?", "options": TWO[:1]}], "at least two"),
        ([{"id": "x", "kind": "single", "prompt": " ", "options": TWO}], "not blank"),
        ([{"id": "x", "kind": "single", "prompt": "?", "options": [*TWO, TWO[0]]}], "'a' is used"),
        ([{"id": "x", "kind": "text", "prompt": "?"}] * 2, "'x' is used twice in the items"),
        ([{"id": "x", "kind": "text", "prompt": "?", "options": TWO}], "takes no options"),
        ([{"id": "x", "kind": "confirm", "prompt": "?", "options": TWO}], "is a confirm"),
        (
            [{"id": "x", "kind": "multi", "prompt": "?", "options": TWO, "min_choices": 3}],
            "do not fit",
        ),
        (
            [{"id": "x", "kind": "multi", "prompt": "?", "options": TWO, "min_choices": 2,
              "max_choices": 1}],
            "do not fit",
        ),
        ([{"id": "x", "kind": "single", "prompt": "?", "options": [{"label": "A"}]}], "missing"),
    ],
)  # fmt: skip
async def test_a_question_that_cannot_be_answered_is_refused(
    desk: Desk, items: list[object], words: str
) -> None:
    with pytest.raises(ToolArgumentError, match=words):
        await desk.consent("Ask", items=items)
    with pytest.raises(ToolArgumentError, match=words):
        await desk.reply("Ask", items=items)


def item(id_: str, content: str, status: str = "pending") -> TaskItem:
    return TaskItem(id=id_, content=content, status=TaskStatus(status))


def given(content: str, status: str = "pending", **more: object) -> dict[str, object]:
    return {"content": content, "status": status, **more}


OLD = (item("task_1", "Read the code"), item("task_7", "Fix it"), item("mine", "Test it"))


@pytest.mark.parametrize(
    ("new", "ids"),
    [
        ([given("a"), given("b")], None),
        ([given("Fix it"), given("read  the CODE"), given("Test it")], "task_7 task_1 mine"),
        ([given("Read all"), given("Fix all"), given("Test all")], "task_1 task_7 mine"),
        ([given("Other", id="mine")], "mine"),
        ([given("Other", taskId="mine"), given("Fix it")], "mine task_7"),
        ([*(given(one.content) for one in OLD), given("New")], "task_1 task_7 mine task_8"),
        ([given("Fix it")], "task_7"),
        ([given("Fix it"), given("Something new")], None),
        ([given("X", id="fresh"), given("Read the code"), given("Fix it"), given("Test it")],
         "fresh task_1 task_7 mine"),
    ],
)  # fmt: skip
def test_tasks_keep_their_ids(new: list[dict[str, object]], ids: str | None) -> None:
    if ids is None:
        with pytest.raises(ToolArgumentError, match="not clear"):
            rewritten(OLD, new)
    else:
        assert [one.id for one in rewritten(OLD, new)] == ids.split()


def test_a_first_list_is_numbered() -> None:
    assert [one.id for one in rewritten((), [given("a"), given("b")])] == ["task_1", "task_2"]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ([given("  ")], "blank"),
        ([given("a", id="x", taskId="y")], "give one"),
        ([given("a", id="x"), given("b", id="x")], "given twice"),
    ],
)
def test_a_task_list_that_contradicts_itself_is_refused(
    new: list[dict[str, object]], words: str
) -> None:
    with pytest.raises(ToolArgumentError, match=words):
        rewritten((), new)


def test_a_task_is_completed_only_when_its_criteria_are_met() -> None:
    criteria = ["All tests pass", "Docs say so"]
    half = given("a", "completed", completionCriteria=criteria, criteriaMet=["c1"])
    done = given(
        "b",
        "completed",
        completionCriteria=criteria,
        criteriaMet=["ALL  tests pass", "c2"],
    )
    first, second = rewritten((), [half, done])
    assert first.status is TaskStatus.IN_PROGRESS
    assert "Docs say so" in first.notes
    assert "All tests" not in first.notes
    assert (second.status, second.notes) == (TaskStatus.COMPLETED, "")


def test_a_task_neither_waits_for_itself_nor_contains_itself() -> None:
    (only,) = rewritten((), [given("a", id="x", dependsOn=["x", "y", "y"], parentId="x")])
    assert only.depends_on == ("y",)
    assert only.parent_id is None


async def test_the_task_tool_hands_over_the_whole_list(desk: Desk) -> None:
    desk.tasks_of_session = OLD
    reply = await desk.reply("Task", tasks=[given("Fix it", "in_progress", activeForm="Fixing")])
    assert isinstance(reply, TaskListRequest)
    assert [(one.id, one.status) for one in reply.items] == [("task_7", TaskStatus.IN_PROGRESS)]
    for tasks in ([], [given("a", "started")], [{"content": "a"}]):
        with pytest.raises(ToolArgumentError):
            await desk.reply("Task", tasks=tasks)
