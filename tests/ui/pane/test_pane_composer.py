from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from bamboo_desktop.domain import events
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import QueuedId, SessionId
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.usage import ContextGauge, Usage
from bamboo_desktop.domain.work import QueuedMessage, QueueMode
from bamboo_desktop.ui.views.composer import Composer
from bamboo_desktop.ui.views.composer_bar import RunPhase
from bamboo_desktop.ui.views.session_view import SessionView
from tests.ui.pane.fake import SESSION, START, FakeEngine
from tests.waiting import until

OTHER = SessionId("s-2")


async def opened(view: SessionView, session_id: SessionId = SESSION) -> Composer:
    view.show_session(session_id)
    await until(lambda: view.transcript.feed.is_open)
    await until(lambda: not view.composer.draft._is_loading)
    return view.composer


def waiting(text: str, number: int = 1, mode: QueueMode = QueueMode.QUEUE) -> QueuedMessage:
    return QueuedMessage(
        id=QueuedId(f"w{number}"), session_id=SESSION, text=text, mode=mode, created_at=START
    )


async def test_enter_sends_and_shift_enter_begins_a_line(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    QTest.keyClicks(composer.edit, "one")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(composer.edit, "two")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    await until(lambda: engine.runs.sent)
    text = engine.runs.sent[0][1].replace("\u2028", "\n")
    assert text == "one\ntwo"
    await until(lambda: composer.edit.toPlainText() == "")


async def test_with_the_setting_off_only_control_enter_sends(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.preferences.values["enter_sends"] = "false"
    composer = await opened(view)
    await until(lambda: not composer.edit.enter_sends)
    QTest.keyClicks(composer.edit, "one")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    QTest.keyClicks(composer.edit, "two")
    assert engine.runs.sent == []
    QTest.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: engine.runs.sent)
    assert engine.runs.sent[0][1] == "one\ntwo"


async def test_an_empty_message_cannot_be_sent(engine: FakeEngine, view: SessionView) -> None:
    composer = await opened(view)
    assert not composer.bar.send_button.isEnabled()
    composer.edit.put(" \n\t ")
    assert not composer.bar.send_button.isEnabled()
    composer.send()
    composer.edit.put("x")
    assert composer.bar.send_button.isEnabled()
    assert engine.runs.sent == []


async def test_a_refused_message_stays_and_the_reason_is_said(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    engine.runs.refusal = UserError("Choose a model for this session first.")
    composer.edit.put("do it")
    composer.send()
    await until(lambda: composer.notice.sentence)
    assert composer.notice.sentence == "Choose a model for this session first."
    assert composer.edit.toPlainText() == "do it"
    assert composer.bar.send_button.isEnabled()


async def test_a_second_press_while_sending_sends_once(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    engine.runs.gate = asyncio.Event()
    composer.edit.put("once")
    composer.send()
    composer.send()
    composer.edit.appendPlainText("typed meanwhile")
    engine.runs.gate.set()
    await until(lambda: composer.edit.toPlainText() == "typed meanwhile")
    assert [text for _, text, _ in engine.runs.sent] == ["once"]


async def test_drafts_are_kept_per_session_and_come_back(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.sessions.drafts[OTHER] = "other draft"
    composer = await opened(view)
    QTest.keyClicks(composer.edit, "unfinished")
    await opened(view, OTHER)
    assert composer.edit.toPlainText() == "other draft"
    await until(lambda: engine.sessions.drafts.get(SESSION) == "unfinished")
    await opened(view)
    assert composer.edit.toPlainText() == "unfinished"
    assert engine.sessions.drafts[OTHER] == "other draft"


async def test_a_pause_saves_the_draft_and_sending_clears_it(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    QTest.keyClicks(composer.edit, "soon gone")
    await until(lambda: engine.sessions.drafts.get(SESSION) == "soon gone")
    composer.send()
    await until(lambda: engine.sessions.drafts[SESSION] == "")


async def test_what_was_typed_while_the_draft_loaded_is_kept_beside_it(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.sessions.drafts[SESSION] = "from before"
    view.show_session(SESSION)
    view.composer.edit.put("typed at once")
    await until(lambda: not view.composer.draft._is_loading)
    assert view.composer.edit.toPlainText() == "from before\ntyped at once"


async def test_a_message_sent_just_before_leaving_leaves_no_draft(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    engine.runs.gate = asyncio.Event()
    composer.edit.put("sent")
    composer.send()
    await opened(view, OTHER)
    engine.runs.gate.set()
    await until(lambda: engine.runs.sent)
    await until(lambda: engine.sessions.drafts.get(SESSION) == "")


async def test_a_paste_of_ten_megabytes_is_refused_and_nothing_is_lost(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    composer.edit.put("my words")
    pasted = QMimeData()
    pasted.setText("x" * 10_000_000)
    composer.edit.insertFromMimeData(pasted)
    assert composer.edit.toPlainText() == "my words"
    assert "10,000,000 characters" in composer.notice.sentence
    small = QMimeData()
    small.setText(" and more")
    composer.edit.insertFromMimeData(small)
    assert composer.edit.toPlainText() == "my words and more"


async def test_a_message_too_long_to_send_is_kept(engine: FakeEngine, view: SessionView) -> None:
    composer = await opened(view)
    composer.edit.put("ö" * 600_000)
    composer.send()
    assert engine.runs.sent == []
    assert "Your text is kept" in composer.notice.sentence
    assert len(composer.edit.toPlainText()) == 600_000


@pytest.mark.parametrize("text", ["a\ud800b", "nul\x00nul", "שלום\u202e עולם", "👩‍👩‍👧"])
async def test_any_text_can_be_written_kept_and_sent(
    engine: FakeEngine, view: SessionView, text: str
) -> None:
    composer = await opened(view)
    composer.edit.put(text)
    composer.draft.flush()
    await until(lambda: SESSION in engine.sessions.drafts)
    engine.sessions.drafts[SESSION].encode("utf-8")
    composer.send()
    await until(lambda: engine.runs.sent)


async def test_while_a_run_is_live_a_message_queues_or_steers(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.alive()
    composer = await opened(view)
    assert composer.bar.phase is RunPhase.LIVE
    assert composer.bar._steer.isVisible()
    composer.edit.put("later")
    composer.send()
    await until(lambda: len(engine.runs.sent) == 1)
    composer.bar.choose(QueueMode.STEER)
    composer.edit.put("now")
    composer.send()
    await until(lambda: len(engine.runs.sent) == 2)
    assert [mode for _, _, mode in engine.runs.sent] == [QueueMode.QUEUE, QueueMode.STEER]


async def test_waiting_messages_are_shown_edited_moved_and_taken_back(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.runs.waiting = [waiting("first", 1), waiting("second", 2)]
    composer = await opened(view)
    await until(lambda: len(composer.queue._rows) == 2)
    row = composer.queue._rows["w1"]
    row._edit.click()
    row._field.setPlainText("first, changed")
    QTest.keyClick(row._field, Qt.Key.Key_Return)
    await until(lambda: engine.runs.waiting[0].text == "first, changed")
    row._mode.click()
    await until(lambda: engine.runs.waiting[0].mode is QueueMode.STEER)
    composer.queue.removed.emit(QueuedId("w2"))
    await until(lambda: set(composer.queue._rows) == {"w1"})
    engine.runs.waiting = []
    engine.publish(events.QueueUpdated(waiting=0))
    await until(lambda: not composer.queue.isVisible())


async def test_waiting_messages_say_what_they_wait_for(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.runs.waiting = [waiting("first")]
    engine.alive()
    composer = await opened(view)
    title = composer.queue._title
    await until(lambda: title.text() == "Waiting for delivery: 1")
    engine.runs.living.clear()
    engine.publish(events.Cancelled())
    await until(lambda: title.text() == "Kept until you write again: 1")


async def test_a_waiting_message_that_is_edited_says_how_to_keep_it(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.runs.waiting = [waiting("first")]
    composer = await opened(view)
    await until(lambda: composer.queue._rows)
    row = composer.queue._rows["w1"]
    before = row._edit.toolTip()
    row._edit.click()
    assert "Enter" in row._edit.toolTip()
    QTest.keyClicks(row._field, " and more")
    assert row._field.toPlainText() == "first and more"
    QTest.keyClick(row._field, Qt.Key.Key_Escape)
    assert row._edit.toolTip() == before
    assert engine.runs.waiting[0].text == "first"


async def test_an_edit_of_a_message_just_delivered_is_not_lost(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.runs.waiting = [waiting("first")]
    composer = await opened(view)
    await until(lambda: composer.queue._rows)
    row = composer.queue._rows["w1"]
    row._edit.click()
    row._field.setPlainText("first, with much work")
    engine.runs.waiting = []
    QTest.keyClick(row._field, Qt.Key.Key_Return)
    await until(lambda: composer.edit.toPlainText() == "first, with much work")
    assert "delivered already" in composer.notice.sentence


async def test_stop_says_that_it_stops_and_then_offers_force(
    engine: FakeEngine, view: SessionView
) -> None:
    engine.alive()
    composer = await opened(view)
    bar = composer.bar
    assert bar.stop_button.text() == "Stop"
    engine.alive(status=AgentStatus.STOPPING)
    bar.stop_button.click()
    await until(lambda: bar.phase is RunPhase.STOPPING)
    assert engine.runs.asked == ["stop"]
    assert not bar.stop_button.isEnabled()
    bar._force.timeout.emit()
    assert (bar.stop_button.text(), bar.stop_button.isEnabled()) == ("Force stop", True)
    bar.stop_button.click()
    await until(lambda: engine.runs.asked == ["stop", "force_stop"])
    engine.runs.living.clear()
    engine.publish(events.Cancelled())
    await until(lambda: bar.phase is RunPhase.IDLE)
    assert not bar.stop_button.isVisible()


async def test_the_meter_shows_how_full_the_context_is(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    assert not composer.bar.meter.isVisible()
    engine.publish(
        events.TokenBudgetUpdated(
            run_usage=Usage(input_tokens=12_400, cost_micros=31_000),
            session_usage=Usage(input_tokens=12_400),
            context=ContextGauge(used_tokens=90_000, window_tokens=100_000),
        )
    )
    await until(composer.bar.meter.isVisible)
    assert "90,000 of 100,000" in composer.bar.meter.toolTip()
    assert composer.bar.meter._words() == "90 % · 12.4k · $0.03"


def unpriced(tokens: int) -> events.TokenBudgetUpdated:
    usage = Usage(input_tokens=tokens)
    gauge = ContextGauge(used_tokens=900, window_tokens=0)
    return events.TokenBudgetUpdated(run_usage=usage, session_usage=usage, context=gauge)


async def test_a_playbook_that_uses_no_tokens_has_no_meter(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    engine.publish(unpriced(7))
    await until(composer.bar.meter.isVisible)
    engine.publish(unpriced(0))
    await until(composer.bar.meter.isHidden)


async def test_the_field_grows_with_its_text_up_to_twelve_lines(
    engine: FakeEngine, view: SessionView
) -> None:
    composer = await opened(view)
    low = composer.edit.height()
    composer.edit.put("\n" * 7)
    middle = composer.edit.height()
    composer.edit.put("\n" * 70)
    high = composer.edit.height()
    line = QFontMetricsF(composer.edit.font()).lineSpacing()
    assert middle - low == pytest.approx(5 * line, abs=1)
    assert high - low == pytest.approx(9 * line, abs=1)
