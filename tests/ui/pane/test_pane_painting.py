"""Only what changed is painted again, and the screen shows what a whole painting would."""

from __future__ import annotations

import random
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtGui import QImage, QPaintEvent

from bamboo_desktop.domain import events
from bamboo_desktop.domain.ids import MessageId
from bamboo_desktop.domain.run import RunCause
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.pane import layouts
from bamboo_desktop.ui.views.pane.view import EventPane
from bamboo_desktop.ui.views.session_view import SessionView
from tests.ui.pane.fake import RUN, SESSION, START, FakeEngine, entry
from tests.waiting import until

ANSWER = (
    "# A heading\n\nSome **words** with `code` and a [link](https://example.org).\n\n"
    "- one\n- two\n\n```py\nx = 1\nprint(x)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nAnd on. "
)


def on_screen(pane: EventPane) -> QImage:
    """What the screen shows of the pane, put together from all paintings so far."""
    window = pane.window()
    return _part(pane, window.screen().grabWindow(window.winId()).toImage())


def anew(pane: EventPane) -> QImage:
    """What the screen would show if the window were painted whole."""
    return _part(pane, pane.window().grab().toImage())


def _part(pane: EventPane, shown: QImage) -> QImage:
    viewport, ratio = pane.viewport(), shown.devicePixelRatio()
    place = QRect(viewport.mapTo(pane.window(), QPoint(0, 0)) * ratio, viewport.size() * ratio)
    return shown.copy(place).convertToFormat(QImage.Format.Format_RGB32)


def paint(view: SessionView) -> None:
    """Have Qt paint now what it knows to be stale."""
    view.composer.repaint(0, 0, 1, 1)  # one pixel of another widget brings the whole window along


async def streaming(view: SessionView, engine: FakeEngine, theme: Theme) -> EventPane:
    theme.set_moves(moves=False)
    rows = [entry(number, EntryKind.USER, f"{number}\nlines\nlines") for number in range(12)]
    engine.store(*rows, session_id=SESSION)
    view.show_session(SESSION)
    await until(lambda: view.transcript.feed.is_open)
    engine.publish(events.ExecutionStarted(cause=RunCause.TYPED, started_at=START), run_id=RUN)
    return view.transcript.pane


def say(engine: FakeEngine, text: str, round_: int = 1) -> None:
    engine.publish(events.Token(round=round_, content=text), run_id=RUN)


@pytest.mark.parametrize("pause", [0.0, 60.0], ids=["markdown", "plain"])
@pytest.mark.parametrize("follows", [True, False], ids=["at the end", "scrolled back"])
async def test_the_screen_is_what_a_whole_painting_would_be(
    view: SessionView,
    engine: FakeEngine,
    theme: Theme,
    monkeypatch: pytest.MonkeyPatch,
    *,
    pause: float,
    follows: bool,
) -> None:
    monkeypatch.setattr(layouts, "RENDER_SECONDS", pause)
    pane = await streaming(view, engine, theme)
    dice = random.Random(7)
    place, text = 0, ANSWER * 4
    while place < len(text):
        step = dice.randint(1, 40)
        say(engine, text[place : place + step])
        place += step
        await until(partial(_shows, view, text[:place]))
        if not follows and place > 500:
            pane.verticalScrollBar().setValue(pane.verticalScrollBar().maximum() - 150)
        paint(view)
        assert on_screen(pane) == anew(pane), place
    message = MessageId("m")
    engine.store(entry(12, EntryKind.ASSISTANT, text, message_id=message, run_id=RUN))
    stored = events.MessageAppended(message_id=message, role="assistant", content="", round=1)
    engine.publish(stored, run_id=RUN)
    await until(lambda: view.transcript.model.stored == 13)
    paint(view)
    assert on_screen(pane) == anew(pane)


def _shows(view: SessionView, text: str) -> bool:
    return _live_text(view) == text


def _live_text(view: SessionView) -> str:
    return "".join(row.text for row in view.transcript.model.tail)


async def test_a_word_at_the_end_paints_a_strip(
    view: SessionView, engine: FakeEngine, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "RENDER_SECONDS", 60)
    pane = await streaming(view, engine, theme)
    say(engine, ANSWER * 4 + "a new paragraph")
    await until(lambda: "new paragraph" in _live_text(view))
    paint(view)
    painted_rects: list[QRect] = []
    event_of = pane.viewportEvent

    def spy(event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            painted_rects.append(event.rect())
        return event_of(event)

    monkeypatch.setattr(pane, "viewportEvent", spy)
    say(engine, " goes on")
    await until(lambda: "goes on" in _live_text(view))
    paint(view)
    highest = max((rect.height() for rect in painted_rects), default=0)
    assert 0 < highest < pane.viewport().height() / 3
