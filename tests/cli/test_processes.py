"""Real processes: signals, broken pipes, two at the same moment, owners that come and go."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.engine.remote import Meeting, connect, end_owner, take_over_or_raise
from bamboo_desktop.engine.remote.owner import is_free
from tests.cli.ctl import ROOT, Ctl, Done, finish, playbook
from tests.remote.served import Served
from tests.waiting import until


class Hold:
    """A playbook that says where it is and waits until it is let go."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir()
        wait = "touch here; until [ -e go ]; do sleep 0.02; done"
        self.book = playbook(
            place / "hold.yaml",
            "say: Holding.",
            f"tool: Bash\n    args: {{command: '{wait}'}}",
            "say: Let go.",
        )

    def run(self, ctl: Ctl, *more: str) -> Any:
        """Play it in a process of its own."""
        return ctl.start("run", self.book, "--workspace", str(self.place), "--allow", "Bash", *more)

    async def is_held(self) -> None:
        """Return when it waits."""
        await until((self.place / "here").exists, within=40)

    def let_go(self) -> None:
        """Let it go on to its end."""
        (self.place / "go").touch()


@pytest.fixture
def hold(tmp_path: Path) -> Hold:
    """A playbook that waits in its middle."""
    return Hold(tmp_path / "one")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_finds_no_room_is_one_sentence_and_the_run_is_stopped(
    ctl: Ctl, tmp_path: Path
) -> None:
    book = playbook(tmp_path / "a.yaml", "say: One.", "say: Two.")
    with Path("/dev/full").open("wb") as full:
        played = finish_into(ctl.start("run", book, stdout=full))
        listed = finish_into(ctl.start("sessions", stdout=full))
    for done in (played, listed):
        assert done.code == 1
        assert "The output cannot be written: No space left" in done.sentence


@pytest.mark.skipif(os.name == "nt", reason="descriptors are closed by a shell")
def test_closed_outputs_are_written_to_no_more(ctl: Ctl, tmp_path: Path) -> None:
    book = playbook(tmp_path / "a.yaml", "say: One.", "tool: GetFileInfo\n    args: {path: a.yaml}")
    words = [sys.executable, "-m", "bamboo_desktop.cli", "run", book, "--workspace", str(tmp_path)]
    line = shlex.join([*words, "--data-dir", str(ctl.data_dir)])
    assert subprocess.run(f"{line} >&- 2>&-", shell=True, cwd=ROOT, check=False).returncode == 0
    (row,) = ctl("sessions", "--json").lines
    assert row["status"] == "completed"


def finish_into(process: Any) -> Done:
    """Wait for a process whose output went elsewhere."""
    _, err = process.communicate(timeout=60)
    return Done(code=process.returncode, out="", err=err.decode())


@pytest.fixture
def second(tmp_path: Path) -> Hold:
    """Another one."""
    return Hold(tmp_path / "two")


async def ended(process: Any) -> Done:
    return await asyncio.to_thread(finish, process)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_the_run_in_order(
    ctl: Ctl, hold: Hold, number: signal.Signals
) -> None:
    process = hold.run(ctl, "--json")
    await hold.is_held()
    process.send_signal(number)
    done = await ended(process)
    assert done.code == 4
    assert done.types[-1] == "cancelled"
    assert (await ctl.aside("sessions", "--json")).lines[0]["status"] == "cancelled"


async def test_a_reader_that_leaves_ends_the_run_quietly(ctl: Ctl, hold: Hold) -> None:
    process = hold.run(ctl, "--json")
    await asyncio.to_thread(process.stdout.readline)
    process.stdout.close()
    process.stdout = None
    done_code = await asyncio.to_thread(process.wait)
    error = process.stderr.read()
    process.stderr.close()
    assert done_code == 1
    assert b"Traceback" not in error
    assert b"Broken" not in error
    assert (await ctl.aside("sessions", "--json")).lines[0]["status"] == "cancelled"


def test_a_list_whose_reader_leaves_is_quiet(ctl: Ctl, tmp_path: Path) -> None:
    ctl("run", playbook(tmp_path / "a.yaml", "say: x"))
    read, write = os.pipe()
    os.close(read)
    process = ctl.start("events", "--json", stdout=write)
    os.close(write)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (1, b"")


async def test_two_at_the_same_moment_both_run(ctl: Ctl, tmp_path: Path) -> None:
    books = [playbook(tmp_path / f"{n}.yaml", f"say: Book {n}.") for n in range(2)]
    processes = [ctl.start("run", book) for book in books]
    processes.append(ctl.start("sessions"))
    done = await asyncio.gather(*(ended(process) for process in processes))
    assert [item.code for item in done] == [0, 0, 0], done
    assert [item.out for item in done[:2]] == [f"Book {n}.\n" for n in range(2)]
    rows = (await ctl.aside("sessions", "--json")).lines
    assert [row["status"] for row in rows] == ["completed"] * 2


async def test_a_run_lets_others_in_and_stays_for_the_runs_it_carries(
    ctl: Ctl, hold: Hold, second: Hold
) -> None:
    first = hold.run(ctl)
    await hold.is_held()
    other = second.run(ctl)
    await second.is_held()
    rows = (await ctl.aside("sessions", "--json")).lines
    assert [row["status"] for row in rows] == ["running", "running"]
    hold.let_go()
    told = b""
    while b"stays until the other runs in it have ended" not in told:
        told = await asyncio.to_thread(first.stderr.readline)
        assert told
    assert first.poll() is None
    second.let_go()
    one, two = await asyncio.gather(ended(first), ended(other))
    assert (one.code, two.code) == (0, 0)
    assert two.out.endswith("Let go.\n")


async def test_an_owner_that_is_killed_is_one_sentence_and_the_run_is_interrupted(
    ctl: Ctl, hold: Hold, second: Hold
) -> None:
    owner = hold.run(ctl)
    await hold.is_held()
    guest = second.run(ctl)
    await second.is_held()
    owner.kill()
    done = await ended(guest)
    await ended(owner)
    assert done.code == 1
    assert "ended in the middle" in done.err.splitlines()[-1]
    rows = (await ctl.aside("sessions", "--json")).lines
    assert [row["status"] for row in rows] == ["interrupted", "interrupted"]
    (row, _) = rows
    assert "interrupted" in (await ctl.aside("show", row["id"])).out


async def test_a_lone_run_gives_the_folder_up_to_a_window_that_asks(ctl: Ctl, hold: Hold) -> None:
    process = hold.run(ctl)
    await hold.is_held()
    assert await take_over_or_raise(ctl.data_dir) is Meeting.BAMBOOCTL
    ending = asyncio.ensure_future(end_owner(ctl.data_dir))
    done = await ended(process)
    assert await ending
    assert done.code == 1
    assert "asked for the data folder" in done.err
    assert (await ctl.aside("sessions", "--json")).lines[0]["status"] == "interrupted"


async def test_a_lone_answer_and_one_over_the_socket_at_once(ctl: Ctl, tmp_path: Path) -> None:
    ask = "ask: Which?\n    options: [{id: left, label: L}, {id: right, label: R}]\n    save: way"
    await ctl.aside("run", playbook(tmp_path / "a.yaml", ask, 'say: "{{way.label}}"'))
    (question,) = (await ctl.aside("answer", "--json")).lines
    item = question["items"][0]["id"]
    processes = [
        ctl.start("answer", question["id"][:8], "--item", f"{item}={way}")
        for way in ("left", "right")
    ]
    done = await asyncio.gather(*(ended(process) for process in processes))
    assert sorted(item.code for item in done) == [0, 1]
    assert all("already answered" in item.sentence for item in done if item.code)
    (row,) = (await ctl.aside("sessions", "--json")).lines
    assert row["status"] == "completed"


async def test_following_goes_on_over_every_owner(ctl: Ctl, tmp_path: Path) -> None:
    book = playbook(tmp_path / "a.yaml", "say: x")
    await ctl.aside("run", book)
    follower = ctl.start("events", "--follow", "--json", stderr=subprocess.DEVNULL)
    seen: list[dict[str, Any]] = []

    async def seen_it(title: str, kind: str) -> None:
        while not any(
            item["type"] == kind and item["data"].get("title", title) == title for item in seen
        ):
            line = await asyncio.wait_for(asyncio.to_thread(follower.stdout.readline), 30)
            seen.append(json.loads(line))

    await seen_it("A test", "complete")
    for number in range(2):
        # The follower has read what it printed, and is about to give the folder back.
        await until(lambda: is_free(ctl.data_dir))
        async with Served(ctl.data_dir) as owner:
            await owner.desk.engine.sessions.create(title=f"Window {number}")
            await seen_it(f"Window {number}", "session_created")
    await ctl.aside("run", playbook(tmp_path / "b.yaml", "say: y", title="Alone"))
    await seen_it("Alone", "session_created")
    # Nobody holds the folder while the follower waits.
    everything = (await ctl.aside("events", "--json")).lines
    while len(seen) < len(everything):
        seen.append(json.loads(await asyncio.to_thread(follower.stdout.readline)))
    follower.send_signal(signal.SIGINT)
    rest = await asyncio.to_thread(follower.stdout.read)
    assert await asyncio.to_thread(follower.wait) == 0
    follower.stdout.close()
    assert rest == b""
    assert seen == everything


async def test_a_stuck_owner_is_named(ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    from bamboo_desktop.cli import opening
    from bamboo_desktop.store.folder import DataFolder

    monkeypatch.setattr(opening, "PATIENCE_SECONDS", 0.2)
    folder = DataFolder.claim(ctl.data_dir)
    try:
        done = await ctl.aside("sessions")
    finally:
        folder.release()
    assert done.code == 1
    assert f"process {os.getpid()}" in done.sentence
    assert await connect(ctl.data_dir) is None
