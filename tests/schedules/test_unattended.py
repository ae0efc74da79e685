"""A playbook that would stop and ask is known before nobody is there to answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest

from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef
from bamboo_desktop.domain.run_config import RunConfig
from bamboo_desktop.domain.trigger import Daily
from bamboo_desktop.engine.schedules.unattended import hints
from tests.cli.ctl import playbook
from tests.schedules.office import Office


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    async with Office(data_dir) as opened:
        yield opened


SHIPPED = Path(__file__).parents[2] / "resources" / "playbooks"
# What each shipped playbook needs, as its guide says, to do all it does unasked.
GRANTS = {
    "backup-check": ("Bash(*)",),
    "disk-report": ("Bash(*)",),
    "folder-changes": ("Bash(*)",),
    "git-morning": ("Bash(*)",),
    "web-page-change": ("Bash(*)", "WebFetch(example.org)", "Write({workspace}/**)"),
    "welcome": ("Write({workspace}/**)",),
}


def config(book: Path | str, *rules: str, workspace: Path | str = "") -> RunConfig:
    model = ModelRef(provider=PLAYBOOK_PROVIDER, model=str(book))
    return RunConfig(prompt="Go.", model=model, allow_rules=rules, workspace=str(workspace))


def test_a_script_that_no_grant_covers_is_told_with_the_rule_that_would(tmp_path: Path) -> None:
    script = 'tool: Bash\n    args: {command: "cd . || exit\\nls | sort"}'
    book = playbook(tmp_path / "a.yaml", "say: Hello.", script)
    for rules in ((), ("Bash(cd *)",)):
        (told,) = hints(config(book, *rules))
        assert "stop and ask: Bash (line 5); give Bash(*)" in told
    for rules in (("Bash(*)",), ("Bash",)):
        assert hints(config(book, *rules)) == ()


def test_a_plain_command_is_covered_by_a_narrow_rule(tmp_path: Path) -> None:
    command = "git log {{message | quote}}"
    book = playbook(tmp_path / "a.yaml", f'tool: Bash\n    args: {{command: "{command}"}}')
    assert hints(config(book, "Bash(git log *)")) == ()
    assert len(hints(config(book, "Bash(git show *)"))) == 1


def test_what_is_dangerous_asks_whatever_is_given(tmp_path: Path) -> None:
    book = playbook(tmp_path / "a.yaml", 'tool: Bash\n    args: {command: "rm -rf build"}')
    (told,) = hints(config(book, "Bash(*)"))
    assert "always asks" in told


def test_files_and_pages_are_looked_at_too(tmp_path: Path) -> None:
    book = playbook(
        tmp_path / "a.yaml",
        "tool: Read\n    args: {file_path: here.txt}",
        "tool: Read\n    args: {file_path: /etc/hosts}",
        "tool: Write\n    args: {file_path: note.md, content: x}",
        'tool: WebFetch\n    args: {url: "https://example.org/a"}',
    )
    (told,) = hints(config(book, workspace=tmp_path))
    assert "Read (line 6), Write (line 8), WebFetch (line 10)" in told
    assert f"Read(/etc/hosts) and Write({tmp_path}/**) and WebFetch(example.org)" in told
    rules = ("Read(/etc/**)", f"Write({tmp_path}/**)", "WebFetch(*.example.org)")
    assert len(hints(config(book, *rules, workspace=tmp_path))) == 1
    rules = ("Read(/etc/**)", f"Write({tmp_path}/**)", "WebFetch(example.org)")
    assert hints(config(book, *rules, workspace=tmp_path)) == ()


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.yaml")))
def test_every_shipped_playbook_runs_unasked_with_what_its_guide_says(
    name: str, tmp_path: Path
) -> None:
    guide = (SHIPPED / "README.md").read_text(encoding="utf-8")
    row = next(line for line in guide.splitlines() if line.startswith(f"| `{name}` |"))
    for rule in GRANTS[name]:
        assert rule.replace("{workspace}", "/my/folder") in row
    rules = tuple(rule.replace("{workspace}", str(tmp_path)) for rule in GRANTS[name])
    book = SHIPPED / f"{name}.yaml"
    assert hints(config(book, workspace=tmp_path)) != ()
    told = hints(config(book, *rules, workspace=tmp_path))
    # It empties nothing but what somebody has chosen, and that is asked about every time.
    assert all("always asks" in each for each in told)
    assert len(told) == (name == "disk-report")


async def test_a_preview_warns_of_a_playbook_that_would_stop(
    office: Office, tmp_path: Path
) -> None:
    script = 'tool: Bash\n    args: {command: "ls | sort"}'
    book = playbook(tmp_path / "a.yaml", script)
    look = office.engine.schedules.preview
    shown = await look(Daily(at=time(9)), "UTC", run_config=config(book))
    assert "stop and ask: Bash (line 4)" in shown.warnings[0]
    shown = await look(Daily(at=time(9)), "UTC", run_config=config(book, "Bash(*)"))
    assert shown.warnings == ()
    assert hints(config(tmp_path / "gone.yaml")) == ()
