"""Pages come up without windows of their own, and nothing of them is out of reach."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from bamboo_desktop.ui.models.calendar_cells import Span
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ColorRole
from bamboo_desktop.ui.views.schedules.calendar_grid import CalendarGrid
from bamboo_desktop.ui.views.schedules.editor_form import EditorForm
from bamboo_desktop.ui.views.schedules.field import choice
from tests.ui.schedules.values import NOW
from tests.ui.window.rig import Rig
from tests.waiting import until


class ShownWindows(QObject):
    """Notes every widget that becomes a window of its own on the screen."""

    def __init__(self, but: QWidget) -> None:
        super().__init__()
        self._but = but
        self.names: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        is_shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if is_shown and watched is not self._but and watched.isWindow():  # type: ignore[attr-defined]
            self.names.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("page", ["schedules", "inbox", "search", "settings", "first_run"])
async def test_building_a_page_shows_no_window_of_its_own(rig: Rig, page: str) -> None:
    rig.window.show()
    seen = ShownWindows(rig.window)
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(seen)
    try:
        rig.window.show_page(page)
        if page == "schedules":
            rig.trigger("schedule.new")
            schedules = rig.bench.pages.schedules
            await until(lambda: schedules.is_editing, what="the editor")
    finally:
        app.removeEventFilter(seen)
    assert seen.names == []


async def test_a_form_too_wide_for_its_place_can_be_scrolled_to_its_end(rig: Rig) -> None:
    form = EditorForm(NOW, "UTC", lambda rule: "")
    form.resize(200, 300)
    form.show()
    inner, bar = form.widget(), form.horizontalScrollBar()
    assert inner is not None
    await until(bar.isVisible, what="a bar to scroll by")
    assert inner.width() > form.viewport().width()
    assert bar.maximum() == inner.width() - form.viewport().width()
    form.resize(1200, 600)
    await until(lambda: not bar.isVisible(), what="no bar where all of it fits")
    form.close()


@pytest.mark.parametrize("hour", [1, 9, 23])
def test_a_week_opens_with_the_present_in_view(theme: Theme, hour: int) -> None:
    grid = CalendarGrid(theme)
    grid.resize(700, 400)
    grid.show()
    now = datetime(2026, 3, 5, hour, 30).astimezone().astimezone(UTC)
    grid.show_now(now)
    grid.show_cells(Span.WEEK, date(2026, 3, 5), date(2026, 3, 5), {})
    line = grid.now_line
    assert line is not None
    assert grid.viewport().rect().contains(line)
    grid.close()


def test_a_list_of_choices_marks_what_is_chosen_in_the_tint_of_the_look(theme: Theme) -> None:
    box = choice((1, "One"), (2, "Two"), name="Number")
    box.resize(200, 30)
    box.show()
    box.showPopup()
    seen = box.view().grab().toImage()
    tint = theme.color(ColorRole.ACCENT_TINT).name()
    middle = box.view().visualRect(box.model().index(0, 0)).center().y()
    assert seen.pixelColor(seen.width() - 8, middle).name() == tint
    box.hidePopup()
    box.close()
