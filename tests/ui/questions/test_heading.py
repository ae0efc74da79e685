"""The head of a question tells its age as it is now, however long it has been on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views import question_times
from bamboo_desktop.ui.views.question_heading import QuestionHeading
from tests.ui.questions.asked import approval
from tests.ui.questions.test_dialog import visible_words


@dataclass
class Clock:
    now_: datetime

    def now(self) -> datetime:
        return self.now_


def test_the_age_is_told_anew_when_the_head_is_seen_again(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    heading = QuestionHeading(Theme(qapp, mode=ThemeMode.LIGHT))
    qtbot.addWidget(heading)
    record = approval("ls")
    later = Clock(record.question.asked_at + timedelta(minutes=4))
    monkeypatch.setattr(question_times, "_CLOCK", later)
    heading.set_record(record)
    heading.show()
    assert "asked 4m ago" in visible_words(heading)
    heading.hide()
    later.now_ = later.now_ + timedelta(minutes=3)
    heading.show()
    assert "asked 7m ago" in visible_words(heading)
