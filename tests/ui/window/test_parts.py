"""Small parts of the window: figures, rows of the inspector, search hits, notices, leaving."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester

from bamboo_desktop.app.leaving import may_leave
from bamboo_desktop.domain.ids import RunId, SessionId, ToolCallId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.search import SearchHit
from bamboo_desktop.domain.storage import (
    BackupFailed,
    LowSpace,
    Restored,
    StartedFresh,
    UnsafeFolder,
)
from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.domain.tool import FileTouch
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.engine import Engine, LiveRun
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui import formats
from bamboo_desktop.ui.models.inspector_rows import InspectorRows, file_rows, task_rows
from bamboo_desktop.ui.models.search_hits import SearchHits
from bamboo_desktop.ui.session_commands import file_name
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.notice_bar import NoticeBar, notice_sentence
from tests.sim import START
from tests.ui.window.rig import box, button, labels


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.0k"),
        (12_400, "12.4k"),
        (123_456, "123k"),
        (2_500_000, "2.5M"),
    ],
)
def test_tokens_are_short(count: int, text: str) -> None:
    assert formats.tokens(count) == text


@pytest.mark.parametrize(
    ("micros", "text"),
    [(None, ""), (0, "$0.00"), (9_999, "<$0.01"), (10_000, "$0.01"), (1_234_567_890, "$1,234.57")],
)
def test_an_unknown_price_is_not_free(micros: int | None, text: str) -> None:
    assert formats.money(micros) == text


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=4), "4m"),
        (timedelta(hours=3), "3h"),
    ],
)
def test_ages_are_short(age: timedelta, text: str) -> None:
    assert formats.ago(START - age, START) == text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Nightly: check/../x", "Nightly check .. x"),
        ("...", "session"),
        ("\u2028\x00", "session"),
        ("Ä b", "Ä b"),
    ],
)
def test_a_title_becomes_a_file_name_that_leads_nowhere_else(title: str, name: str) -> None:
    assert file_name(title) == name


def touch(path: str, *, added: int = 0, removed: int = 0) -> FileTouch:
    return FileTouch(
        path=path,
        last_at=START,
        last_call_id=ToolCallId("c"),
        added=added,
        removed=removed,
        is_changed=bool(added or removed),
    )


def test_changed_files_come_before_those_only_read() -> None:
    rows = file_rows((touch("/a/read.py"), touch("/a/changed.py", added=3, removed=1)))
    assert [(row.title, row.hint) for row in rows] == [
        ("changed.py", "+3 \u22121"),
        ("read.py", "read"),
    ]


def test_the_task_in_progress_is_told_in_its_active_form(qtmodeltester: ModelTester) -> None:
    model = InspectorRows()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    tasks = (
        TaskItem(id="1", content="Read", status=TaskStatus.COMPLETED, active_form="Reading"),
        TaskItem(id="2", content="Write", status=TaskStatus.IN_PROGRESS, active_form="Writing"),
    )
    model.replace(task_rows(tasks))
    assert [model.index(row, 0).data() for row in range(2)] == ["Read", "Writing"]
    changes: list[int] = []
    model.dataChanged.connect(lambda *_: changes.append(1))
    model.replace(task_rows(tasks))
    assert changes == []


def test_a_hit_is_heard_with_where_it_was_found(qtmodeltester: ModelTester) -> None:
    model = SearchHits()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    hit = SearchHit(
        session_id=SessionId("s"),
        session_title="Disk report",
        position=3,
        kind=EntryKind.TOOL,
        at=START,
        snippet="df -h\n/dev/sda",
    )
    model.replace((hit,))
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Disk report, tool: df -h /dev/sda"


def test_every_notice_of_the_disk_is_a_sentence_with_its_facts(theme: Theme) -> None:
    notices = (
        Restored(backup_at=START, lost_from=START, lost_until=START, set_aside="/d/aside"),
        StartedFresh(set_aside="/d/aside", lost_until=START),
        BackupFailed(sentence="No backup."),
        LowSpace(free_bytes=12_000_000),
        UnsafeFolder(path="/d", file_system="nfs"),
    )
    sentences = tuple(notice_sentence(notice) for notice in notices)
    assert all(sentence.endswith(".") for sentence in sentences)
    assert "/d/aside" in sentences[0]
    assert "12 MB" in sentences[3]
    bar = NoticeBar()
    bar.tell(sentences)
    assert not bar.isHidden()
    assert sentences[0] in labels(bar)[0]
    button(bar, "Understood").click()
    assert bar.isHidden()


class Busy:
    """The part of an engine that leaving asks."""

    def __init__(self, count: int) -> None:
        self.runs = self
        self.sessions = self
        self._count = count

    def active(self) -> tuple[LiveRun, ...]:
        return tuple(
            LiveRun(
                session_id=SessionId(f"s{number}"),
                run_id=RunId(f"r{number}"),
                status=AgentStatus.RUNNING,
                started_at=START,
            )
            for number in range(self._count)
        )

    async def get(self, session_id: SessionId) -> Any:
        class Titled:
            title = f"Title of {session_id}"

        return Titled()


async def leaving(count: int, window: QWidget, answer: str) -> tuple[bool, str]:
    def fail(name: str, error: BaseException) -> None:
        raise AssertionError(name) from error

    tasks = TaskSet("test", fail)
    asked = tasks.spawn(may_leave(cast(Engine, Busy(count)), window), name="ask")
    shown = await box(window)
    text = shown.informativeText()
    button(shown, answer).click()
    result = await asyncio.wait_for(asked, 20)
    await tasks.close()
    return result, text


async def test_nobody_is_asked_when_nothing_runs(theme: Theme) -> None:
    assert await may_leave(cast(Engine, Busy(0)), QWidget())


@pytest.mark.parametrize(("answer", "expected"), [("Quit", True), ("Keep running", False)])
async def test_a_quit_names_what_it_would_interrupt(
    theme: Theme, answer: str, expected: bool
) -> None:
    window = QWidget()
    window.show()
    result, text = await leaving(8, window, answer)
    assert result is expected
    assert "Title of s0" in text
    assert "Title of s5" in text
    assert "and 2 more" in text
    assert "Title of s6" not in text
