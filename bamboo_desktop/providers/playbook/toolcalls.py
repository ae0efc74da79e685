"""Reading the steps that call tools: which tools there are and what they take."""

from __future__ import annotations

from collections.abc import Mapping

from bamboo_desktop.domain.tasklist import TaskStatus
from bamboo_desktop.providers.playbook import fields
from bamboo_desktop.providers.playbook.errors import listed, suggestion
from bamboo_desktop.providers.playbook.shell import check_command
from bamboo_desktop.providers.playbook.steps import (
    Argument,
    ArgumentKind,
    CallTool,
    Parallel,
    ShowTasks,
    TaskLine,
)
from bamboo_desktop.providers.playbook.syntax import MapNode, Node
from bamboo_desktop.providers.playbook.template import Template

_TEXT, _INTEGER, _FLAG = ArgumentKind.TEXT, ArgumentKind.INTEGER, ArgumentKind.FLAG

TOOLS: Mapping[str, Mapping[str, ArgumentKind]] = {
    "Read": {"file_path": _TEXT, "offset": _INTEGER, "limit": _INTEGER},
    "Write": {"file_path": _TEXT, "content": _TEXT},
    "Edit": {
        "file_path": _TEXT,
        "old_string": _TEXT,
        "new_string": _TEXT,
        "replace_all": _FLAG,
    },
    "Glob": {"pattern": _TEXT, "path": _TEXT},
    "Grep": {"pattern": _TEXT, "path": _TEXT, "glob": _TEXT, "head_limit": _INTEGER},
    "GetFileInfo": {"path": _TEXT},
    "Bash": {
        "command": _TEXT,
        "timeout": _INTEGER,
        "description": _TEXT,
        "run_in_background": _FLAG,
    },
    "WebFetch": {"url": _TEXT},
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Read": ("file_path",),
    "Write": ("file_path", "content"),
    "Edit": ("file_path", "old_string", "new_string"),
    "Glob": ("pattern",),
    "Grep": ("pattern",),
    "GetFileInfo": ("path",),
    "Bash": ("command",),
    "WebFetch": ("url",),
}
READING = ("Read", "Glob", "Grep", "GetFileInfo", "WebFetch")
_MAY_BE_EMPTY = frozenset({"content", "new_string"})
_STEPS_OF_THEIR_OWN = {"Ask": "ask", "Task": "tasks"}
MAX_PARALLEL = 16
MAX_TASKS = 50


def read_call(node: MapNode, what: str = "A 'tool' step") -> CallTool:
    """A tool step: its tool exists, takes these arguments and gets all it needs."""
    entries = fields.known_fields(node, ("tool", "args", "save", "on_error"), what)
    tool = _tool_name(entries["tool"])
    arguments = _arguments(tool, entries.get("args"), entries["tool"])
    save, on_error = entries.get("save"), entries.get("on_error")
    words = ("stop", "continue")
    return CallTool(
        line=node.line,
        tool=tool,
        arguments=arguments,
        save=fields.variable_name(save, "'save'") if save else "",
        goes_on=on_error is not None and fields.one_of(on_error, "'on_error'", words) == "continue",
    )


def _tool_name(node: Node) -> str:
    name = fields.text(node, "'tool'").text
    if name in _STEPS_OF_THEIR_OWN:
        step = _STEPS_OF_THEIR_OWN[name]
        raise fields.flaw(node, f"'{name}' is called by a step of its own: write '{step}:'.")
    if name not in TOOLS:
        raise fields.flaw(
            node,
            f"There is no tool '{name[:60]}'.{suggestion(name, TOOLS)} "
            f"The tools are: {listed(TOOLS)}.",
        )
    return name


def _arguments(tool: str, node: Node | None, at: Node) -> tuple[Argument, ...]:
    known = TOOLS[tool]
    given: Mapping[str, Node] = {}
    if node is not None:
        given = fields.known_fields(fields.mapping(node, "'args'"), known, f"'{tool}'")
    missing = [name for name in REQUIRED[tool] if name not in given]
    if missing:
        raise fields.flaw(at, f"'{tool}' needs the argument '{missing[0]}' under 'args'.")
    return tuple(_argument(name, value, known[name]) for name, value in given.items())


def _argument(name: str, node: Node, kind: ArgumentKind) -> Argument:
    if kind is ArgumentKind.FLAG:
        fields.flag(node, f"'{name}'")
    template = fields.template(node, f"'{name}'", may_be_empty=name in _MAY_BE_EMPTY)
    if kind is ArgumentKind.INTEGER and template.constant is not None:
        fields.integer(node, f"'{name}'", least=1, most=999_999_999)
    if name == "command":
        check_command(template)
    return Argument(name=name, template=template, kind=kind)


def read_parallel(node: MapNode) -> Parallel:
    """A parallel step: only reading tools, so that their order cannot matter."""
    entries = fields.known_fields(node, ("parallel",), "A 'parallel' step")
    calls = []
    for item in fields.items(entries["parallel"], "'parallel'", at_most=MAX_PARALLEL):
        inner = fields.mapping(item, "An entry of 'parallel'")
        if not any(key.text == "tool" for key, _ in inner.entries):
            raise fields.flaw(inner, "'parallel' takes tool steps only: write '- tool: Read'.")
        call = read_call(inner, "An entry of 'parallel'")
        if call.tool not in READING:
            raise fields.flaw(
                inner,
                f"'{call.tool}' may change something, so it cannot run beside others; make it a "
                f"step of its own. 'parallel' takes {listed(READING)}.",
            )
        calls.append(call)
    return Parallel(line=node.line, calls=tuple(calls))


def read_tasks(node: MapNode) -> ShowTasks:
    """A task list; tasks keep their ids by their place unless they name one."""
    entries = fields.known_fields(node, ("tasks",), "A 'tasks' step")
    found = fields.items(entries["tasks"], "'tasks'", at_most=MAX_TASKS)
    tasks = tuple(_task(item, number) for number, item in enumerate(found, start=1))
    seen: set[str] = set()
    for task, item in zip(tasks, found, strict=True):
        if task.id in seen:
            raise fields.flaw(item, f"The id '{task.id}' is given to two tasks; change one.")
        seen.add(task.id)
    return ShowTasks(line=node.line, tasks=tasks)


def _task(node: Node, number: int) -> TaskLine:
    if not isinstance(node, MapNode):
        return _task_line(f"task_{number}", fields.template(node, "A task"), TaskStatus.PENDING)
    entries = fields.known_fields(node, ("content", "status", "id"), "A task")
    if "content" not in entries:
        raise fields.flaw(node, "A task needs 'content': what is to be done.")
    status = TaskStatus.PENDING
    if "status" in entries:
        words = [str(word) for word in TaskStatus]
        status = TaskStatus(fields.one_of(entries["status"], "'status'", words))
    name = fields.plain_text(entries["id"], "'id'") if "id" in entries else f"task_{number}"
    return _task_line(name, fields.template(entries["content"], "'content'"), status)


def _task_line(name: str, content: Template, status: TaskStatus) -> TaskLine:
    return TaskLine(id=name, content=content, status=status)
