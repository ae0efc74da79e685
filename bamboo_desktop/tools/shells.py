"""Commands that go on in the background, each belonging to one session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bamboo_desktop.domain.ids import BashId, SessionId
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.output import Capture
from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.processes import Exit, HostedProcess

_MOST_PER_SESSION = 16
_KEPT_ENDED = 32
_KEPT_BYTES = 16 * 1024 * 1024
"""Output of all commands of all sessions; beyond it that of the one that ended first is let go."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackgroundEnd:
    """A background command ended; `status` is completed, failed or killed."""

    session_id: SessionId
    bash_id: BashId
    command: str
    exit_code: int | None
    status: str


@dataclass(kw_only=True)
class Shell:
    """One background command: what it printed, how much of it was read, how it ended."""

    id: BashId
    session_id: SessionId
    command: str
    process: HostedProcess
    capture: Capture = field(default_factory=Capture)
    read_until: int = 0
    end: Exit | None = None
    is_killed: bool = False

    @property
    def status(self) -> str:
        """running, completed, failed or killed."""
        if self.end is None:
            return "running"
        if self.is_killed:
            return "killed"
        return "completed" if self.end.code == 0 else "failed"


class Shells:
    """All background commands of the program.

    Args:
        tasks: keeps the readers.
        ids: names the commands.
        on_end: told when one ended by itself or was killed.
    """

    def __init__(
        self, tasks: TaskSet, ids: IdSource, on_end: Callable[[BackgroundEnd], None]
    ) -> None:
        self._tasks = tasks
        self._ids = ids
        self._on_end = on_end
        self._shells: dict[BashId, Shell] = {}

    def require_room(self, session_id: SessionId) -> None:
        """Check that the session may have one more.

        Raises:
            ToolCallError: it has as many as it may have.
        """
        running = [one for one in self._of(session_id) if one.end is None]
        if len(running) >= _MOST_PER_SESSION:
            raise ToolCallError(
                f"{_MOST_PER_SESSION} commands already run in the background; end one with "
                "KillShell first."
            )

    def adopt(self, session_id: SessionId, command: str, process: HostedProcess) -> Shell:
        """Take over a started command."""
        bash_id = BashId(f"bash_{self._ids.fresh()[:12]}")
        shell = Shell(id=bash_id, session_id=session_id, command=command, process=process)
        self._shells[bash_id] = shell
        self._let_go_of_output()
        self._tasks.spawn(self._attend(shell), name=f"background {bash_id}")
        return shell

    def find(self, session_id: SessionId, bash_id: str) -> Shell:
        """A command of that session.

        Raises:
            ToolCallError: there is none of that id.
        """
        shell = self._shells.get(BashId(bash_id))
        if shell is None or shell.session_id != session_id:
            known = ", ".join(one.id for one in self._of(session_id)) or "none"
            raise ToolCallError(
                f"No background command '{bash_id[:80]}' (known: {known}). Background commands end "
                "when Bamboo is closed."
            )
        return shell

    async def kill(self, shell: Shell) -> None:
        """End a command with everything it started; an ended one stays as it is."""
        if shell.end is None:
            shell.is_killed = True
        await shell.process.kill()

    async def end_session(self, session_id: SessionId) -> None:
        """End and forget all commands of a session."""
        for shell in self._of(session_id):
            await self.kill(shell)
            self._shells.pop(shell.id, None)

    async def aclose(self) -> None:
        """End all."""
        for shell in tuple(self._shells.values()):
            await self.kill(shell)

    def _of(self, session_id: SessionId) -> tuple[Shell, ...]:
        return tuple(one for one in self._shells.values() if one.session_id == session_id)

    async def _attend(self, shell: Shell) -> None:
        shell.end = await shell.process.collect(shell.capture.add)
        # What the command left running goes with it.
        shell.process.let_go()
        if shell.id in self._shells:  # from here on in the order of their ends
            self._shells[shell.id] = self._shells.pop(shell.id)
        self._forget_old(shell.session_id)
        self._let_go_of_output()
        self._on_end(
            BackgroundEnd(
                session_id=shell.session_id,
                bash_id=shell.id,
                command=shell.command,
                exit_code=shell.end.code,
                status=shell.status,
            )
        )

    def _forget_old(self, session_id: SessionId) -> None:
        ended = [one for one in self._of(session_id) if one.end is not None]
        for one in ended[:-_KEPT_ENDED]:
            self._shells.pop(one.id, None)

    def _let_go_of_output(self) -> None:
        kept = sum(one.capture.kept for one in self._shells.values())
        for one in self._shells.values():
            if kept <= _KEPT_BYTES:
                return
            if one.end is not None:
                kept -= one.capture.kept
                one.capture.let_go()
