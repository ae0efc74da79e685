"""Dialogs: awaited, never nested, gone afterwards."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QToolButton, QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.ui import dialogs
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import ThemeMode
from tests.ui.window.rig import box, button
from tests.waiting import until


@pytest.fixture
def window(theme: Theme) -> QWidget:
    shown = QWidget()
    shown.show()
    return shown


async def test_other_tasks_go_on_while_a_dialog_is_open(window: QWidget) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.ensure_future(tick())  # noqa: TID251, RUF100
    dialog = QDialog(window)
    waiting = asyncio.ensure_future(dialogs.shown(dialog))  # noqa: TID251, RUF100
    await until(dialog.isVisible)
    before = ticks
    await until(lambda: ticks > before + 50)
    dialog.accept()
    assert await waiting == int(QDialog.DialogCode.Accepted)
    ticking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ticking


async def test_a_dialog_that_goes_with_its_parent_counts_as_rejected(window: QWidget) -> None:
    parent = QWidget(window)
    dialog = QDialog(parent)
    waiting = asyncio.ensure_future(dialogs.shown(dialog))  # noqa: TID251, RUF100
    await until(dialog.isVisible)
    parent.deleteLater()
    assert await asyncio.wait_for(waiting, 20) == dialogs.REJECTED


async def test_a_cancelled_wait_closes_the_dialog(window: QWidget) -> None:
    dialog = QDialog(window)
    closed: list[int] = []
    dialog.finished.connect(closed.append)
    waiting = asyncio.ensure_future(dialogs.shown(dialog))  # noqa: TID251, RUF100
    await until(dialog.isVisible)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert closed == [0]


@pytest.mark.parametrize(("text", "expected"), [("Delete", True), ("Keep", False)])
async def test_only_the_named_button_means_yes(window: QWidget, text: str, expected: bool) -> None:
    asked = asyncio.ensure_future(  # noqa: TID251, RUF100
        dialogs.confirm(window, question="Sure?", yes="Delete", no="Keep")
    )
    shown = await box(window)
    assert shown.defaultButton() is button(shown, "Keep")
    button(shown, text).click()
    assert await asked is expected


async def test_escape_means_no(window: QWidget) -> None:
    asked = asyncio.ensure_future(  # noqa: TID251, RUF100
        dialogs.confirm(window, question="Sure?", yes="Delete")
    )
    (await box(window)).reject()
    assert await asked is False


async def test_a_refusal_of_the_world_is_told_with_its_details_folded(window: QWidget) -> None:
    error = UserError("The disk is full; make room.", details="ENOSPC")
    told = asyncio.ensure_future(dialogs.tell(window, error))  # noqa: TID251, RUF100
    shown = await box(window)
    assert shown.text() == error.sentence
    assert shown.detailedText() == "ENOSPC"
    button(shown, "Close").click()
    await told


async def test_a_line_of_text_or_none(window: QWidget) -> None:
    for accept, expected in ((True, "New"), (False, None)):
        asked = asyncio.ensure_future(  # noqa: TID251, RUF100
            dialogs.ask_text(window, title="Rename", label="Title", text="New")
        )
        dialog = await until(
            lambda: next((d for d in window.findChildren(QInputDialog) if d.isVisible()), None)
        )
        assert dialog is not None
        assert dialog.width() >= 420, "a title does not fit"
        dialog.accept() if accept else dialog.reject()
        assert await asked == expected


async def test_no_folder_is_chosen_when_the_person_thinks_better_of_it(window: QWidget) -> None:
    asked = asyncio.ensure_future(  # noqa: TID251, RUF100
        dialogs.choose_folder(window, title="Folder")
    )
    dialog = await until(
        lambda: next((d for d in window.findChildren(QFileDialog) if d.isVisible()), None)
    )
    assert dialog is not None
    dialog.reject()
    assert await asked is None


def inked(button: QToolButton, mode: QIcon.Mode) -> set[str]:
    """The colours of its picture where it is not seen through."""
    picture = button.icon().pixmap(button.iconSize(), mode).toImage()
    places = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
    spots = (picture.pixelColor(x, y) for x, y in places)
    return {spot.name() for spot in spots if spot.alpha() == 255}


async def test_the_arrows_of_a_file_dialog_have_the_colour_of_text(
    theme: Theme, window: QWidget
) -> None:
    theme.set_mode(ThemeMode.DARK)
    waiting = asyncio.ensure_future(dialogs.choose_folder(window, title="Where"))  # noqa: TID251, RUF100
    await until(lambda: window.findChildren(QFileDialog))
    dialog = window.findChildren(QFileDialog)[0]
    await until(dialog.isVisible)
    for name in ("backButton", "forwardButton", "toParentButton"):
        arrow = dialog.findChild(QToolButton, name)
        assert arrow is not None
        assert inked(arrow, QIcon.Mode.Normal) == {theme.tokens.text.lower()}
        quiet = dialog.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
        assert inked(arrow, QIcon.Mode.Disabled) == {quiet.name()}
    dialog.reject()
    assert await waiting is None
    theme.set_mode(ThemeMode.LIGHT)
