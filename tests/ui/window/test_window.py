"""The window on a real engine: what a person does in it, and what it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QToolButton, QWidget

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.session import SessionScope
from bamboo_desktop.ui.models.pick_list import PickEntry
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.pick_dialog import PickDialog
from bamboo_desktop.ui.window_memory import WindowMemory, WindowState
from tests.ui.window.rig import Rig, box, button, labels
from tests.waiting import until


async def test_a_newcomer_is_shown_the_ways_to_start(rig: Rig) -> None:
    assert rig.window.page == "first_run"
    assert rig.bench.page.pane.table.isHidden()


async def test_a_new_session_comes_into_view_ready_to_write(rig: Rig) -> None:
    rig.window.show()
    rig.trigger("session.new")
    await until(lambda: rig.bench.current is not None)
    assert rig.bench.current is not None
    await rig.shows(rig.bench.current)
    assert rig.window.page == "sessions"
    assert rig.bench.page.view.composer.edit.hasFocus()


async def test_a_session_that_changes_its_place_stays_in_view(rig: Rig) -> None:
    first, second, third = [await rig.session(title) for title in ("A", "B", "C")]
    rig.bench.desk.show_session(second.id)
    await rig.shows(second.id)
    seen: list[object] = []
    rig.bench.page.pane.chosen.connect(seen.append)
    for moving in (second, third, first):
        await rig.engine.sessions.set_pinned(moving.id, pinned=True)
        await until(lambda one=moving.id: is_pinned(rig, one))  # type: ignore[misc]
        table = rig.bench.page.pane.table
        assert rig.bench.model.session_at(table.currentIndex()) == second.id
    assert rig.bench.current == second.id
    assert seen == []


def is_pinned(rig: Rig, session_id: SessionId) -> bool:
    summary = rig.bench.model.summary(session_id)
    return summary is not None and summary.session.is_pinned


async def test_a_title_is_edited_where_it_stands(rig: Rig) -> None:
    session = await rig.session("Before")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    field = rig.bench.page.header.title
    field.setText("After")
    field.setModified(True)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await until(lambda: rig.titles() == ["After"])


async def test_escape_takes_an_edit_of_the_title_back(rig: Rig) -> None:
    session = await rig.session("Before")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    field = rig.bench.page.header.title
    field.setText("After")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "Before"
    assert (await rig.engine.sessions.get(session.id)).title == "Before"


async def test_what_goes_into_the_bin_can_be_taken_back(rig: Rig) -> None:
    keep, gone = await rig.session("Keep"), await rig.session("Gone")
    rig.bench.desk.show_session(gone.id)
    await rig.shows(gone.id)
    rig.trigger("session.trash")
    await until(lambda: rig.titles() == ["Keep"])
    await until(lambda: rig.bench.current == keep.id)
    assert not rig.bench.page.pane.undo.isHidden()
    button(rig.bench.page.pane.undo, "Undo").click()
    await until(lambda: rig.titles() == ["Gone", "Keep"] or rig.titles() == ["Keep", "Gone"])
    await until(lambda: rig.bench.current == gone.id)
    assert (await rig.engine.sessions.get(keep.id)).deleted_at is None


async def test_the_offer_to_undo_goes_with_the_keys_that_undo(rig: Rig) -> None:
    gone = await rig.session("Gone")
    rig.bench.desk.show_session(gone.id)
    await rig.shows(gone.id)
    rig.trigger("session.trash")
    await until(lambda: not rig.bench.page.pane.undo.isHidden())
    rig.trigger("session.undo_move")
    await until(rig.bench.page.pane.undo.isHidden)
    await until(lambda: rig.titles() == ["Gone"])


async def test_what_was_archived_can_be_taken_back(rig: Rig) -> None:
    kept = await rig.session("Kept")
    rig.bench.desk.show_session(kept.id)
    await rig.shows(kept.id)
    rig.trigger("session.archive")
    await until(lambda: rig.titles() == [])
    undo = rig.bench.page.pane.undo
    await until(lambda: not undo.isHidden())
    assert "Archived" in labels(undo)
    button(undo, "Undo").click()
    await until(lambda: rig.titles() == ["Kept"])
    assert not (await rig.engine.sessions.get(kept.id)).is_archived
    rig.trigger("session.archive")
    await until(lambda: not undo.isHidden())
    await rig.shows(kept.id)
    rig.trigger("session.undo_move")
    await until(undo.isHidden)


async def test_the_bin_shows_what_is_in_it_and_gives_it_back(rig: Rig) -> None:
    session = await rig.session("Old")
    await rig.engine.sessions.trash(session.id)
    await until(lambda: rig.titles() == [])
    rig.trigger("view.bin")
    await until(lambda: rig.titles() == ["Old"])
    rig.bench.desk.show_session(session.id)
    await until(lambda: not rig.bench.page.strip.isHidden())
    assert rig.bench.page.view.composer.isHidden()
    assert rig.bench.page.view.transcript.model.is_shelved
    words = rig.bench.page.strip.findChildren(QLabel)[0]
    assert words.heightForWidth(200) > words.heightForWidth(800)
    assert not rig.window.actions_by_name.get("session.trash").isEnabled()
    rig.trigger("session.restore")
    await until(lambda: rig.bench.model.scope is SessionScope.ACTIVE and rig.titles() == ["Old"])
    await until(rig.bench.page.strip.isHidden)


async def test_for_good_is_only_for_good_after_a_clear_yes(rig: Rig) -> None:
    session = await rig.session("Old")
    await rig.engine.sessions.trash(session.id)
    rig.trigger("view.bin")
    await until(lambda: rig.titles() == ["Old"])
    rig.bench.desk.show_session(session.id)
    await until(lambda: rig.window.actions_by_name.get("session.purge").isEnabled())
    rig.trigger("session.purge")
    button(await box(rig.window), "Keep").click()
    await until(lambda: len(rig.tasks) == 0)
    assert rig.titles() == ["Old"]
    rig.trigger("session.purge")
    button(await box(rig.window), "Delete for good").click()
    await until(lambda: rig.titles() == [])


async def test_a_pin_and_the_archive_move_a_session(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    rig.trigger("session.pin")
    await until(lambda: "Pinned" in _headings(rig))
    await until(lambda: rig.window.actions_by_name.get("session.pin").text() == "Unpin session")
    rig.trigger("session.archive")
    await until(lambda: rig.titles() == [])
    rig.trigger("view.archived")
    await until(lambda: rig.titles() == ["One"])


def _headings(rig: Rig) -> list[str]:
    model = rig.bench.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


async def test_the_field_over_the_list_finds_titles(rig: Rig) -> None:
    await rig.session("Disk report")
    await rig.session("Backup check")
    rig.bench.page.pane.search.setText("disk")
    await until(lambda: rig.titles() == ["Disk report"])
    await rig.engine.sessions.create(title="Nightly backup")
    rig.bench.page.pane.search.setText("backup")
    await until(lambda: sorted(rig.titles()) == ["Backup check", "Nightly backup"])
    rig.bench.page.pane.search.setText("nowhere")
    await until(lambda: rig.titles() == [])
    assert any("has these words" in text for text in labels(rig.bench.page.pane))
    rig.bench.page.pane.search.clear()
    await until(lambda: len(rig.titles()) == 3)


async def test_a_refusal_of_the_engine_becomes_one_sentence(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.commands.set_title(session.id, "   ")
    shown = await box(rig.window)
    assert shown.text()
    button(shown, "Close").click()
    await until(lambda: len(rig.tasks) == 0)
    assert (await rig.engine.sessions.get(session.id)).title == "One"


async def test_a_rename_by_dialog(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.commands.rename(session.id)
    dialog = await until(
        lambda: next((d for d in rig.window.findChildren(QInputDialog) if d.isVisible()), None)
    )
    assert dialog is not None
    assert dialog.textValue() == "One"
    dialog.setTextValue("Two")
    dialog.accept()
    await until(lambda: rig.titles() == ["Two"])


async def test_the_palette_goes_to_a_session(rig: Rig) -> None:
    session = await rig.session("Needle in the hay")
    rig.trigger("go.palette")
    dialog = await until(lambda: _picker(rig))
    dialog.field.setText("needle")
    await until(lambda: dialog.table.model().rowCount() == 1)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: rig.bench.current == session.id)


async def test_the_palette_triggers_an_action(rig: Rig) -> None:
    rig.trigger("go.palette")
    dialog = await until(lambda: _picker(rig))
    dialog.field.setText("look: dark")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: rig.window.theme.tokens.is_dark)
    await until(lambda: len(rig.tasks) == 0)
    assert await rig.engine.preferences.get("theme") == "dark"


def _picker(rig: Rig) -> PickDialog:
    found = [one for one in rig.window.findChildren(PickDialog) if one.isVisible()]
    return found[0] if found else None  # type: ignore[return-value]


async def test_a_list_that_comes_too_late_finds_its_picker_closed(theme: Theme) -> None:
    window = QWidget()
    dialog = PickDialog(theme, title="Pick", placeholder="Type", parent=window)
    dialog.offer((PickEntry(title="a", value=1),))
    dialog.reject()
    dialog.offer((PickEntry(title="a", value=1), PickEntry(title="b", value=2)))
    assert dialog.table.model().rowCount() == 1


async def test_a_playbook_is_chosen_as_the_model_of_a_session(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    rig.bench.desk.pickers.open_models(session.id, rig.bench.page.header)
    dialog = await until(lambda: _picker(rig))
    dialog.field.setText("playbook disk")
    await until(lambda: dialog.table.model().rowCount() == 1)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: len(rig.tasks) == 0)
    model = (await rig.engine.sessions.get(session.id)).model
    assert model is not None
    assert model.provider == "playbook"


async def test_a_model_that_was_chosen_brings_the_caret_back_to_the_message(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    composer = rig.bench.page.view.composer
    composer.notice.say("Choose a model for this session first.")
    rig.bench.page.pane.search.setFocus()
    rig.bench.desk.pickers.open_models(session.id, rig.bench.page.header)
    dialog = await until(lambda: _picker(rig))
    dialog.field.setText("playbook disk")
    await until(lambda: dialog.table.model().rowCount() == 1)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: not composer.notice.sentence)
    await until(lambda: rig.window.focusWidget() is composer.edit)


async def test_who_has_no_model_is_led_to_where_one_is_added(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    rig.bench.desk.pickers.open_models(session.id, rig.bench.page.header)
    dialog = await until(lambda: _picker(rig))
    dialog.field.setText("add a model")
    await until(lambda: dialog.table.model().rowCount() == 1)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: rig.window.page == "settings")


async def test_words_that_were_said_are_found_and_jumped_to(rig: Rig) -> None:
    session = await rig.session("Talk about wombats")
    await rig.session("Other")
    rig.trigger("go.search")
    rig.bench.pages.search.field.setText("wombats")
    await until(lambda: rig.bench.pages.search.table.model().rowCount() == 1)
    rig.bench.pages.search.table.step(1)
    QTest.keyClick(rig.bench.pages.search.table, Qt.Key.Key_Return)
    await until(lambda: rig.bench.current == session.id)
    assert rig.window.page == "sessions"


@pytest.mark.parametrize("query", ['"', "a AND", "(", "*", "NEAR(", "\x00", "';", "-", "\udc80"])
async def test_no_search_is_a_fault(rig: Rig, query: str) -> None:
    await rig.bench.pages.search._found(query)
    assert rig.bench.pages.search.table.model().rowCount() >= 0


async def test_the_window_remembers_where_it_was(rig: Rig, tmp_path: Path) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    rig.window.actions_by_name.get("view.inspector").setChecked(False)
    rig.bench.page.inspector.set_tab(2)
    memory = WindowMemory(tmp_path)
    memory.write(rig.bench.state())
    state = memory.read()
    assert state == rig.bench.state()
    assert (state.session_id, state.page) == (session.id, "sessions")
    assert (state.has_list, state.has_inspector, state.inspector_tab) == (True, False, 2)
    rig.bench.desk.show_nothing()
    rig.window.actions_by_name.get("view.inspector").setChecked(True)
    await rig.bench.start(state)
    assert rig.bench.current == session.id
    assert rig.bench.page.inspector.isHidden()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"page": 7, "has_list": "no", "x": 1}', "\x00"])
def test_a_memory_that_is_broken_costs_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "window.json").write_text(text)
    assert WindowMemory(tmp_path).read() == WindowState()


def test_a_memory_is_for_its_owner_only(tmp_path: Path) -> None:
    WindowMemory(tmp_path).write(WindowState(page="inbox"))
    path = tmp_path / "window.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["page"] == "inbox"


async def test_everything_that_takes_the_focus_has_a_name(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    rig.window.show()
    nameless = []
    for page in ("sessions", "inbox", "search", "settings", "first_run"):
        rig.window.show_page(page)
        for widget in rig.window.findChildren(QWidget):
            if _takes_focus(widget) and not _name(widget):
                nameless.append(f"{page}: {type(widget).__name__} {widget.objectName()}")
    assert sorted(set(nameless)) == []


def _takes_focus(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(by_tab) and widget.isVisible() and widget.isEnabled()


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return widget.accessibleName() or (str(text()) if callable(text) else "")


async def test_the_tab_key_reaches_the_panes_and_comes_round(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    rig.window.show()
    rig.window.activateWindow()
    await until(rig.window.isActiveWindow)
    rig.bench.page.pane.search.setFocus()
    seen: list[QWidget] = []
    for _ in range(80):
        focus = QApplication.focusWidget()
        if focus is None or focus in seen:
            break
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert rig.bench.page.pane.table in seen
    assert rig.bench.page.header.title in seen


async def test_counts_at_the_foot_follow_what_happens(rig: Rig) -> None:
    foot = rig.window.foot
    shown = [one for one in foot.findChildren(QToolButton) if one.isVisibleTo(foot)]
    assert {one.text() for one in shown} == {
        "Ready",
        "Schedules start",
        "0 running",
        "0 waiting",
    }


async def test_a_title_cannot_turn_the_words_around_it(rig: Rig) -> None:
    made = await rig.engine.sessions.create(title="pay \u202eyad\u202c \u200bnow")
    await until(lambda: rig.bench.model.summary(made.id) is not None)
    rig.bench.desk.show_session(made.id)
    header = rig.bench.page.header
    await until(lambda: header.title.text() == "pay yad now", what="head of the session")
    header.title.editingFinished.emit()
    index = rig.bench.model.index_of(made.id)
    assert index.data() == "pay yad now"
    assert "\u202e" not in index.data(Qt.ItemDataRole.ToolTipRole)
    assert (await rig.engine.sessions.get(made.id)).title == made.title
