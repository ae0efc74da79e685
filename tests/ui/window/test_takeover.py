"""A data folder that a run of bambooctl has: told as that, taken over, or waited for."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication

from bamboo_desktop.app.program import Program
from bamboo_desktop.ui.theme import Theme
from tests.remote.served import Served
from tests.ui.window.rig import button, labels
from tests.ui.window.test_program import made, opened, play
from tests.waiting import until


async def told(program: Program) -> None:
    page = program._window.start_page
    await until(lambda: any("bambooctl" in text for text in labels(page)), what="the owner")


async def test_it_can_be_ended_and_its_data_opened(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    owner = Served(data_dir, face="bambooctl")
    await owner.open()
    ending: list[asyncio.Task[None]] = []
    owner.on_quit = lambda: ending.append(asyncio.ensure_future(owner.close()))

    async def scene(program: Program) -> None:
        await told(program)
        button(program._window.start_page, "End it and open here").click()
        await opened(program)
        program._window.close()

    await play(made(qapp, data_dir), scene)
    await asyncio.gather(*ending)
    assert len(ending) == 1


async def test_the_window_opens_by_itself_when_the_run_has_ended(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    owner = Served(data_dir, face="bambooctl")
    await owner.open()

    async def scene(program: Program) -> None:
        await told(program)
        await owner.close()
        await opened(program)
        program._window.close()

    await play(made(qapp, data_dir), scene)


async def test_who_quits_meanwhile_does_not_wait_for_it(
    qapp: QApplication, theme: Theme, data_dir: Path
) -> None:
    async with Served(data_dir, face="bambooctl"):

        async def scene(program: Program) -> None:
            await told(program)
            button(program._window.start_page, "Quit").click()

        await play(made(qapp, data_dir), scene)
