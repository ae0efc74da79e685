"""The system prompt: who the agent is, where it works, and what the folder's own notes say."""

from __future__ import annotations

import os
import platform
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

INSTRUCTION_FILES = ("AGENTS.md", "CLAUDE.md")
MOST_INSTRUCTION_BYTES = 65_536

BASE_PROMPT = """\
You are an agent that works on a person's own computer through tools.

Work towards what the person asked for, step by step, and look before you act: read files and \
list folders instead of guessing. Say briefly what you are about to do and why, then do it. \
Calls that change something, run a command or reach the network may be shown to the person for \
consent; if one is refused, respect that and find another way or ask.

Ask with the Ask tool when a decision is the person's to take, when two readings of the \
request lead to different work, or before something that cannot be undone. Put independent \
questions into one call. Do not ask what you can find out yourself.

For work of several steps keep a task list with the Task tool and update it as you go. When you \
are done, say in a few sentences what you did, what you saw, and what is left. Report failures as \
they are; never claim to have done what a tool did not confirm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Instructions:
    """The notes for agents that a workspace carries, outermost folder first."""

    files: tuple[tuple[str, str], ...] = ()


def read_instructions(workspace: str) -> Instructions:
    """Read AGENTS.md and CLAUDE.md from the Git root down to the workspace.

    Without a Git root only the workspace itself is looked at. Symbolic links are not followed;
    what cannot be read is left out. Blocking: call it in a thread.
    """
    if not workspace:
        return Instructions()
    here = Path(workspace)
    found: list[tuple[str, str]] = []
    for folder in _folders(here):
        for name in INSTRUCTION_FILES:
            text = _read(folder / name)
            if text:
                found.append((str(folder / name), text))
    return Instructions(files=tuple(found))


def _folders(here: Path) -> tuple[Path, ...]:
    chain = [here, *here.parents]
    for index, folder in enumerate(chain):
        if os.path.exists(folder / ".git"):  # noqa: PTH110 - no error, whatever the path is
            return tuple(reversed(chain[: index + 1]))
    return (here,)


def _read(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return ""
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""  # a folder or a pipe of that name holds no notes
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MOST_INSTRUCTION_BYTES).decode("utf-8", "replace").strip()
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def system_prompt(own: str, workspace: str, instructions: Instructions, today: datetime) -> str:
    """The effective prompt of a run.

    Args:
        own: the session's own prompt, in place of the base prompt when not empty.
        workspace: the folder the tools work in, or empty.
        instructions: notes found in the workspace.
        today: the local day is told to the model.
    """
    place = f"Workspace: {workspace}" if workspace else "No workspace folder is set."
    parts = [
        own.strip() or BASE_PROMPT,
        f"Environment\n{place}\nSystem: {platform.system()} {platform.machine()}\n"
        f"Date: {today.astimezone():%A, %Y-%m-%d}",
    ]
    parts += [f"Notes for agents from {path}\n{text}" for path, text in instructions.files]
    return "\n\n".join(parts)
