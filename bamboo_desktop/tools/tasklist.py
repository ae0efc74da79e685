"""Task: the list of tasks a session works through, always rewritten as a whole."""

from __future__ import annotations

from typing_extensions import override

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tasklist import TaskStatus
from bamboo_desktop.domain.tool import TaskListRequest, ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolContext
from bamboo_desktop.tools.taskrewrite import PHASES, PRIORITIES, rewritten
from bamboo_desktop.tools.visible import one_line

_IDS = {"type": "array", "maxItems": 100, "items": {"type": "string"}}

SPEC = ToolSpec(
    name="Task",
    description=(
        "Keep the list of tasks for work of three steps or more, so that you and the person see "
        "where it stands. Every call gives the whole list as it is to be from now on; what is left "
        "out is removed. Keep the ids of tasks that stay (give `id`, or leave the content as it "
        "is). Have exactly one task in_progress while you work, set it to completed as soon as it "
        "is done and only then, and set blocked with a task's obstacle in its content when it "
        "cannot go on. A task with `completionCriteria` counts as completed only when "
        "`criteriaMet` names all of them (by text, or as c1, c2 and so on)."
    ),
    parameters={
        "type": "object",
        "properties": {
            "tasks": {
                "type": "array",
                "minItems": 1,
                "maxItems": 200,
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        "taskId": {"type": "string", "description": "The same as id."},
                        "content": {
                            "type": "string",
                            "maxLength": 2000,
                            "description": "What is to be done.",
                        },
                        "status": {"type": "string", "enum": [one.value for one in TaskStatus]},
                        "activeForm": {
                            "type": "string",
                            "description": "The same as what is being done now.",
                        },
                        "dependsOn": _IDS,
                        "parentId": {"type": "string"},
                        "phase": {"type": "string", "enum": list(PHASES)},
                        "priority": {"type": "string", "enum": list(PRIORITIES)},
                        "completionCriteria": _IDS,
                        "criteriaMet": _IDS,
                    },
                    "required": ["content", "status"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["tasks"],
        "additionalProperties": False,
    },
)


class Task(PlainKind):
    """Turns a call into the new list, which the engine stores."""

    def __init__(self) -> None:
        super().__init__(SPEC, ToolClass.READ, headline="tasks")

    @override
    def headline(self, arguments: Arguments) -> str:
        """What is being done now, else how many tasks there are."""
        tasks = arguments.get("tasks") or []
        for task in tasks:
            if task.get("status") == TaskStatus.IN_PROGRESS:
                return one_line(str(task.get("activeForm") or task.get("content", "")))
        return f"{len(tasks)} tasks"

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Nothing outside the session changes."""
        return None

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """The request."""
        return TaskListRequest(items=rewritten(context.tasks, arguments["tasks"]))
