"""BashOutput and KillShell: looking at a background command, and ending it."""

from __future__ import annotations

from typing_extensions import override

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools.bash import exit_line
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolContext
from bamboo_desktop.tools.results import succeeded
from bamboo_desktop.tools.shells import Shells

OUTPUT_SPEC = ToolSpec(
    name="BashOutput",
    description=(
        "Return what a background command has printed since you last looked, and whether it still "
        "runs. It does not wait; when you have nothing else to do until the command has got "
        "further, run `sleep` with Bash first."
    ),
    parameters={
        "type": "object",
        "properties": {"bash_id": {"type": "string", "description": "As Bash returned it."}},
        "required": ["bash_id"],
        "additionalProperties": False,
    },
)

KILL_SPEC = ToolSpec(
    name="KillShell",
    description="End a background command together with everything it has started.",
    parameters={
        "type": "object",
        "properties": {"shell_id": {"type": "string", "description": "As Bash returned it."}},
        "required": ["shell_id"],
        "additionalProperties": False,
    },
)


class BashOutput(PlainKind):
    """Reads on in a background command's output."""

    def __init__(self, shells: Shells) -> None:
        super().__init__(OUTPUT_SPEC, ToolClass.READ, headline="bash_id")
        self._shells = shells

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """The command itself was agreed to."""
        return None

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """What is new."""
        shell = self._shells.find(context.session_id, arguments["bash_id"])
        text = shell.capture.text(since=shell.read_until).rstrip("\n")
        shell.read_until = shell.capture.total
        state = f"[{shell.status}]" if shell.end is None else exit_line(shell.end)
        if shell.is_killed:
            state = "[killed]"
        return succeeded(f"{text or '(nothing new)'}\n{state}")


class KillShell(PlainKind):
    """Ends a background command."""

    def __init__(self, shells: Shells) -> None:
        super().__init__(KILL_SPEC, ToolClass.EFFECT, headline="shell_id")
        self._shells = shells

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Ending what the session itself started needs no consent."""
        self._shells.find(context.session_id, arguments["shell_id"])
        return None

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """End it and wait until nothing of it is left."""
        shell = self._shells.find(context.session_id, arguments["shell_id"])
        if shell.end is not None:
            return succeeded(f"{shell.id} had already ended. {exit_line(shell.end)}")
        await self._shells.kill(shell)
        return succeeded(f"{shell.id} was ended with everything it had started.")
