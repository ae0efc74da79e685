"""The program from its start to its end: the window first, clear sentences, nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from typing_extensions import override

from bamboo_desktop import logs
from bamboo_desktop.app import _settings_and_log, main
from bamboo_desktop.app.first_frame import FirstFrame
from bamboo_desktop.app.program import Program
from bamboo_desktop.domain.errors import StorageError
from bamboo_desktop.engine.preferences import Preferences
from bamboo_desktop.paths import AppPaths
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.main_window import MainWindow
from bamboo_desktop.ui.window_memory import WindowMemory
from tests.ui.window.rig import button, labels
from tests.waiting import until

Run = Callable[[Program], Awaitable[None]]


def made(qapp: QApplication, folder: Path) -> Program:
    frame = FirstFrame(qapp, folder)
    frame.show()
    return Program(frame, AppPaths.resolve(folder, {}), logs.Logs(logs.Redactor(), None))


async def play(program: Program, scene: Run) -> None:
    """Run the program, play the scene, and see it end by itself."""

    def fail(name: str, error: BaseException) -> None:
        raise AssertionError(name) from error

    tasks = TaskSet("test", fail)
    running = tasks.spawn(program.run(), name="program")
    try:
        await scene(program)
        assert await asyncio.wait_for(running, 20) == 0
    finally:
        program._quit.set()
        await asyncio.wait((running,))
        await tasks.close()


async def opened(program: Program) -> None:
    await until(lambda: program._window.page, what="a page")


async def test_the_frame_is_there_before_the_engine(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    async def scene(program: Program) -> None:
        await until(program._window.isVisible)
        assert program._window.page == ""
        await opened(program)
        program._window.close()

    await play(made(qapp, data_dir), scene)


async def test_a_closed_window_lets_go_of_the_folder_and_remembers(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    async def scene(program: Program) -> None:
        await opened(program)
        program._window.show_page("settings")
        program._window.close()

    await play(made(qapp, data_dir), scene)
    DataFolder.claim(data_dir).release()

    async def again(program: Program) -> None:
        assert program._state.page == "settings"
        await opened(program)
        program._window.close()

    await play(made(qapp, data_dir), again)


async def test_a_window_that_is_killed_remembers_the_session_it_showed(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    async def scene(program: Program) -> None:
        await opened(program)
        assert program._engine is not None
        assert program._bench is not None
        session = await program._engine.sessions.create(title="One")
        program._bench.desk.show_session(session.id)
        kept = WindowMemory(data_dir)
        await until(lambda: kept.read().session_id == session.id)
        program._window.show_page("settings")
        await until(lambda: kept.read().page == "settings")
        program._window.close()

    await play(made(qapp, data_dir), scene)


class ShownWindows(QObject):
    """The kinds of everything that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[str] = set()

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.kinds.add(type(watched).__name__)
        return False


async def test_a_start_shows_one_window_and_nothing_beside_it(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    shown = ShownWindows()
    qapp.installEventFilter(shown)

    async def scene(program: Program) -> None:
        await opened(program)
        program._window.close()

    try:
        await play(made(qapp, data_dir), scene)
    finally:
        qapp.removeEventFilter(shown)
    assert shown.kinds == {"MainWindow"}


async def test_a_signal_ends_it_in_order(qapp: QApplication, theme: Theme, data_dir: Path) -> None:
    async def scene(program: Program) -> None:
        await opened(program)
        os.kill(os.getpid(), signal.SIGTERM)

    await play(made(qapp, data_dir), scene)
    assert (data_dir / "window.json").exists()


async def test_a_folder_that_is_in_use_is_told_and_tried_again(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    held = DataFolder.claim(data_dir)

    async def scene(program: Program) -> None:
        page = program._window.start_page
        await until(lambda: "Bamboo Desktop is already open" in labels(page))
        assert not button(page, "Try again").isHidden()
        held.release()
        button(page, "Try again").click()
        await opened(program)
        program._window.close()

    await play(made(qapp, data_dir), scene)


async def test_a_second_start_brings_the_first_window_forward_and_ends(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    async def scene(first: Program) -> None:
        await opened(first)
        await until(lambda: first._server is not None and first._server._server is not None)
        first._window.showMinimized()

        async def nothing(_: Program) -> None:
            return

        await play(made(qapp, data_dir), nothing)
        assert not first._window.isMinimized()
        first._window.close()

    await play(made(qapp, data_dir), scene)


async def test_data_of_a_newer_version_is_left_alone_and_told(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    async def begin(program: Program) -> None:
        await opened(program)
        program._window.close()

    await play(made(qapp, data_dir), begin)
    with sqlite3.connect(data_dir / "bamboo.db") as database:
        database.execute("INSERT INTO migration VALUES ('m999_later', 0)")
        steps = database.execute("SELECT count(*) FROM migration").fetchone()[0]
        database.execute(f"PRAGMA user_version = {steps}")
    database.close()

    async def scene(program: Program) -> None:
        page = program._window.start_page
        await until(lambda: "A newer version wrote this data" in labels(page))
        button(page, "Quit").click()

    await play(made(qapp, data_dir), scene)


async def test_a_file_in_place_of_the_folder_is_told(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    data_dir.write_text("I am a file")

    async def scene(program: Program) -> None:
        page = program._window.start_page
        await until(lambda: any(b.isVisible() for b in page.findChildren(QPushButton)))
        assert any("cannot be used" in text for text in labels(page))
        button(page, "Quit").click()

    await play(made(qapp, data_dir), scene)


async def test_a_fault_of_ours_is_shown_once_with_its_details(
    qapp: QApplication, theme: Theme, data_dir: Path, expects_log: list[object]
) -> None:
    async def scene(program: Program) -> None:
        await opened(program)
        program._log.bug(RuntimeError("boom sk-abcdefghijklmnop"), "a test")
        program._log.bug(RuntimeError("bang"), "a test")
        await until(program._faults.dialog.isVisible)
        text = program._faults.dialog._details.toPlainText
        await until(lambda: "bang" in text())
        assert "boom" in text()
        assert "sk-abc" not in text()
        button(program._faults.dialog, "Go on").click()
        program._window.close()

    await play(made(qapp, data_dir), scene)


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert "Bamboo Desktop" in capsys.readouterr().out


def test_an_impossible_folder_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", "a\x00b"]) == 2
    assert capsys.readouterr().err.startswith("bamboo-desktop: ")


def test_a_mistyped_folder_is_not_made(tmp_path: Path) -> None:
    chosen = AppPaths.resolve(tmp_path / "mistyped" / "data", {})
    _, log = _settings_and_log(chosen)
    log.close()
    assert not (tmp_path / "mistyped").exists()


async def test_a_start_that_fails_after_the_data_was_opened_can_be_tried_again(
    qapp: QApplication, theme: Theme, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreadable(*_: object) -> str:
        raise StorageError("The disk does not answer; look after it and try again.")

    async def scene(program: Program) -> None:
        page = program._window.start_page
        await until(lambda: "The disk does not answer" in " ".join(labels(page)))
        monkeypatch.undo()
        button(page, "Try again").click()
        await opened(program)
        program._window.close()

    monkeypatch.setattr(Preferences, "get", unreadable)
    await play(made(qapp, data_dir), scene)


async def test_a_start_that_fails_with_the_window_built_leaves_nothing_to_act_twice(
    qapp: QApplication, theme: Theme, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Preferences.get

    async def unreadable(preferences: Preferences, key: str, default: str = "") -> str:
        if key == "reduced_motion":  # read when all the window is there
            raise StorageError("The disk does not answer; look after it and try again.")
        return await plain(preferences, key, default)

    async def scene(program: Program) -> None:
        def told() -> bool:
            return "The disk does not answer" in " ".join(labels(program._window.start_page))

        await until(told, what="what has failed")
        assert program._window.isVisible()
        monkeypatch.undo()
        button(program._window.start_page, "Try again").click()
        await opened(program)
        before = len(program._tasks)
        program._window.actions_by_name.get("go.palette").trigger()

        def palettes() -> list[QDialog]:
            dialogs = program._window.findChildren(QDialog)
            return [one for one in dialogs if one.isVisible()]

        await until(palettes, what="the palette")
        await until(lambda: len(program._tasks) <= before, what="nothing more under way")
        assert len(palettes()) == 1
        windows = [one for one in qapp.topLevelWidgets() if isinstance(one, MainWindow)]
        assert [one for one in windows if one.isVisible()] == [program._window]
        program._window.close()

    monkeypatch.setattr(Preferences, "get", unreadable)
    await play(made(qapp, data_dir), scene)
