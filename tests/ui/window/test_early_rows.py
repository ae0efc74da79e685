"""The first rows of the list: what is done with them before the engine is there is not lost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from bamboo_desktop import logs, loop
from bamboo_desktop.app import _show_first_rows
from bamboo_desktop.app.first_frame import FirstFrame
from bamboo_desktop.app.program import Program
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.engine import Engine, EngineOptions
from bamboo_desktop.paths import AppPaths
from bamboo_desktop.settings import LoopKind
from bamboo_desktop.store.folder import DataFolder
from bamboo_desktop.ui.models.session_groups import GroupRow
from bamboo_desktop.ui.models.session_list import ROW_ROLE
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.early_list import EarlyList
from bamboo_desktop.ui.views.session_delegate import SessionDelegate
from bamboo_desktop.ui.views.session_pane import SessionPane
from bamboo_desktop.ui.views.workbench import Workbench
from bamboo_desktop.ui.window_memory import WindowMemory, WindowState
from tests.ui.window.rig import button, labels
from tests.ui.window.test_program import opened, play
from tests.waiting import until

MANY = 30
Scene = Callable[[Program], Awaitable[None]]


def filled(folder: Path, count: int = MANY, workspace: str = "") -> tuple[SessionId, ...]:
    """A folder with sessions that was closed in order; their ids, the newest first."""

    def on_bug(error: BaseException, where: str) -> None:
        raise AssertionError(where) from error

    async def fill() -> tuple[SessionId, ...]:
        engine = await Engine.open(EngineOptions(data_dir=folder, on_bug=on_bug))
        create = engine.sessions.create
        titles = [f"Session {one}" for one in range(count)]
        made = [(await create(title=title, workspace=workspace)).id for title in titles]
        await engine.close()
        return tuple(reversed(made))

    return asyncio.run(fill())


def framed(qapp: QApplication, folder: Path) -> FirstFrame:
    """The frame as it is when the engine's turn comes; no loop runs yet, as in a true start."""
    frame = FirstFrame(qapp, folder)
    frame.show()
    frame.wait_until_painted()
    _show_first_rows(frame, AppPaths.resolve(folder, {}))
    return frame


def early_of(frame: FirstFrame) -> EarlyList:
    """Its first rows."""
    assert frame._early is not None
    return frame._early


def go_on(qapp: QApplication, frame: FirstFrame, folder: Path, scene: Scene) -> None:
    """Open the engine behind the frame, and play the scene to its end."""

    async def run() -> int:
        paths = AppPaths.resolve(folder, {})
        await play(Program(frame, paths, logs.Logs(logs.Redactor(), None)), scene)
        return 0

    assert loop.run(run, app=qapp, kind=LoopKind.BAMBOO) == 0


def bench_of(program: Program) -> Workbench:
    assert program._bench is not None
    return program._bench


def click(pane: SessionPane, session_id: SessionId) -> None:
    """Click a row as a person does."""
    place = pane.table.visualRect(pane._model.index_of(session_id)).center()
    QTest.mouseClick(pane.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def counts(pane: SessionPane) -> Sequence[int | None]:
    """What the headings say."""
    model = pane._model
    rows = (model.index(row, 0).data(ROW_ROLE) for row in range(model.rowCount()))
    return [row.count for row in rows if isinstance(row, GroupRow)]


def test_the_rows_are_on_the_screen_before_anything_goes_on(
    qapp: QApplication, theme: Theme, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(data_dir)
    painted: list[object] = []
    paint = SessionDelegate.paint

    def watched(self: SessionDelegate, *arguments: object) -> None:
        painted.append(arguments)
        paint(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(SessionDelegate, "paint", watched)
    frame = framed(qapp, data_dir)
    assert len(painted) > 5
    assert early_of(frame).page.isVisible()
    frame.window.hide()


def test_a_row_that_is_clicked_early_is_opened(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    WindowMemory(data_dir).write(WindowState(session_id=ids[5]))
    frame = framed(qapp, data_dir)
    click(early_of(frame).pane, ids[2])

    async def scene(program: Program) -> None:
        await opened(program)
        header = bench_of(program).page.header
        await until(lambda: header.title.text() == f"Session {MANY - 3}", what="its head")
        assert bench_of(program).current == ids[2]
        assert bench_of(program).page.view.composer.isVisible()
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_of_several_rows_that_are_clicked_early_the_last_is_opened(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    frame = framed(qapp, data_dir)
    for one in (ids[2], ids[4], ids[2]):
        click(early_of(frame).pane, one)

    async def scene(program: Program) -> None:
        await opened(program)
        await until(lambda: bench_of(program).current is not None)
        header = bench_of(program).page.header
        await until(lambda: header.title.text() == f"Session {MANY - 3}", what="its head")
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_who_does_nothing_finds_the_session_that_was_left(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    WindowMemory(data_dir).write(WindowState(session_id=ids[5]))
    frame = framed(qapp, data_dir)
    early = early_of(frame)
    assert early.model.session_at(early.pane.table.currentIndex()) == ids[5]

    async def scene(program: Program) -> None:
        await opened(program)
        await until(lambda: bench_of(program).current == ids[5])
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_new_that_is_pressed_early_and_again_makes_one_session(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    frame = framed(qapp, data_dir)
    for _ in range(3):
        button(early_of(frame).pane, "New").click()

    async def scene(program: Program) -> None:
        await opened(program)
        await until(lambda: bench_of(program).current, what="the new session")
        assert bench_of(program).current not in ids
        assert program._engine is not None
        found = await program._engine.sessions.summaries(scope=SessionScope.ACTIVE)
        assert len(found) == MANY + 1
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_a_name_that_is_wanted_early_is_asked_for_later(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    frame = framed(qapp, data_dir)
    pane = early_of(frame).pane
    click(pane, ids[1])
    QTest.keyClick(pane.table, Qt.Key.Key_F2)

    async def scene(program: Program) -> None:
        asked = await until(lambda: program._window.findChild(QInputDialog), what="the question")
        assert isinstance(asked, QInputDialog)
        assert asked.textValue() == f"Session {MANY - 2}"
        asked.setTextValue("Another")
        asked.accept()
        await until(lambda: bench_of(program).page.header.title.text() == "Another")
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_what_is_deleted_early_is_in_the_bin_and_can_be_brought_back(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    frame = framed(qapp, data_dir)
    pane = early_of(frame).pane
    click(pane, ids[1])
    QTest.keyClick(pane.table, Qt.Key.Key_Delete)

    async def scene(program: Program) -> None:
        await opened(program)
        await until(lambda: bench_of(program).model.summary(ids[1]) is None, what="it is gone")
        assert len(bench_of(program).model.sessions()) == MANY - 1
        button(pane.undo, "Undo").click()
        await until(lambda: bench_of(program).model.summary(ids[1]), what="it is back")
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_a_menu_that_is_wanted_early_opens_later_for_that_row(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir, workspace=str(data_dir.parent))
    frame = framed(qapp, data_dir)
    pane = early_of(frame).pane
    click(pane, ids[3])
    place = pane.table.visualRect(pane._model.index_of(ids[3])).center()
    pane.table.customContextMenuRequested.emit(place)

    async def scene(program: Program) -> None:
        def menu() -> QMenu | None:
            shown = QApplication.activePopupWidget()
            return shown if isinstance(shown, QMenu) else None

        shown = await until(menu, what="the menu")
        assert shown is not None
        assert bench_of(program).current == ids[3]
        rename = program._window.actions_by_name.get("session.rename")
        assert rename in shown.actions()
        await until(rename.isEnabled, what="its actions")
        shown.close()
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_a_search_that_is_begun_early_goes_on_letter_by_letter(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    WindowMemory(data_dir).write(WindowState(session_id=ids[5]))
    frame = framed(qapp, data_dir)
    search = early_of(frame).pane.search
    search.setFocus()
    QTest.keyClicks(search, "session 2")

    async def scene(program: Program) -> None:
        await opened(program)
        titles = [f"Session {one}" for one in (*range(29, 19, -1), 2)]
        model = bench_of(program).model
        await until(lambda: [one.session.title for one in model.sessions()] == titles)
        assert QApplication.focusWidget() is search
        QTest.keyClicks(search, "3")
        await until(lambda: [one.session.title for one in model.sessions()] == ["Session 23"])
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_the_list_looks_the_same_before_and_after(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    frame = framed(qapp, data_dir)
    pane = early_of(frame).pane
    click(pane, ids[2])
    pane.table.verticalScrollBar().setValue(pane.table.verticalScrollBar().maximum())
    order = [one.session.id for one in early_of(frame).model.sessions()]

    def looks() -> tuple[object, ...]:
        table = pane.table
        at = pane.mapTo(frame.window, QPoint(0, 0))
        chosen = pane._model.session_at(table.currentIndex())
        return table.verticalScrollBar().value(), chosen, at, pane.size()

    before = looks()

    async def scene(program: Program) -> None:
        await opened(program)
        await until(lambda: bench_of(program).current == ids[2])
        assert [one.session.id for one in bench_of(program).model.sessions()] == order
        assert bench_of(program).page.pane is pane
        assert looks() == before
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_who_moves_with_the_keys_goes_on_from_there(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    filled(data_dir)
    frame = framed(qapp, data_dir)
    table = early_of(frame).pane.table

    async def scene(program: Program) -> None:
        await opened(program)
        await until(lambda: program._window.actions_by_name.get("session.new").isEnabled())
        assert QApplication.focusWidget() is table
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_a_row_answers_to_the_mouse_that_passes_over_it(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    frame = framed(qapp, data_dir)
    table = early_of(frame).pane.table
    below = table.viewport()
    place = table.visualRect(early_of(frame).model.index_of(ids[2]))
    before = below.grab(place).toImage()
    QTest.mouseMove(below, place.center())
    assert below.hasMouseTracking()
    assert below.grab(place).toImage() != before
    frame.window.hide()


def test_headings_count_nothing_before_the_whole_list_is_known(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    filled(data_dir, 104)
    frame = framed(qapp, data_dir)
    pane = early_of(frame).pane
    assert counts(pane) == [None]

    async def scene(program: Program) -> None:
        await opened(program)
        await until(lambda: counts(pane) == [104], what="the whole list")
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_a_short_list_is_counted_at_once(qapp: QApplication, theme: Theme, data_dir: Path) -> None:
    filled(data_dir, 3)
    frame = framed(qapp, data_dir)
    assert counts(early_of(frame).pane) == [3]
    frame.window.hide()


def test_a_folder_that_is_taken_meanwhile_is_told_and_the_click_waits(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    ids = filled(data_dir)
    frame = framed(qapp, data_dir)
    early = early_of(frame)
    click(early.pane, ids[2])
    held = DataFolder.claim(data_dir)

    async def scene(program: Program) -> None:
        page = program._window.start_page
        await until(lambda: "Bamboo Desktop is already open" in labels(page))
        assert page.isVisible()
        assert not early.page.isVisible()
        held.release()
        button(page, "Try again").click()
        await opened(program)
        await until(lambda: bench_of(program).current == ids[2])
        assert early.pane.isVisible()
        program._window.close()

    go_on(qapp, frame, data_dir, scene)


def test_data_that_turns_out_to_be_newer_is_told_in_place_of_the_rows(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    filled(data_dir)
    frame = framed(qapp, data_dir)
    early = early_of(frame)
    with closing(sqlite3.connect(data_dir / "bamboo.db")) as raw:
        raw.execute("INSERT INTO migration VALUES ('m999_later', 0)")
        steps = raw.execute("SELECT count(*) FROM migration").fetchone()[0]
        raw.execute(f"PRAGMA user_version = {steps}")
        raw.commit()

    async def scene(program: Program) -> None:
        page = program._window.start_page
        await until(lambda: "A newer version wrote this data" in labels(page))
        assert page.isVisible()
        assert not early.page.isVisible()
        button(page, "Quit").click()

    go_on(qapp, frame, data_dir, scene)


@pytest.mark.parametrize("fault", ["in use", "newer", "damaged", "other page", "no list"])
def test_there_are_no_rows_where_there_may_be_something_to_tell(
    qapp: QApplication, theme: Theme, data_dir: Path, fault: str
) -> None:
    filled(data_dir)
    database = data_dir / "bamboo.db"
    if fault == "newer":
        with closing(sqlite3.connect(database)) as raw:
            raw.execute("PRAGMA user_version = 999")
            raw.commit()
    elif fault == "damaged":
        database.write_bytes(b"\xff" * database.stat().st_size)
    elif fault == "in use":
        (data_dir / "bamboo.db-wal").touch()
    elif fault == "other page":
        WindowMemory(data_dir).write(WindowState(page="settings"))
    else:
        WindowMemory(data_dir).write(WindowState(has_list=False))
    frame = framed(qapp, data_dir)
    assert frame._early is None
    assert frame.window.start_page.isVisible()
    frame.window.hide()


def test_a_damaged_folder_has_its_sentence_and_no_rows(
    qapp: QApplication, theme: Theme, data_dir: Path, expects_log: list[object]
) -> None:
    filled(data_dir)
    database = data_dir / "bamboo.db"
    database.write_bytes(b"\xff" * database.stat().st_size)
    for copy in (data_dir / "backups").iterdir():
        copy.unlink()
    frame = framed(qapp, data_dir)

    async def scene(program: Program) -> None:
        def told() -> list[str]:
            return [text for text in labels(program._window) if "damaged" in text]

        await until(told, what="a sentence about it")
        program._quit.set()

    go_on(qapp, frame, data_dir, scene)


def test_an_empty_folder_begins_with_the_ways_to_start(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    frame = framed(qapp, data_dir)
    assert frame._early is None

    async def scene(program: Program) -> None:
        await until(lambda: program._window.page == "first_run")
        program._window.close()

    go_on(qapp, frame, data_dir, scene)
