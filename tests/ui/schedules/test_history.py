"""The history of a schedule: answers as they read, and the way back from a comparison."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bamboo_desktop.domain.ids import OccurrenceId
from bamboo_desktop.domain.schedule_view import Comparison, OccurrenceDetail
from bamboo_desktop.ui.models.history_rows import answer_line
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.schedules.history_side import HistorySide
from tests.ui.schedules.values import NOW, draft, entry, occurrence
from tests.ui.window.rig import Rig, button
from tests.waiting import until

ANSWER = "## Disk\n\n- **full**: `/var` is at 93 %\n- see [the log](file:///var/log)\n"


def detail(number: int, answer: str = ANSWER) -> OccurrenceDetail:
    at = NOW - timedelta(hours=number)
    made = replace(occurrence(planned_at=at), id=OccurrenceId(f"o{number}"))
    return OccurrenceDetail(occurrence=made, answer=answer)


def test_a_row_and_the_answer_read_without_markdown(theme: Theme) -> None:
    words = answer_line(detail(1))
    assert not any(mark in words for mark in "#*`[]()")
    assert "full: /var is at 93 %" in words
    side = HistorySide(theme)
    side.show_detail(entry(NOW), detail(1), "UTC", NOW, has_before=True)
    assert "full: /var is at 93 %" in side.answer
    assert "**" not in side.answer


def test_the_answer_begins_right_below_what_is_known_of_its_run(theme: Theme) -> None:
    side = HistorySide(theme)
    side.resize(600, 900)
    side.show()
    side.show_detail(entry(NOW), detail(1), "UTC", NOW, has_before=True)
    assert side._panel.maximumHeight() < 400
    side.show_detail(entry(NOW), detail(1, ""), "UTC", NOW, has_before=False)
    assert side._panel.maximumHeight() > 900
    side.close()


async def test_esc_leads_from_a_comparison_back_to_the_run_and_then_out(rig: Rig) -> None:
    made = await rig.engine.schedules.create(draft("One"))
    await rig.engine.occurrences.run_now(made.id)
    rig.window.show()
    rig.trigger("go.schedules")
    page = rig.bench.pages.schedules
    page.history(made.id)
    past = page.past
    await until(lambda: past.model.rowCount() == 1)
    left: list[int] = []
    past.closed.connect(lambda: left.append(1))
    two = Comparison(first=detail(2), second=detail(1), is_changed=True, basis="The answers")
    for by_key in (True, False):
        past.side.show_comparison(two)
        assert past.side.comparison
        if by_key:
            QTest.keyClick(past, Qt.Key.Key_Escape)
        else:
            button(past.side, "Back to the run").click()
        assert not past.side.comparison
        assert left == []
    QTest.keyClick(past, Qt.Key.Key_Escape)
    assert left == [1]
