"""What the window says of a schedule that would wait for somebody, and of a start that was late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.domain.schedule_view import OccurrenceDetail
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.schedules.occurrence_panel import OccurrencePanel
from tests.cli.ctl import playbook
from tests.ui.schedules.test_editor import editing
from tests.ui.schedules.values import draft, occurrence
from tests.ui.window.rig import Rig, labels
from tests.waiting import until


async def test_the_editor_says_where_a_playbook_would_stop_and_ask(
    rig: Rig, tmp_path: Path
) -> None:
    book = playbook(tmp_path / "a.yaml", 'tool: Bash\n    args: {command: "ls | sort"}')
    wanted = draft("Files")
    model = ModelRef(provider=PLAYBOOK_PROVIDER, model=book)
    config = replace(wanted.run_config, model=model, workspace=str(tmp_path))
    editor = await editing(rig, replace(wanted, run_config=config))
    warned = "stop and ask: Bash (line 4)"
    await until(lambda: any(warned in words for words in labels(editor.preview)))


@pytest.mark.parametrize(("seconds", "words"), [(49, "Started 49 s after"), (5, "Started on time")])
def test_a_start_that_was_late_is_not_called_on_time(
    theme: Theme, seconds: int, words: str
) -> None:
    panel = OccurrencePanel(theme)
    found = occurrence()
    started = replace(found, started_at=found.planned_at + timedelta(seconds=seconds))
    panel.show_detail(OccurrenceDetail(occurrence=started))
    assert any(words in shown for shown in labels(panel))
