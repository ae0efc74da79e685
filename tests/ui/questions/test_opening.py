from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bamboo_desktop.domain.events import SessionTitleUpdated
from bamboo_desktop.domain.ids import QuestionId, SessionId
from bamboo_desktop.ui.views import question_typing
from tests.ui.questions.asked import ask
from tests.ui.questions.conftest import Stage
from tests.ui.questions.test_dialog import visible_words
from tests.waiting import until


async def test_a_question_of_the_session_in_view_opens_by_itself(stage: Stage) -> None:
    dialogs = stage.dialogs()
    record = ask()
    dialogs.session_in_view(record.question.session_id)
    stage.engine.questions.ask(record)
    stage.engine.questions.ask(ask(name="q2", session="another"))
    await until(lambda: dialogs.open_dialogs)
    await stage.idle()
    assert [dialog.question_id for dialog in dialogs.open_dialogs] == ["q1"]


async def test_no_dialog_opens_over_somebodys_typing(stage: Stage) -> None:
    dialogs = stage.dialogs()
    record = ask()
    dialogs.session_in_view(record.question.session_id)
    stage.composer.setFocus()
    await until(stage.composer.hasFocus)
    QTest.keyClicks(stage.composer, "while I write")
    stage.engine.questions.ask(record)
    await stage.idle()
    assert dialogs.open_dialogs == ()


async def test_a_dialog_that_opens_beside_a_still_composer_does_not_take_the_keys(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_typing, "STILL_FOR_MS", 0)
    dialogs = stage.dialogs()
    record = ask()
    dialogs.session_in_view(record.question.session_id)
    stage.composer.setFocus()
    await until(stage.composer.hasFocus)
    stage.engine.questions.ask(record)
    dialog = await stage.opened(dialogs)
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)


async def test_a_question_left_for_later_does_not_come_back_by_itself(stage: Stage) -> None:
    dialogs = stage.dialogs()
    record = ask()
    dialogs.session_in_view(record.question.session_id)
    stage.engine.questions.ask(record)
    dialog = await stage.opened(dialogs)
    dialog.reject()
    await stage.idle()
    dialogs.session_in_view(None)
    dialogs.session_in_view(record.question.session_id)
    await stage.idle()
    assert dialogs.open_dialogs == ()
    dialogs.show_question(record.question.id)
    await until(lambda: dialogs.open_dialogs)


async def test_a_dialog_that_opened_by_itself_goes_with_its_session(stage: Stage) -> None:
    dialogs = stage.dialogs()
    record = ask()
    dialogs.session_in_view(record.question.session_id)
    stage.engine.questions.ask(record)
    await stage.opened(dialogs)
    dialogs.session_in_view(None)
    await stage.idle()
    assert dialogs.open_dialogs == ()
    dialogs.session_in_view(record.question.session_id)
    await until(lambda: dialogs.open_dialogs)


async def test_dialogs_go_and_come_with_the_window(stage: Stage) -> None:
    dialogs = stage.dialogs()
    dialogs.show_question(stage.engine.questions.ask(ask()))
    dialog = await stage.opened(dialogs)
    stage.window.hide()
    assert not dialog.isVisible()
    stage.window.show()
    assert dialog.isVisible()
    assert dialogs.open_dialogs == (dialog,)


async def test_a_dialog_that_closes_gives_the_keys_back_only_where_it_had_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialogs = stage.dialogs()
    for name in ("q1", "q2"):
        stage.engine.questions.ask(ask(name=name, session=name))
    raised: list[str] = []
    monkeypatch.setattr(stage.window, "activateWindow", lambda: raised.append("window"))
    dialogs.show_question(QuestionId("q1"))
    dialog = await stage.opened(dialogs)
    monkeypatch.setattr(dialog, "isActiveWindow", lambda: False)  # another program has them
    dialog.reject()
    assert raised == []
    dialogs.show_question(QuestionId("q2"))
    dialog = await stage.opened(dialogs)
    monkeypatch.setattr(dialog, "isActiveWindow", lambda: True)
    dialog.reject()
    assert raised == ["window"]


async def test_a_session_that_is_renamed_is_named_anew_in_its_open_question(stage: Stage) -> None:
    dialogs = stage.dialogs()
    record = ask()
    stage.engine.questions.ask(record)
    dialogs.show_question(record.question.id)
    dialog = await stage.opened(dialogs)
    for session, title in (("another", "Not this"), ("s1", "Dependencies")):
        event = SessionTitleUpdated(title=title, title_version=2, source="manual")
        stage.engine.feed.publish(SessionId(session), event)
    await stage.idle()
    assert "Dependencies" in visible_words(dialog)
    assert "Dependencies" in dialog.windowTitle()
