"""The shipped examples, played through their branches with their commands run for real."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.providers.playbook import describe, load, playbook_files
from bamboo_desktop.providers.playbook.toolcalls import REQUIRED, TOOLS
from bamboo_desktop.tools import (
    ask,
    bash,
    edit,
    file_info,
    glob,
    grep,
    read,
    schema,
    tasklist,
    web_fetch,
    write,
)
from bamboo_desktop.tools.command import warnings
from tests.providers.playbook.stage import DENIED, ERROR, OK, Result, Stage, answer

FOLDER = Path(__file__).parents[3] / "resources" / "playbooks"
NAMES = {
    "backup-check",
    "disk-report",
    "folder-changes",
    "git-morning",
    "web-page-change",
    "welcome",
}


REAL = (ask, bash, edit, file_info, glob, grep, read, tasklist, web_fetch, write)
SPECS = {one.SPEC.name: one.SPEC for one in REAL}


class Machine:
    """Tools that work for real in a folder of the test, and a person who answers by script."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "work space's"
        self.home = folder / "home"
        for made in (self.workspace, self.home):
            made.mkdir()
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        self.environ |= {"GIT_CONFIG_GLOBAL": "/dev/null", "TMPDIR": str(folder)}
        self.answers: list[Result] = []
        self.page: Result = (OK, "")
        self.denied: frozenset[str] = frozenset()
        self.asked: list[str] = []

    def __call__(self, tool: str, arguments: Mapping[str, Any]) -> Result:
        if spec := SPECS.get(tool):
            schema.check(tool, spec.parameters, arguments)
        if tool in self.denied:
            return DENIED, "The person said no."
        if tool == "Ask":
            ask.request_of(arguments)
            self.asked.append(arguments["items"][0]["prompt"])
            return self.answers.pop(0)
        if tool == "Bash":
            return self._bash(arguments["command"])
        if tool == "Write":
            return self._write(self.workspace / arguments["file_path"], arguments["content"])
        return self.page if tool == "WebFetch" else (OK, "a.txt\nb.txt")

    def _bash(self, command: str) -> Result:
        done = self.run("bash", "-c", command)
        return (OK if done.returncode == 0 else ERROR), f"exit {done.returncode}\n{done.stdout}"

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=cwd or self.workspace,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _write(self, path: Path, content: str) -> Result:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return OK, "written"

    def stage(self, name: str) -> Stage:
        return Stage(FOLDER / f"{name}.yaml", workspace=str(self.workspace))

    async def play(self, name: str, text: str = "go", *answers: Result) -> str:
        self.answers = list(answers)
        said = await self.stage(name).play(text, self)
        assert not self.answers
        return said

    async def failure(self, name: str, text: str = "go", *answers: Result) -> str:
        self.answers = list(answers)
        return await self.stage(name).failure(text, self)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_all_examples_load_and_say_what_they_are() -> None:
    files = {path.stem: path for path in playbook_files([FOLDER])}
    assert set(files) == NAMES
    for path in files.values():
        info = describe(path)
        assert info.title == load(path).title
        assert 20 < len(info.description) < 120
        assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=")


def test_playbooks_know_the_arguments_of_the_real_tools() -> None:
    assert set(SPECS) == {*TOOLS, "Ask", "Task"}
    for name in TOOLS:
        parameters = SPECS[name].parameters
        assert set(TOOLS[name]) <= set(parameters["properties"])
        assert set(REQUIRED[name]) >= set(parameters["required"])


# --- welcome -----------------------------------------------------------------------------------


@pytest.mark.parametrize("wish", ["tidy", "code", "watch", "curious"])
async def test_the_tour_answers_to_every_wish(machine: Machine, wish: str) -> None:
    said = await machine.play("welcome", "hello", answer(wish), answer("yes"))
    assert "There it is." in said
    assert "For you: **" in said
    note = (machine.workspace / "bamboo-hello.md").read_text(encoding="utf-8")
    assert f"You wished for: {wish.title()}" in note


async def test_the_tour_takes_a_wish_in_words(machine: Machine) -> None:
    said = await machine.play("welcome", "hello", answer(text="write *poems*"), answer("no"))
    assert "`write *poems*` is a fine wish" in said
    assert "No note, then." in said
    assert not list(machine.workspace.iterdir())


async def test_the_tour_takes_no_for_an_answer(machine: Machine) -> None:
    machine.denied = frozenset({"Write"})
    said = await machine.play("welcome", "hello", answer("tidy"), answer("yes"))
    assert "nothing was written" in said
    assert "What to try next" in said


async def test_the_tour_works_without_a_workspace(machine: Machine) -> None:
    answers = [answer("tidy"), answer("yes")]

    def tool(name: str, arguments: Mapping[str, Any]) -> Result:
        if name == "Ask":
            return answers.pop(0)
        return (OK, "") if name == "Task" else (ERROR, "There is no workspace.")

    said = await machine.stage("welcome").play("hello", tool)
    assert "There is no folder for me to look at yet" in said
    assert "here is why: `There is no workspace.`" in said
    assert "What to try next" in said


async def test_the_tour_shows_its_tasks_moving_on(machine: Machine) -> None:
    stage = machine.stage("welcome")
    machine.answers = [answer("tidy"), answer("no")]
    await stage.play("hello", machine)
    lists = [arguments["tasks"] for tool, arguments in stage.calls if tool == "Task"]
    done = [sum(task["status"] == "completed" for task in tasks) for tasks in lists]
    assert done == [0, 2, 3, 4]
    assert {tuple(task["id"] for task in tasks) for tasks in lists} == {
        ("task_1", "task_2", "task_3", "task_4")
    }


# --- disk-report -------------------------------------------------------------------------------


async def test_the_disk_report_names_large_parts_and_stops_without_caches(
    machine: Machine,
) -> None:
    (machine.workspace / "it's big").mkdir()
    (machine.workspace / "it's big" / "file").write_bytes(b"x" * 300_000)
    said = await machine.play("disk-report")
    assert "./it's big" in said
    assert "% full" in said
    assert "There are no caches" in said


async def test_the_disk_report_empties_what_was_chosen_and_nothing_else(machine: Machine) -> None:
    for name in (".cache/pip", ".cache/thumbnails", ".npm/_cacache"):
        (machine.home / name / "deep").mkdir(parents=True)
        (machine.home / name / "deep" / "file").write_bytes(b"x" * 100_000)
    (machine.home / "keep").mkdir()
    (machine.home / "keep" / "file").touch()
    (machine.home / ".cache" / "go-build").symlink_to(machine.home / "keep")
    stage = machine.stage("disk-report")
    machine.answers = [answer("pip", "npm", "go")]
    said = await stage.play("go", machine)
    question = next(arguments for tool, arguments in stage.calls if tool == "Ask")
    about = {o["id"]: o["description"] for o in question["items"][0]["options"]}
    assert about["pip"].startswith("now 1")
    assert about["trash"].startswith("now not there")
    assert "pip: was " in said
    assert "go: not there" in said
    assert not list((machine.home / ".cache/pip").iterdir())
    assert not list((machine.home / ".npm/_cacache").iterdir())
    assert (machine.home / ".cache/thumbnails/deep/file").exists()
    assert (machine.home / "keep" / "file").exists()


async def test_the_disk_report_leaves_everything_when_nothing_is_chosen(machine: Machine) -> None:
    (machine.home / ".cache" / "pip" / "x").mkdir(parents=True)
    assert "everything stays" in await machine.play("disk-report", "go", answer())
    assert (machine.home / ".cache" / "pip" / "x").exists()


async def test_the_disk_report_ends_when_the_person_says_no(machine: Machine) -> None:
    machine.denied = frozenset({"Bash"})
    assert "did not agree to Bash" in await machine.play("disk-report")


async def test_the_disk_report_warns_of_a_full_disk(machine: Machine) -> None:
    def tool(name: str, arguments: Mapping[str, Any]) -> Result:
        return OK, "used=97\nbig=60M film.mkv"

    said = await machine.stage("disk-report").play("go", tool)
    assert "nearly full" in said
    assert "film.mkv" in said


async def test_a_folder_that_is_not_there_is_told(machine: Machine) -> None:
    for name in ("disk-report", "folder-changes", "backup-check"):
        sentence = await machine.failure(name, "folder=/not there/at all")
        assert "/not there/at all: This folder cannot be opened." in sentence


# --- git-morning -------------------------------------------------------------------------------


def repository(machine: Machine) -> Path:
    """A clone that is one commit behind its remote."""
    remote, clone = machine.home / "remote", machine.workspace / "clone"
    git = ("git", "-c", "user.name=Ada", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main")
    remote.mkdir()
    machine.run(*git, "init", "-q", cwd=remote)
    (remote / "a.txt").write_text("one", encoding="utf-8")
    machine.run(*git, "add", ".", cwd=remote)
    machine.run(*git, "commit", "-qm", "first", cwd=remote)
    machine.run(*git, "clone", "-q", str(remote), str(clone))
    machine.run(*git, "branch", "old-idea", cwd=clone)
    machine.run(*git, "commit", "-q", "--allow-empty", "-m", "second", cwd=remote)
    return clone


async def test_the_morning_check_fetches_and_updates_when_asked(machine: Machine) -> None:
    clone = repository(machine)
    said = await machine.play("git-morning", "folder=clone", answer("yes"), answer("yes"))
    assert "**1 behind** and 0 ahead of `origin/main`" in said
    assert "Ada: first" in said
    assert "old-idea" in said
    assert "Fast-forward" in said
    assert "second" in machine.run("git", "log", "-1", "--format=%s", cwd=clone).stdout


async def test_the_morning_check_touches_nothing_when_not_asked(machine: Machine) -> None:
    clone = repository(machine)
    said = await machine.play("git-morning", "folder=clone", answer("no"))
    assert "Level with `origin/main`" in said
    said = await machine.play("git-morning", "folder=clone", answer("yes"), answer("no"))
    assert "Then it stays where it is." in said
    assert "first" in machine.run("git", "log", "-1", "--format=%s", cwd=clone).stdout


async def test_the_morning_check_offers_no_update_over_open_changes(machine: Machine) -> None:
    clone = repository(machine)
    (clone / "new file.txt").touch()
    said = await machine.play("git-morning", "folder=clone", answer("yes"))
    assert "Changed or new files: **1**" in said
    assert "new file.txt" in said


async def test_the_morning_check_sees_what_is_not_pushed(machine: Machine) -> None:
    clone = repository(machine)
    name = ("-c", "user.name=B", "-c", "user.email=b@b.c")
    (clone / "a.txt").write_text("two", encoding="utf-8")
    machine.run("git", *name, "stash", cwd=clone)
    machine.run("git", *name, "commit", "--allow-empty", "-m", "mine", cwd=clone)
    said = await machine.play("git-morning", "folder=clone", answer("no"))
    assert "**1 ahead** of `origin/main`: not pushed yet." in said
    assert "Stashes: **1**" in said


async def test_the_morning_check_goes_on_when_the_remote_is_gone(machine: Machine) -> None:
    repository(machine)
    shutil.rmtree(machine.home / "remote")
    said = await machine.play("git-morning", "folder=clone", answer("yes"))
    assert "could not be asked" in said
    assert "Level with" in said


async def test_the_morning_check_of_a_lone_repository(machine: Machine) -> None:
    machine.run("git", "init", "-q")
    said = await machine.play("git-morning", "go", answer("no"))
    assert "follows no remote branch" in said


async def test_a_folder_without_a_repository_is_told(machine: Machine) -> None:
    sentence = await machine.failure("git-morning", "go", answer("no"))
    assert "There is no git repository here." in sentence
    machine.environ["PATH"] = str(machine.home)
    bash = shutil.which("bash")
    assert bash is not None
    (machine.home / "bash").symlink_to(bash)
    sentence = await machine.failure("git-morning", "go", answer("no"))
    assert "git is not installed" in sentence


# --- folder-changes ----------------------------------------------------------------------------


async def test_changes_in_a_folder_since_last_time(machine: Machine) -> None:
    folder = machine.workspace / "my $(files)"
    folder.mkdir()
    for name in ("stays", "it's changed", "goes"):
        (folder / name).write_text(name, encoding="utf-8")
    text = "folder=my $(files)"
    said = await machine.play("folder-changes", text, answer("yes"))
    assert "**3 files** now" in said
    assert "Remembered in" in said
    assert "Everything is as it was" in await machine.play("folder-changes", text)
    (folder / "it's changed").write_text("now it is longer", encoding="utf-8")
    (folder / "goes").unlink()
    (folder / "comes").touch()
    said = await machine.play("folder-changes", text, answer("no"))
    assert "**1 new, 1 changed, 1 deleted**" in said
    assert "the list stays as it was" in said
    said = await machine.play("folder-changes", text, answer("yes"))
    assert "**1 new, 1 changed, 1 deleted**" in said
    assert "Everything is as it was" in await machine.play("folder-changes", text)


async def test_many_changes_are_all_counted_and_the_first_are_named(machine: Machine) -> None:
    for number in range(50):
        (machine.workspace / f"old {number:02}").touch()
    await machine.play("folder-changes", "go", answer("yes"))
    for number in range(50):
        (machine.workspace / f"old {number:02}").rename(machine.workspace / f"new {number:02}")
    said = await machine.play("folder-changes", "go", answer("no"))
    assert "**50 new, 0 changed, 50 deleted**" in said
    assert "new 00" in said
    assert "new 39" in said
    assert "new 40" not in said


def test_comparing_a_folder_warns_of_nothing() -> None:
    assert warnings((FOLDER / "folder-changes.yaml").read_text("utf-8")) == ()


async def test_a_list_that_cannot_be_kept_is_told(machine: Machine) -> None:
    (machine.workspace / ".bamboo").touch()
    sentence = await machine.failure("folder-changes", "go", answer("yes"))
    assert "The workspace cannot be written to." in sentence


# --- backup-check ------------------------------------------------------------------------------


def backup(machine: Machine, name: str, *, hours: float = 1.0, good: bool = True) -> None:
    folder = machine.workspace / "backups"
    folder.mkdir(exist_ok=True)
    source = machine.home / "data"
    source.write_bytes(os.urandom(5000))
    machine.run("tar", "-czf", str(folder / name), "-C", str(machine.home), "data")
    if not good:
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
    at = (folder / name).stat().st_mtime - hours * 3600
    os.utime(folder / name, (at, at))


async def test_a_good_backup_is_called_good(machine: Machine) -> None:
    backup(machine, "old.tar.gz", hours=30, good=False)
    backup(machine, "new one's.tar.gz")
    said = await machine.play("backup-check", "go", answer(text="backups"))
    assert "`new one's.tar.gz`" in said
    assert "The newest of 2 files" in said
    assert "Readable to the end" in said
    assert "The one before it had" in said
    assert "**The backup is good.**" in said


@pytest.mark.parametrize(
    ("made", "text", "words"),
    [
        ({"hours": 50}, "", "It is 50 hours old, more than 26."),
        ({"good": False}, "", "It cannot be read to its end."),
        ({}, "min_bytes=999999", "bytes, less than 999999."),
        ({}, "pattern=*.zip", "There is no backup here."),
    ],
)
async def test_a_bad_backup_fails_the_play(
    machine: Machine, made: dict[str, Any], text: str, words: str
) -> None:
    backup(machine, "b.tar.gz", **made)
    assert words in await machine.failure("backup-check", f"folder=backups\n{text}")


async def test_a_backup_that_nothing_can_test_is_read_byte_by_byte(machine: Machine) -> None:
    backup(machine, "b.zip")
    (machine.home / "unzip").touch()
    command = shutil.which("unzip")
    said_no = command is not None
    if said_no:
        assert "cannot be read" in await machine.failure("backup-check", "folder=backups")
    else:
        assert "not installed" in await machine.play("backup-check", "folder=backups")


# --- web-page-change ---------------------------------------------------------------------------


async def test_a_page_is_compared_with_last_time(machine: Machine) -> None:
    machine.page = (OK, "news\nit's old $(x)\n")
    url = "https://example.org/a?b='c'"
    said = await machine.play("web-page-change", "go", answer(text=url))
    assert "This is the first time" in said
    assert "**Nothing changed**" in await machine.play("web-page-change", f"url={url}")
    machine.page = (OK, "news\nbrand new\nand more\n")
    said = await machine.play("web-page-change", f"url={url}")
    assert "New lines: **2**, lines gone: **1**" in said
    assert "brand new" in said
    assert "it's old $(x)" in said
    kept = list((machine.workspace / ".bamboo" / "pages").iterdir())
    assert [path.name for path in kept] == ["https-example-org-a-b-c.txt"]


async def test_a_page_that_cannot_be_fetched_is_told(machine: Machine) -> None:
    machine.page = (ERROR, "example.org cannot be reached.")
    sentence = await machine.failure("web-page-change", "url=https://example.org")
    assert "could not be fetched: example.org cannot be reached." in sentence
    machine.page = (ERROR, "address: https://example.org\nstatus: 404\ntype: text/html\n\nNo")
    sentence = await machine.failure("web-page-change", "url=https://example.org")
    assert "answers with an error: address: https://example.org status: 404" in sentence


@pytest.mark.parametrize(
    ("tool", "words"), [("WebFetch", "nothing to compare"), ("Write", "did not agree to Write")]
)
async def test_a_page_is_left_alone_when_the_person_says_no(
    machine: Machine, tool: str, words: str
) -> None:
    machine.page = (OK, "x")
    machine.denied = frozenset({tool})
    assert words in await machine.play("web-page-change", "url=https://example.org")
