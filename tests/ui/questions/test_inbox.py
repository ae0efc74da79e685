from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget

from bamboo_desktop.domain.events import SessionTitleUpdated
from bamboo_desktop.domain.ids import ItemId, OptionId, QuestionId, SessionId
from bamboo_desktop.domain.question import ItemAnswer
from bamboo_desktop.ui.views.approval_card import ApprovalCard
from bamboo_desktop.ui.views.inbox_list import InboxList
from bamboo_desktop.ui.views.inbox_page import InboxPage
from bamboo_desktop.ui.views.question_writing import WritingField
from tests.ui.questions.asked import approval, ask
from tests.ui.questions.conftest import Stage
from tests.ui.questions.test_dialog import body_in, unnamed, visible_words
from tests.waiting import until


def first(option: str) -> tuple[ItemAnswer, ...]:
    return (ItemAnswer(item_id=ItemId("i1"), option_ids=(OptionId(option),)),)


async def filled(stage: Stage, count: int = 3) -> tuple[InboxPage, InboxList]:
    for number in range(count):
        stage.engine.questions.ask(
            ask(name=f"q{number}", session=f"s{number}", minutes_ago=90 - number)
        )
    page = stage.inbox()
    await until(lambda: page.count == count)
    await stage.idle()
    return page, page.findChildren(InboxList)[0]


async def test_the_question_that_waited_longest_comes_first(stage: Stage) -> None:
    page, _ = await filled(stage)
    assert [record.question.id for record in page.questions.records] == ["q0", "q1", "q2"]
    assert page.panel.question_id == "q0"
    page.questions.set_newest_first(newest_first=True)
    assert [record.question.id for record in page.questions.records] == ["q2", "q1", "q0"]
    assert page.panel.question_id == "q0"


async def test_j_and_k_go_through_the_questions(stage: Stage) -> None:
    page, rows = await filled(stage)
    QTest.keyClick(rows, Qt.Key.Key_J)
    assert page.panel.question_id == "q1"
    QTest.keyClick(rows, Qt.Key.Key_J)
    QTest.keyClick(rows, Qt.Key.Key_K)
    assert page.panel.question_id == "q1"


async def test_a_number_typed_in_the_list_answers_the_question_beside_it(stage: Stage) -> None:
    page, rows = await filled(stage)
    QTest.keyClick(rows, Qt.Key.Key_3)
    await until(lambda: page.count == 2)
    answer = stage.engine.questions.answer_of(page_id("q0"))
    assert answer is not None
    assert answer.items == first("o3")
    assert page.panel.question_id == "q1"


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


async def test_the_keys_work_as_soon_as_the_inbox_is_shown(stage: Stage) -> None:
    page, rows = await filled(stage)
    page.hide()
    stage.composer.setFocus()
    stage.composer.hide()
    page.show()
    await until(rows.hasFocus)
    QTest.keyClick(focused(), Qt.Key.Key_J)
    assert page.panel.question_id == "q1"
    QTest.keyClick(focused(), Qt.Key.Key_2)
    await until(lambda: page.count == 2)
    answer = stage.engine.questions.answer_of(page_id("q1"))
    assert answer is not None
    assert answer.items == first("o2")


async def test_the_first_question_of_an_empty_inbox_takes_the_keyboard(stage: Stage) -> None:
    stage.composer.hide()
    page = stage.inbox()
    await stage.idle()
    stage.engine.questions.ask(ask(name="q0"))
    await until(page.findChildren(InboxList)[0].hasFocus)


async def test_who_writes_keeps_the_keyboard(stage: Stage) -> None:
    page = stage.inbox()
    await stage.idle()
    stage.composer.setFocus()
    stage.engine.questions.ask(ask(name="q0"))
    await until(lambda: page.count == 1)
    await stage.idle()
    assert stage.composer.hasFocus()


async def test_the_badge_counts_what_waits(stage: Stage) -> None:
    page, _ = await filled(stage, 2)
    counts: list[int] = []
    page.count_changed.connect(counts.append)
    stage.engine.questions.accept(page_id("q1"), first("o1"), note="", by="bambooctl")
    await until(lambda: counts == [1])
    stage.engine.questions.ask(ask(name="new", session="s9"))
    await until(lambda: counts == [1, 2])


async def test_nothing_slips_under_the_hand_when_somebody_else_answers(stage: Stage) -> None:
    page, _ = await filled(stage)
    stage.engine.questions.accept(page_id("q0"), first("o1"), note="", by="bambooctl")
    await until(lambda: page.count == 2)
    await stage.idle()
    assert page.panel.question_id == "q0"
    assert page.panel.is_over
    QTest.keyClick(body_in(page.panel), Qt.Key.Key_2)
    await stage.idle()
    assert stage.engine.questions.answer_of(page_id("q1")) is None


async def test_a_draft_is_kept_when_another_question_is_looked_at(stage: Stage) -> None:
    page, rows = await filled(stage)
    page.panel.findChildren(WritingField)[-1].setPlainText("not before Monday")
    QTest.keyClick(rows, Qt.Key.Key_J)
    await stage.idle()
    assert stage.engine.questions.drafts[page_id("q0")].note == "not before Monday"
    QTest.keyClick(rows, Qt.Key.Key_K)
    await stage.idle()
    assert page.panel.question_id == "q0"
    notes = [made.toPlainText() for made in page.panel.findChildren(WritingField)]
    assert "not before Monday" in notes


async def test_an_empty_inbox_says_what_belongs_there(stage: Stage) -> None:
    page = stage.inbox()
    await stage.idle()
    assert page.count == 0
    from tests.ui.questions.test_dialog import visible_words

    assert "Nothing waits for you" in visible_words(page)


async def test_the_rows_keep_the_rules_of_qt(stage: Stage) -> None:
    page, _ = await filled(stage)
    tester = QAbstractItemModelTester(
        page.questions, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    stage.engine.questions.accept(page_id("q1"), first("o1"), note="", by="bambooctl")
    await until(lambda: page.count == 2)
    page.questions.set_newest_first(newest_first=True)
    stage.engine.questions.ask(ask(name="q1b", session="s1", minutes_ago=1))
    await until(lambda: page.count == 3)
    assert page.questions.records[0].question.id == "q1b"
    del tester


async def test_every_control_of_the_inbox_has_a_name(stage: Stage) -> None:
    page, _ = await filled(stage)
    assert unnamed(page) == []


@pytest.mark.parametrize("title", ["", "a\nb", "\u202eevil", "x" * 5_000])
async def test_any_title_can_be_listed(stage: Stage, title: str) -> None:
    stage.engine.questions.ask(ask(session_title=title))
    page = stage.inbox()
    await until(lambda: page.count == 1)
    page.grab()


def page_id(name: str) -> QuestionId:
    return QuestionId(name)


async def test_an_approval_after_an_answered_question_shows_all_of_itself(stage: Stage) -> None:
    page, rows = await filled(stage, 1)
    stage.window.resize(1280, 800)
    stage.composer.hide()
    stage.engine.questions.ask(approval("rm -rf build\n" * 8, name="q1", minutes_ago=1))
    await until(lambda: page.count == 2)
    QTest.keyClick(rows, Qt.Key.Key_1)
    await until(lambda: page.panel.question_id == "q1")
    await stage.idle()
    QApplication.sendPostedEvents()
    inner = page.findChildren(ApprovalCard)[0].widget()
    assert inner is not None
    parts = [part for part in inner.children() if isinstance(part, QWidget)]
    assert all(inner.rect().contains(part.geometry()) for part in parts)


async def test_the_ages_in_the_list_go_on_while_it_is_seen(stage: Stage) -> None:
    stage.engine.questions.ask(ask())
    page = stage.inbox()
    await stage.idle()
    assert page._list._minute.isActive()
    painted: list[str] = []
    page._list.itemDelegate().paint = lambda *_: painted.append("row")  # type: ignore[method-assign]
    page._list._minute.timeout.emit()
    await until(lambda: painted)
    page.hide()
    assert not page._list._minute.isActive()


async def test_a_session_that_is_renamed_is_named_anew_beside_the_list(stage: Stage) -> None:
    page, _ = await filled(stage)
    event = SessionTitleUpdated(title="Dependencies", title_version=2, source="manual")
    stage.engine.feed.publish(SessionId("s0"), event)
    await stage.idle()
    assert "Dependencies" in visible_words(page.panel)
