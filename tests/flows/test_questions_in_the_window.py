"""A question on its whole way: asked by a run, answered by a person, and the run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.question import QuestionKind
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.ui.views import question_dialog
from bamboo_desktop.ui.views.approval_body import ApprovalBody
from bamboo_desktop.ui.views.approval_exact import ExactView
from bamboo_desktop.ui.views.question_ask import QuestionBody
from bamboo_desktop.ui.views.question_panel import QuestionPanel
from bamboo_desktop.ui.views.question_writing import WritingField
from tests.flows.window_program import WindowProgram
from tests.waiting import until

ASKS = """\
version: 1
title: Asks
steps:
  - ask: Which one shall it be?
    options:
      - {id: left, label: The left one}
      - {id: right, label: The right one}
    allow_custom: true
    save: choice
  - say: "Chosen: {{choice.label}}"
"""

WRITES = """\
version: 1
title: Writes
steps:
  - tool: Write
    args: {file_path: note.txt, content: "hello"}
    save: written
    on_error: continue
  - say: "Outcome: {{written.outcome}}"
"""


pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


async def test_a_question_is_answered_in_its_dialog_and_the_session_goes_on(
    qapp: QApplication, data_dir: Path
) -> None:
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(ASKS)
        dialog = await program.dialog()
        await until(lambda: program.bench.pages.inbox.count == 1)
        QTest.keyClick(body_of(dialog.panel), Qt.Key.Key_2)
        await until(lambda: not program.bench.dialogs.open_dialogs)
        assert await program.ended(session.id) is AgentStatus.COMPLETED
        assert await program.said(session.id) == ["Chosen: The right one"]
        await until(lambda: program.bench.pages.inbox.count == 0)


async def test_a_question_is_found_in_the_inbox_after_a_restart_and_answered_there(
    qapp: QApplication, data_dir: Path
) -> None:
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(ASKS)
        dialog = await program.dialog()
        dialog.panel.findChildren(WritingField)[-1].setPlainText("but gently")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    async with WindowProgram(qapp, data_dir) as program:
        program.window.show_page("inbox")
        inbox = program.bench.pages.inbox
        await until(lambda: inbox.panel.question_id is not None)
        note = inbox.panel.findChildren(WritingField)[-1]
        await until(lambda: note.toPlainText() == "but gently", what="the draft")
        QTest.keyClick(body_of(inbox.panel), Qt.Key.Key_1)
        await until(lambda: inbox.count == 0)
        assert await program.ended(session.id) is AgentStatus.COMPLETED
        assert await program.said(session.id) == ["Chosen: The left one"]
        (asked,) = [entry for entry in await program.entries(session.id) if entry.question]
        assert asked.question is not None
        assert asked.question.answer is not None
        assert asked.question.answer.note == "but gently"


async def test_a_draft_is_kept_when_the_program_is_quit_with_the_dialog_open(
    qapp: QApplication, data_dir: Path
) -> None:
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(ASKS)
        dialog = await program.dialog()
        dialog.panel.findChildren(WritingField)[-1].setPlainText("in the middle of a word")

    async with WindowProgram(qapp, data_dir) as program:
        record = await program.question(session.id)
        draft = await program.engine.questions.draft(record.question.id)
        assert draft is not None
        assert draft.note == "in the middle of a word"


@pytest.mark.parametrize("window_first", [True, False])
async def test_of_two_answers_at_once_one_wins_and_the_other_is_told(
    qapp: QApplication, data_dir: Path, monkeypatch: pytest.MonkeyPatch, window_first: bool
) -> None:
    monkeypatch.setattr(question_dialog, "SAY_FOR_MS", 50)
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(ASKS)
        dialog = await program.dialog()
        record = await program.question(session.id)
        told: list[str] = []
        dialog.panel.ended_elsewhere.connect(
            lambda _: told.extend(made.text() for made in dialog.findChildren(QLabel))
        )
        client = await program.ctl()
        arguments = {
            "question": record.question.id,
            "items": {record.question.items[0].id: ["left"]},
        }
        if window_first:
            QTest.keyClick(body_of(dialog.panel), Qt.Key.Key_2)
        told_ctl = ""
        try:
            await client.call("answer", arguments)
        except UserError as error:
            told_ctl = error.sentence
        if not window_first:
            QTest.keyClick(body_of(dialog.panel), Qt.Key.Key_2)
        await client.aclose()
        await until(lambda: not program.bench.dialogs.open_dialogs)
        assert await program.ended(session.id) is AgentStatus.COMPLETED
        stored = (await program.engine.questions.get(record.question.id)).answer
        assert stored is not None
        if stored.answered_by == "window":
            assert told_ctl
            assert await program.said(session.id) == ["Chosen: The right one"]
        else:
            assert "Answered from the command line meanwhile: The left one" in told
            assert await program.said(session.id) == ["Chosen: The left one"]
        assert (stored.answered_by == "window") == window_first


async def test_an_answer_from_the_command_line_closes_the_dialog_and_empties_the_inbox(
    qapp: QApplication, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_dialog, "SAY_FOR_MS", 50)
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(ASKS)
        await program.dialog()
        record = await program.question(session.id)
        client = await program.ctl()
        item_id = record.question.items[0].id
        await client.call(
            "answer", {"question": record.question.id, "texts": {item_id: "the middle"}}
        )
        await client.aclose()
        await until(lambda: not program.bench.dialogs.open_dialogs)
        await until(lambda: program.bench.pages.inbox.count == 0)
        assert await program.ended(session.id) is AgentStatus.COMPLETED
        assert await program.said(session.id) == ["Chosen: the middle"]


async def test_a_stopped_session_takes_its_question_with_it(
    qapp: QApplication, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_dialog, "SAY_FOR_MS", 50)
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(ASKS)
        await program.dialog()
        await program.engine.runs.stop(session.id)
        await until(lambda: not program.bench.dialogs.open_dialogs)
        await until(lambda: program.bench.pages.inbox.count == 0)
        assert await program.engine.questions.open(session.id) == ()


async def test_what_was_allowed_is_done_once_and_exactly_as_it_was_shown(
    qapp: QApplication, data_dir: Path
) -> None:
    note = data_dir.parent / "work" / "note.txt"
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(WRITES)
        dialog = await program.dialog()
        body = dialog.panel.body
        assert isinstance(body, ApprovalBody)
        assert "+hello" in body.findChildren(ExactView)[0].toPlainText()
        QTest.keyClick(body, Qt.Key.Key_Return)
        assert not note.exists()
        await until(lambda: body.is_armed)
        press(body, "Allow once")
        assert await program.ended(session.id) is AgentStatus.COMPLETED
        assert note.read_text() == "hello"
        assert await program.said(session.id) == ["Outcome: ok"]
        assert await program.engine.grants.active(session.id) == ()


async def test_what_was_denied_after_a_restart_is_not_done(
    qapp: QApplication, data_dir: Path
) -> None:
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(WRITES)
        await program.dialog()

    async with WindowProgram(qapp, data_dir) as program:
        record = await program.question(session.id)
        assert record.question.kind is QuestionKind.CONSENT
        program.bench.dialogs.show_question(record.question.id)
        body = (await program.dialog()).panel.body
        assert isinstance(body, ApprovalBody)
        await until(lambda: body.is_armed)
        press(body, "Deny")
        assert await program.ended(session.id) is AgentStatus.COMPLETED
        assert await program.said(session.id) == ["Outcome: denied"]
        assert not (data_dir.parent / "work" / "note.txt").exists()


async def test_what_was_allowed_for_the_session_is_not_asked_again(
    qapp: QApplication, data_dir: Path
) -> None:
    async with WindowProgram(qapp, data_dir) as program:
        session = await program.play(WRITES)
        body = (await program.dialog()).panel.body
        assert isinstance(body, ApprovalBody)
        await until(lambda: body.is_armed)
        press(body, "Allow for this session")
        assert await program.ended(session.id) is AgentStatus.COMPLETED
        await program.engine.runs.send(session.id, "again")
        assert await program.ended(session.id) is AgentStatus.COMPLETED
        assert await program.said(session.id) == ["Outcome: ok", "Outcome: ok"]


def body_of(panel: QuestionPanel) -> QuestionBody:
    assert panel.body is not None
    return panel.body


def press(body: QWidget, name: str) -> None:
    found = [made for made in body.findChildren(QPushButton) if made.accessibleName() == name]
    assert found, name
    found[0].click()
