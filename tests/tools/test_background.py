"""Background commands, the environment of commands, and that nothing survives."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.tools import shells
from bamboo_desktop.tools.environment import clean_environment
from bamboo_desktop.tools.output import CAPTURE_CAP, Capture, LiveOutput
from bamboo_desktop.tools.port import CancelToken, ToolCallError
from bamboo_desktop.tools.shells import Shell
from tests.sim import SimClock
from tests.tools.desk import Desk
from tests.tools.stubborn import STUBBORN, survivors
from tests.waiting import until


async def test_output_and_exit_code_come_back(desk: Desk) -> None:
    good = await desk.run("Bash", command="echo out; echo err >&2; pwd")
    assert good.outcome is ToolOutcome.OK
    assert good.content == f"out\nerr\n{desk.folder}"
    bad = await desk.run("Bash", command="echo no; exit 3")
    assert bad.outcome is ToolOutcome.ERROR
    assert bad.content == "no\n[exit code 3]"
    assert "".join(desk.live) == good.content + "\nno\n"
    killed = await desk.run("Bash", command="kill -9 $$")
    assert "[killed by SIGKILL]" in killed.content
    assert "(no output)" in (await desk.run("Bash", command="true")).content


async def test_a_background_command_is_read_bit_by_bit_and_ended(desk: Desk) -> None:
    started = await desk.run(
        "Bash",
        command="echo one; while [ ! -e go ]; do sleep 0.01; done; echo two; sleep 999",
        run_in_background=True,
    )
    bash_id = started.content.split()[-1].rstrip(".")
    shell = desk.box._shells.find(desk.session, bash_id)
    await until(lambda: shell.capture.total >= 4)
    first = await desk.run("BashOutput", bash_id=bash_id)
    assert first.content == "one\n[running]"
    assert "nothing new" in (await desk.run("BashOutput", bash_id=bash_id)).content
    (desk.folder / "go").touch()
    await until(lambda: shell.capture.total >= 8)
    assert (await desk.run("BashOutput", bash_id=bash_id)).content == "two\n[running]"
    await desk.run("KillShell", shell_id=bash_id)
    await until(lambda: desk.ended)
    assert desk.ended[0].status == "killed"
    assert survivors(desk.folder) == []
    assert "already ended" in (await desk.run("KillShell", shell_id=bash_id)).content


async def test_a_background_command_that_ends_is_reported_once(desk: Desk) -> None:
    await desk.run("Bash", command="exit 5", run_in_background=True)
    await until(lambda: desk.ended)
    assert [(one.exit_code, one.status) for one in desk.ended] == [(5, "failed")]


async def test_a_session_sees_and_ends_only_its_own_background_commands(desk: Desk) -> None:
    started = await desk.run("Bash", command="sleep 999", run_in_background=True)
    bash_id = started.content.split()[-1].rstrip(".")
    mine, desk.session = desk.session, SessionId("session-2")
    for name, key in (("BashOutput", "bash_id"), ("KillShell", "shell_id")):
        with pytest.raises(ToolCallError, match="No background command"):
            await desk.run(name, **{key: bash_id})
    assert len(survivors(desk.folder)) > 0
    await desk.box.end_session(mine)
    await until(lambda: not survivors(desk.folder))


async def in_background(desk: Desk, command: str) -> Shell:
    """A background command that has ended."""
    before = len(desk.ended)
    started = await desk.run("Bash", command=command, run_in_background=True)
    await until(lambda: len(desk.ended) > before)
    return desk.box._shells.find(desk.session, started.content.split()[-1].rstrip("."))


async def test_output_of_all_sessions_is_bounded_and_what_ended_first_is_let_go(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shells, "_KEPT_BYTES", 2_500)
    running = await desk.run("Bash", command="printf x; sleep 999", run_in_background=True)
    made = []
    for number in range(3):
        desk.session = SessionId(f"session-{number}")
        made.append(await in_background(desk, "printf '%01000d' 7"))
    assert [shell.capture.kept for shell in made] == [0, 1_000, 1_000]
    told = []
    for shell in made:
        desk.session = shell.session_id
        told.append((await desk.run("BashOutput", bash_id=shell.id)).content)
    assert told[0] == "[\u2026 1000 bytes were let go to save memory \u2026]\n[exit code 0]"
    assert all(text.startswith("000") for text in told[1:])
    desk.session = SessionId("session-0")
    again = await desk.run("BashOutput", bash_id=made[0].id)
    assert again.content == "(nothing new)\n[exit code 0]"
    desk.session = SessionId("session-1")
    bash_id = running.content.split()[-1].rstrip(".")
    assert desk.box._shells.find(SessionId("session-1"), bash_id).end is None


async def test_too_many_background_commands_are_refused(desk: Desk) -> None:
    for _ in range(16):
        await desk.run("Bash", command="sleep 999", run_in_background=True)
    with pytest.raises(ToolCallError, match="16 commands"):
        await desk.run("Bash", command="sleep 999", run_in_background=True)


def test_secrets_and_loader_variables_never_reach_a_command() -> None:
    kept = clean_environment(
        {
            "PATH": "/bin",
            "HOME": "/home/me",
            "LC_ALL": "C.UTF-8",
            "OPENAI_API_KEY": "canary",
            "AWS_SECRET_ACCESS_KEY": "canary",
            "GITHUB_TOKEN": "canary",
            "LD_PRELOAD": "canary",
            "LD_LIBRARY_PATH": "canary",
            "DYLD_INSERT_LIBRARIES": "canary",
            "PYTHONPATH": "canary",
            "NODE_OPTIONS": "canary",
            "BASH_ENV": "canary",
            "ENV": "canary",
            "GIT_SSH_COMMAND": "canary",
            "BASH_FUNC_ls%%": "canary",
            "DBUS_SESSION_BUS_ADDRESS": "canary",
            "DISPLAY": "canary",
            "HTTPS_PROXY": "http://me:canary@proxy",
            "http_proxy": "http://proxy:3128",
        }
    )
    assert "canary" not in str(kept)
    assert kept["PATH"] == "/bin"
    assert kept["http_proxy"] == "http://proxy:3128"
    assert kept["TERM"] == "dumb"


async def test_the_command_sees_the_clean_environment(tmp_path: Path) -> None:
    environ = {**os.environ, "OPENAI_API_KEY": "canary", "LD_PRELOAD": ""}
    desk = Desk(folder=tmp_path, secret=tmp_path / "s", environ=environ)
    assert "canary" not in (await desk.run("Bash", command="env")).content
    await desk.close()


def test_the_capture_keeps_beginning_and_end_and_counts_the_rest() -> None:
    capture = Capture()
    for number in range(40_000):
        capture.add(f"{number:>031}\n".encode())
    text = capture.text()
    assert text.startswith(f"{0:>031}\n")
    assert text.endswith(f"{39_999:>031}\n")
    assert f"{40_000 * 32 - CAPTURE_CAP} bytes left out" in text
    seen = capture.total
    capture.add(b"new\n")
    assert capture.text(since=seen) == "new\n"
    assert capture.text(since=capture.total) == ""


def test_live_output_that_comes_too_fast_is_counted_not_shown() -> None:
    clock, shown = SimClock(), list[str]()
    live = LiveOutput(shown.append, clock.monotonic)
    for _ in range(100):
        live.add(b"x" * 1024)
    assert len("".join(shown)) == 32 * 1024
    live.end()
    assert f"{68 * 1024} bytes" in shown[-1]
    shown.clear()
    live = LiveOutput(shown.append, clock.monotonic)
    for byte in "€".encode():
        live.add(bytes([byte]))
    assert shown == ["€"]


APP = """
import asyncio, os, sys
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.processes import ProcessHost

async def main():
    tasks = TaskSet("app", lambda name, error: None)
    host = ProcessHost(tasks, os.environ)
    process = await host.start(("/bin/sh", "-c", sys.argv[2]), folder=sys.argv[1])
    seen = b""
    while b"up" not in seen:
        seen += await process.read()
    print(process.supervisor_pid, flush=True)
    await asyncio.sleep(999)

asyncio.run(main())
"""


@pytest.mark.parametrize("round_", range(3))
async def test_nothing_survives_when_the_program_is_killed(tmp_path: Path, round_: int) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", APP, str(work), STUBBORN],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as app:
        try:
            assert app.stdout is not None
            await asyncio.to_thread(app.stdout.readline)
            # The supervisor, the shell, four sleeps, and what holds two of them.
            await until(lambda: len(survivors(work)) >= 6)
        finally:
            app.send_signal(signal.SIGKILL)
    await until(lambda: not survivors(work))


async def test_nothing_survives_when_the_supervisor_is_killed_first(desk: Desk) -> None:
    running = desk.tasks.spawn(desk.run("Bash", command=STUBBORN), name="call")
    await until(lambda: "up" in "".join(desk.live))
    here = psutil.Process()
    supervisors = [one for one in here.children() if "supervisor.py" in " ".join(one.cmdline())]
    assert len(supervisors) == 1
    supervisors[0].kill()
    result = await running
    assert "exit code is unknown" in result.content
    await until(lambda: not survivors(desk.folder))


async def test_a_command_without_a_folder_starts_at_home(tmp_path: Path) -> None:
    desk = Desk(folder=tmp_path, secret=tmp_path / "s")
    desk.folder = Path()
    tool = desk.box.get("Bash")
    assert tool is not None
    from dataclasses import replace

    context = replace(desk.context, workspace="", cancel=CancelToken())
    request = await tool.consent({"command": "pwd"}, context)
    assert request is not None
    assert request.where == str(Path.home())
    await desk.close()
