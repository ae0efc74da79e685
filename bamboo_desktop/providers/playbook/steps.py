"""A playbook as values: what each kind of step holds after it was read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bamboo_desktop.domain.question import ItemKind
from bamboo_desktop.domain.tasklist import TaskStatus
from bamboo_desktop.providers.playbook.template import Template


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """Writes Markdown text; with `is_thought` it is shown as thinking."""

    line: int
    text: Template
    is_thought: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """One argument of a tool call, and the JSON type it is sent as."""

    name: str
    template: Template
    kind: ArgumentKind


class ArgumentKind(StrEnum):
    """The JSON type of an argument."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"


@dataclass(frozen=True, kw_only=True, slots=True)
class CallTool:
    """Runs a tool; its result text goes into the variable `save`."""

    line: int
    tool: str
    arguments: tuple[Argument, ...]
    save: str = ""
    goes_on: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Parallel:
    """Runs several reading tools in one round."""

    line: int
    calls: tuple[CallTool, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One option of a question."""

    id: str
    label: Template
    description: Template | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AskItem:
    """One thing that is asked."""

    id: str
    kind: ItemKind
    prompt: Template
    options: tuple[Choice, ...] = ()
    allow_custom: bool = False
    least: int | None = None
    most: int | None = None
    default: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Asks the person; `is_single` tells how the answer is named in variables."""

    line: int
    title: Template | None
    items: tuple[AskItem, ...]
    is_single: bool
    save: str = ""


class Operator(StrEnum):
    """How a variable is compared."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    INCLUDES = "includes"
    MATCHES = "matches"
    ABOVE = "above"
    BELOW = "below"
    IS_EMPTY = "is_empty"
    SUCCEEDED = "succeeded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """One comparison; for the yes-or-no operators `wanted` says which it shall be."""

    operator: Operator
    operands: tuple[Template, ...] = ()
    wanted: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """All of its tests have to hold for the variable."""

    line: int
    variable: str
    tests: tuple[Test, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A condition and the block that runs when it is the first that holds."""

    condition: Condition
    block: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """Runs the block of the first case that holds, else the block `otherwise`."""

    line: int
    cases: tuple[Case, ...]
    otherwise: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeat:
    """Runs a block several times: `times`, or once `each` item, or `until` a condition holds."""

    line: int
    block: int
    times: Template | None = None
    each: str = ""
    lines_of: str = ""
    items: tuple[Template, ...] = ()
    until: Condition | None = None
    bound: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Assign:
    """Gives variables a value, in order."""

    line: int
    values: tuple[tuple[str, Template], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskLine:
    """One task of a task list."""

    id: str
    content: Template
    status: TaskStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowTasks:
    """Shows a task list, or a new state of it."""

    line: int
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Ends the play, well or badly."""

    line: int
    message: Template | None
    is_failure: bool = False


Step = Say | CallTool | Parallel | Ask | Branch | Repeat | Assign | ShowTasks | Stop
CallingStep = CallTool | Parallel | Ask | ShowTasks


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """A value that the person may give when the play begins."""

    name: str
    default: str
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Playbook:
    """A playbook that was read and found good. Block 0 is where a play begins.

    `source` is the text it was read from and `digest` its SHA-256.
    """

    path: Path
    title: str
    description: str
    inputs: tuple[Input, ...]
    blocks: tuple[tuple[Step, ...], ...]
    source: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaybookInfo:
    """What a list of playbooks shows."""

    path: Path
    title: str
    description: str
