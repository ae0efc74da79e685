"""The head of a question tells its age as it is now, however long it has been on the screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.question_heading import QuestionHeading
from bamboo_desktop.ui.views.question_times import asked
from tests.sim import START, SimClock
from tests.ui.questions.asked import approval
from tests.ui.questions.test_dialog import visible_words


def test_the_age_is_told_anew_when_the_head_is_seen_again(qapp: QApplication, qtbot: QtBot) -> None:
    record, clock = approval("ls"), SimClock()
    heading = QuestionHeading(Theme(qapp, mode=ThemeMode.LIGHT), clock)
    qtbot.addWidget(heading)
    clock.set_wall(record.question.asked_at + timedelta(minutes=4))
    heading.set_record(record)
    heading.show()
    assert "asked 4m ago" in visible_words(heading)
    heading.hide()
    clock.set_wall(record.question.asked_at + timedelta(minutes=7))
    heading.show()
    assert "asked 7m ago" in visible_words(heading)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=20), "asked just now"),
        (timedelta(hours=3), "asked 3h ago"),
        (timedelta(days=1), "asked yesterday"),
    ],
)
def test_an_age_reads_as_a_sentence(age: timedelta, words: str) -> None:
    assert asked(START - age, START) == words
