"""A playbook of one's own, from a file to a session that plays it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.ui.views.pick_dialog import PickDialog
from tests.ui.window.rig import Rig, box, labels
from tests.waiting import until

PLAYBOOK = """\
version: 1
title: My own rounds
steps:
  - say: Hello.
"""


@pytest.fixture
def own(rig: Rig) -> Path:
    path = rig.folder / "rounds.yaml"
    path.write_text(PLAYBOOK, encoding="utf-8")
    return path


async def choose(rig: Rig, path: Path) -> None:
    """Choose a file in the dialog that is open or about to open."""

    def found() -> QFileDialog | None:
        return next((one for one in rig.window.findChildren(QFileDialog) if one.isVisible()), None)

    dialog = await until(found, what="a file dialog")
    assert dialog is not None
    dialog.filesSelected.emit([str(path)])
    dialog.done(QFileDialog.DialogCode.Accepted)


async def picker(rig: Rig) -> PickDialog:
    """The model picker, opened on the session in view."""
    assert rig.bench.current is not None
    rig.bench.desk.pickers.open_models(rig.bench.current, rig.bench.page.header)
    dialog = await until(
        lambda: next((d for d in rig.window.findChildren(PickDialog) if d.isVisible()), None)
    )
    assert dialog is not None
    return dialog


async def test_a_playbook_file_becomes_a_session_with_its_title(rig: Rig, own: Path) -> None:
    rig.trigger("session.playbook")
    await choose(rig, own)
    await until(lambda: rig.bench.current is not None)
    assert rig.bench.current is not None
    session = await rig.engine.sessions.get(rig.bench.current)
    assert session.title == "My own rounds"
    assert session.model == ModelRef(provider=PLAYBOOK_PROVIDER, model=str(own))
    edit = rig.bench.page.view.composer.edit
    await until(lambda: edit.toPlainText() == "Start")
    await rig.engine.runs.send(session.id, "Start")
    assert (await rig.engine.sessions.get(session.id)).title == "My own rounds"


async def test_a_file_that_is_no_playbook_is_told_of_in_a_sentence(rig: Rig, own: Path) -> None:
    own.write_text("just words", encoding="utf-8")
    rig.trigger("session.playbook")
    await choose(rig, own)
    told = await box(rig.window)
    assert "rounds.yaml" in told.text()
    told.close()
    assert await rig.engine.sessions.summaries() == ()


async def test_the_picker_offers_any_file_and_says_where_playbooks_belong(
    rig: Rig, own: Path
) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    dialog = await picker(rig)
    dialog.field.setText("listed here")
    await until(lambda: dialog.table.model().rowCount() == 1)
    told = dialog.table.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert str(rig.engine.data_dir / "playbooks") in told
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await choose(rig, own)
    await until(lambda: rig.bench.current not in {None, session.id})
    assert (await rig.engine.sessions.get(session.id)).model is None


async def test_an_empty_place_says_where_playbooks_belong(rig: Rig) -> None:
    folder = str(rig.engine.data_dir / "playbooks")
    assert any(folder in words for words in labels(rig.bench.page.empty))


async def test_a_new_session_that_gets_a_playbook_is_named_after_it(rig: Rig) -> None:
    rig.trigger("session.new")
    await until(lambda: rig.bench.current is not None)
    dialog = await picker(rig)
    dialog.field.setText("disk")
    await until(lambda: dialog.table.model().rowCount() == 1)
    wanted = dialog.table.model().index(0, 0).data()
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: rig.titles() == [wanted])


async def test_the_title_a_person_gave_stays(rig: Rig) -> None:
    session = await rig.session("Mine")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    dialog = await picker(rig)
    dialog.field.setText("disk")
    await until(lambda: dialog.table.model().rowCount() == 1)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: len(rig.tasks) == 0)
    assert (await rig.engine.sessions.get(session.id)).title == "Mine"


async def test_with_a_playbook_as_the_default_a_new_session_has_its_title(
    rig: Rig, own: Path
) -> None:
    await rig.engine.models.set_default_model(ModelRef(provider=PLAYBOOK_PROVIDER, model=str(own)))
    rig.trigger("session.new")
    await until(lambda: rig.titles() == ["My own rounds"])
