"""The guided tour: a shipped playbook that needs no key and no network."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from bamboo_desktop.domain.errors import InvalidInputError, UserError
from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.formats import home_short
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.first_run_way import Way
from bamboo_desktop.ui.views.question_parts import button

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

WELCOME = "welcome.yaml"


class TourWay(Way):
    """Starts a session that plays the welcome playbook in a folder of its own."""

    def __init__(
        self,
        engine: Engine,
        tasks: TaskSet,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        folder: Path,
    ) -> None:
        super().__init__("play", theme, parent)
        self._engine = engine
        self._tasks = tasks
        self._folder = folder
        self.introduce(
            self.tr("Take the guided tour"),
            self.tr(
                "Two minutes with real tools and real questions. It needs no account, no key and "
                "no network, and it changes nothing without asking you. "
            )
            + self.tr("It works in a folder of its own, %1.").replace(
                "%1", home_short(str(folder))
            ),
        )
        self._start = button(self.tr("Start the &tour"), "primary", self.tr("Start the tour"))
        # It has the focus when the page comes: Enter presses it as the space bar does.
        self._start.setAutoDefault(True)
        self._start.clicked.connect(self.start)
        self.content.addWidget(self._start, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self._start)

    def start(self) -> None:
        """Make the session and send it on its way."""
        self._start.setEnabled(False)
        self.say("")
        self._tasks.spawn(self._begin(), name="start the tour")

    async def _begin(self) -> None:
        try:
            playbooks = await self._engine.models.playbooks()
            tour = next((info for info in playbooks if info.path.name == WELCOME), None)
            if tour is None:
                self.say(self.tr("The tour is missing: install the program again."), "trouble")
                return
            await asyncio.to_thread(_make, self._folder)
            session = await self._engine.sessions.create(
                workspace=str(self._folder),
                model=ModelRef(provider=PLAYBOOK_PROVIDER, model=str(tour.path)),
                title=tour.title,
            )
            await self._engine.runs.send(session.id, self.tr("Show me around"))
        except UserError as error:
            self.say(error.sentence, "trouble")
        else:
            self.session_made.emit(session.id)
        finally:
            self._start.setEnabled(True)


def _make(folder: Path) -> None:
    """Make the folder the tour works in; one that is there already is used as it is.

    Raises:
        InvalidInputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError(
            f"The tour needs the folder {folder}, and it cannot be made: "
            f"{error.strerror or error}. Make it by hand, or free its name."
        ) from error
