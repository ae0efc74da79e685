"""What is still on its way when a question goes out of view."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest

from bamboo_desktop.domain.question import ItemKind
from tests.ui.questions.asked import ask, item
from tests.ui.questions.conftest import Stage
from tests.ui.questions.test_dialog import body_in, chosen
from tests.waiting import until


def delete_now() -> None:
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete))


async def test_an_answer_on_its_way_may_outlive_its_dialog(stage: Stage) -> None:
    question_id = stage.engine.questions.ask(ask())
    dialogs = stage.dialogs()
    dialogs.show_question(question_id)
    dialog = await stage.opened(dialogs)
    await stage.idle()
    stage.engine.questions.gate = asyncio.Event()
    QTest.keyClick(body_in(dialog.panel), Qt.Key.Key_2)
    dialog.reject()
    delete_now()
    stage.engine.questions.gate.set()
    await stage.idle()
    answer = stage.engine.questions.answer_of(question_id)
    assert answer is not None
    assert answer.items == (chosen("o2"),)


async def test_a_draft_on_its_way_may_come_after_its_dialog_has_gone(stage: Stage) -> None:
    questions = stage.engine.questions
    question_id = questions.ask(ask())
    await questions.save_draft(question_id, (chosen("o1"),), "a note")
    questions.gate = asyncio.Event()
    dialogs = stage.dialogs()
    dialogs.show_question(question_id)
    dialog = await stage.opened(dialogs)
    dialog.reject()
    delete_now()
    questions.gate.set()
    await stage.idle()
    assert questions.drafts[question_id].note == "a note"


async def test_the_next_question_can_be_answered_while_an_answer_is_on_its_way(
    stage: Stage,
) -> None:
    questions = stage.engine.questions
    first, second = questions.ask(ask(name="q1")), questions.ask(ask(name="q2"))
    panel = stage.panel()
    panel.show_record(questions.records[first])
    await stage.idle()
    questions.gate = asyncio.Event()
    told: list[object] = []
    panel.answered.connect(told.append)
    QTest.keyClick(body_in(panel), Qt.Key.Key_1)
    panel.show_record(questions.records[second])
    QTest.keyClick(body_in(panel), Qt.Key.Key_2)
    questions.gate.set()
    await until(lambda: questions.answer_of(first) and questions.answer_of(second))
    await stage.idle()
    assert told == [second]


async def test_an_answer_on_its_way_is_not_given_twice_by_coming_back(stage: Stage) -> None:
    questions = stage.engine.questions
    text = item(kind=ItemKind.TEXT)
    first, second = questions.ask(ask(name="q1")), questions.ask(ask(text, name="q2"))
    panel = stage.panel()
    panel.show_record(questions.records[first])
    await stage.idle()
    questions.gate = asyncio.Event()
    QTest.keyClick(body_in(panel), Qt.Key.Key_1)
    panel.show_record(questions.records[second])
    panel.show_record(questions.records[first])
    assert not body_in(panel).isEnabled()
    questions.gate.set()
    await stage.idle()
    assert panel.is_over
