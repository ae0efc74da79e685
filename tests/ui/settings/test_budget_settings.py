"""What agents may use is set once for all, in words of money, tokens, minutes and calls."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit

from tests.ui.settings.conftest import Desk
from tests.ui.settings.test_settings import named


async def kept(desk: Desk) -> dict[str, str]:
    every = await desk.engine.preferences.all()
    return {key: value for key, value in every.items() if key.startswith("budget.")}


async def fill(desk: Desk, page: object, name: str, text: str) -> None:
    field = named(page, QLineEdit, name)  # type: ignore[arg-type]
    field.setText(text)
    field.editingFinished.emit()
    await desk.idle()


async def test_limits_are_kept_as_they_are_filled_in_and_shown_again(desk: Desk) -> None:
    page = await desk.settings()
    await fill(desk, page, "A run: Money, $", "1.5")
    await fill(desk, page, "A run: Minutes", "20")
    await fill(desk, page, "A day, all runs: Tokens", "500000")
    await fill(desk, page, "A day, all runs: Tool calls", "0")
    wanted = {
        "budget.run.cost_micros": "1500000",
        "budget.run.seconds": "1200",
        "budget.day.tokens": "500000",
        "budget.day.calls": "0",
    }
    assert await kept(desk) == wanted
    again = await desk.settings()
    assert named(again, QLineEdit, "A run: Money, $").text() == "1.5"
    assert named(again, QLineEdit, "A day, all runs: Tool calls").text() == "0"
    assert named(again, QLineEdit, "A run: Tokens").text() == ""
    await fill(desk, again, "A run: Money, $", "")
    del wanted["budget.run.cost_micros"]
    assert await kept(desk) == wanted


async def test_a_field_that_is_only_visited_changes_nothing(desk: Desk) -> None:
    await desk.engine.preferences.put("budget.run.seconds", "90")
    page = await desk.settings()
    named(page, QLineEdit, "A run: Minutes").editingFinished.emit()
    await desk.idle()
    assert await kept(desk) == {"budget.run.seconds": "90"}


async def test_what_happens_at_a_limit_is_chosen(desk: Desk) -> None:
    page = await desk.settings()
    box = named(page, QComboBox, "At a limit")
    assert box.currentText() == "Pause and ask me"
    box.setCurrentIndex(1)
    await desk.idle()
    assert await kept(desk) == {"budget.at_limit": "finish"}
    assert named(await desk.settings(), QComboBox, "At a limit").currentText() == "Sum up and end"
