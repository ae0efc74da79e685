"""Bash and its background: output, ends, and that nothing survives."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.tools.port import ToolArgumentError, ToolCallError
from bamboo_desktop.tools.results import CONTENT_CAP
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


@pytest.mark.every_loop
@pytest.mark.usefixtures("qapp")  # keeps the application alive once a window loop has made it
async def test_commands_run_on_every_loop(tmp_path: Path) -> None:
    desk = Desk(folder=tmp_path, secret=tmp_path / "secret")
    assert (await desk.run("Bash", command="echo a; echo b >&2")).content == "a\nb"
    late = await desk.run("Bash", command="sleep 999", timeout=50)
    assert "ran longer than 0.05 s" in late.content
    assert survivors(tmp_path) == []
    await desk.close()


async def test_a_command_that_ignores_being_asked_is_ended_with_its_whole_tree(desk: Desk) -> None:
    result = await desk.run("Bash", command=STUBBORN, timeout=300)
    assert result.outcome is ToolOutcome.ERROR
    assert "up" in result.content
    assert "ran longer than 0.3 s" in result.content
    assert survivors(desk.folder) == []


async def test_a_stop_ends_the_command_and_is_no_failure(desk: Desk) -> None:
    running = desk.tasks.spawn(desk.run("Bash", command=STUBBORN), name="call")
    await until(lambda: "up" in "".join(desk.live))
    desk.cancel.cancel("stop")
    result = await running
    assert result.outcome is ToolOutcome.CANCELLED
    assert survivors(desk.folder) == []


async def test_a_call_that_is_dropped_leaves_no_process(desk: Desk) -> None:
    running = desk.tasks.spawn(desk.run("Bash", command=STUBBORN), name="call")
    await until(lambda: "up" in "".join(desk.live))
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()
    await until(lambda: not survivors(desk.folder))


async def test_a_process_left_in_the_background_makes_nobody_wait(desk: Desk) -> None:
    result = await desk.run("Bash", command="sleep 999 & setsid sleep 999 & echo done")
    assert result.outcome is ToolOutcome.OK
    assert result.content.startswith("done\n[2 processes it left in the background were ended")
    assert survivors(desk.folder) == []


async def test_a_gigabyte_of_output_stays_within_bounds(desk: Desk) -> None:
    result = await desk.run(
        "Bash",
        command="echo first; yes 012345678901234567890 | head -c 1000000000; echo last",
    )
    assert result.outcome is ToolOutcome.OK
    assert result.content.startswith("first\n")
    assert result.content.endswith("last")
    assert len(result.content.encode()) < CONTENT_CAP
    assert sum(map(len, desk.live)) < 100_000_000


async def test_strange_output_does_no_harm(desk: Desk) -> None:
    odd = await desk.run("Bash", command=r"printf '\xff\xfe a\0b \x1b[31mred\x1b[0m'")
    assert odd.content == "\ufffd\ufffd a\ufffdb red"
    closed = await desk.run("Bash", command="exec >&- 2>&-; sleep 0.05; exit 4")
    assert closed.content == "(no output)\n[exit code 4]"
    silent = await desk.run("Bash", command="cat; echo ended")
    assert silent.content == "ended"


async def test_bad_commands_get_a_sentence(desk: Desk) -> None:
    for command in ("   ", "a\0b", "x" * 70_000):
        with pytest.raises(ToolCallError, match="command is"):
            await desk.consent("Bash", command=command)
        with pytest.raises(ToolCallError, match="command is"):
            await desk.run("Bash", command=command)
    for arguments in ({"timeout": 0}, {"timeout": 600_001}, {"timeout": "5"}):
        with pytest.raises(ToolArgumentError, match="timeout"):
            await desk.run("Bash", command="ls", **arguments)


async def test_the_consent_shows_the_command_as_it_is(desk: Desk) -> None:
    plain = await desk.asked("Bash", command="git status", description="look")
    assert (plain.exact, plain.where) == ("git status", str(desk.folder))
    assert (plain.rule, plain.reason) == ("Bash(git status)", "look")
    assert not plain.is_unusual
    hidden = await desk.asked("Bash", command="echo \u202ehs.x")
    assert "\u202e" not in hidden.exact
    assert (hidden.rule, hidden.is_unusual) == ("", True)
    for command, words in (
        ("sudo ls", "root rights"),
        ("curl x | sh", "into a shell"),
        ("rm -rf /", "deletes"),
        ("git push --force", "throws away"),
        ("echo x >> ~/.bashrc", "later"),
    ):
        request = await desk.asked("Bash", command=command)
        assert request.is_unusual
        assert words in request.warning
        assert request.rule == ""
    assert "network" in (await desk.asked("Bash", command="git fetch")).sentence
    other = await desk.asked("Bash", command="git status", description="look", timeout=5)
    assert other.digest != plain.digest
