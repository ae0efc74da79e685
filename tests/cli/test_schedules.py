"""Schedules on the command line, with no other program about and beside one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bamboo_desktop.clock import SystemClock
from bamboo_desktop.domain.schedule_view import Heartbeat
from tests.cli.ctl import INSTANT, Ctl, Done, playbook
from tests.engine.scripted import MODEL, say
from tests.remote.served import Served

ADD = ("add", "--name", "Morning", "--timezone", "Europe/Berlin", "--cron", "0 9 * * 1-5")
ASK = (
    "ask: Which one?\n    options:\n      - {id: a, label: A}\n      - {id: b, label: B}\n"
    "    save: way"
)


def schedules(ctl: Ctl, *arguments: str) -> Done:
    return ctl("schedules", *arguments)


def added(
    ctl: Ctl, tmp_path: Path, *more: str, steps: tuple[str, ...] = ("say: All well.",)
) -> Any:
    """A schedule that plays a playbook."""
    file = playbook(tmp_path / "morning.yaml", *steps)
    done = schedules(ctl, *ADD, "--playbook", file, "--prompt", "Go.", *more, "--json")
    assert done.code == 0, done.err
    (made,) = done.lines
    return made


def test_a_schedule_is_made_listed_and_shown(ctl: Ctl, tmp_path: Path) -> None:
    assert "No schedules yet" in schedules(ctl, "list").out
    made = added(
        ctl, tmp_path, "--misfire", "each", "--max-each", "3", "--quiet", "22:00-06:30",
        "--budget", "run:cost=0.5", "--budget", "run:time=10m", "--at-limit", "stop",
        "--allow", "Bash(git status)", "--max-lateness", "6h", "--no-execute",
    )  # fmt: skip
    assert made["sentence"] == "at 09:00, Monday through Friday, Europe/Berlin"
    assert INSTANT.match(made["next_at"])
    assert all(INSTANT.match(at) for at in made["ahead"])
    assert (made["policies"]["misfire"], made["policies"]["max_each"]) == ("each", 3)
    assert made["policies"]["quiet"] == {"start": "22:00:00", "end": "06:30:00"}
    assert made["policies"]["max_lateness"] == 6 * 3600
    assert made["run_config"]["allow_rules"] == ["Bash(git status)"]
    assert made["run_config"]["auto_execute"] is False
    (limit,) = made["budgets"]["limits"]
    assert (limit["cost_micros"], limit["seconds"]) == (500_000, 600)
    (row,) = schedules(ctl, "list", "--json").lines
    assert (row["id"], row["name"], row["stale"]) == (made["id"], "Morning", False)
    (shown,) = schedules(ctl, "show", made["id"][:6], "--json").lines
    assert shown["trigger"] == {"kind": "cron", "expression": "0 9 * * 1-5"}


def test_an_edit_changes_what_is_named_and_nothing_else(ctl: Ctl, tmp_path: Path) -> None:
    made = added(ctl, tmp_path, "--quiet", "22:00-06:00")
    (edited,) = schedules(ctl, "edit", "Morning", "--name", "Early", "--json").lines
    changed = {key for key in made if made[key] != edited[key]}
    assert changed == {"name", "revision", "updated_at"} or changed == {"name", "revision"}
    (edited,) = schedules(
        ctl, "edit", "Early", "--daily", "07:00", "--quiet", "none", "--json"
    ).lines
    assert edited["sentence"] == "every day at 07:00, Europe/Berlin"
    assert edited["policies"]["quiet"] is None
    assert edited["run_config"] == made["run_config"]


def test_switches_pauses_and_the_bin(ctl: Ctl, tmp_path: Path) -> None:
    made = added(ctl, tmp_path)
    (row,) = schedules(ctl, "disable", "morning", "--json").lines
    assert row["enabled"] is False
    (row,) = schedules(ctl, "enable", "morning", "--json").lines
    assert row["enabled"] is True
    until = "2999-01-01T00:00:00Z"
    (row,) = schedules(ctl, "pause", "Morning", "--until", until, "--json").lines
    assert (row["pause"]["until"], row["pause"]["reason"]) == (until, "person")
    (row,) = schedules(ctl, "resume", "Morning", "--json").lines
    assert row["pause"] is None
    assert schedules(ctl, "remove", "Morning").code == 0
    assert schedules(ctl, "list", "--json").lines == []
    (row,) = schedules(ctl, "list", "--bin", "--json").lines
    assert row["id"] == made["id"]
    (row,) = schedules(ctl, "restore", made["id"], "--json").lines
    assert row["deleted_at"] is None
    assert schedules(ctl, "remove", "Morning").code == 0
    assert schedules(ctl, "remove", "--for-good", "Morning").code == 0
    assert schedules(ctl, "list", "--bin", "--json").lines == []


def test_alone_a_run_is_carried_to_its_end_and_nothing_else_fires(ctl: Ctl, tmp_path: Path) -> None:
    added(ctl, tmp_path)
    done = schedules(ctl, "run", "Morning")
    assert (done.code, done.out, done.err) == (0, "All well.\n", "")
    (row,) = schedules(ctl, "history", "Morning", "--json").lines
    assert (row["kind"], row["state"], row["answer"]) == ("manual", "success", "All well.")
    assert row["attempts"][0]["state"] == "success"
    assert all(INSTANT.match(row[name]) for name in ("planned_at", "not_before", "ended_at"))
    assert "success" in schedules(ctl, "history", "Morning").out


def test_what_a_person_should_know_of_a_new_schedule_is_told(ctl: Ctl, tmp_path: Path) -> None:
    script = 'tool: Bash\n    args: {command: "ls | sort"}'
    file = playbook(tmp_path / "morning.yaml", script)
    often = ("--cron", "* * * * *", "--playbook", file)
    done = schedules(ctl, "add", "--name", "Often", *often)
    assert done.code == 0
    assert done.out.startswith("Made: Often")
    assert "fires 1,440 times a day and only 100 runs a day are allowed" in done.out
    assert "stop and ask: Bash (line 4); give Bash(*)" in done.out
    done = schedules(ctl, "edit", "Often", "--allow", "Bash(*)", "--daily-cap", "1440")
    assert done.out.startswith("Changed: Often")
    assert "only" not in done.out
    assert "Bash" not in done.out
    (row,) = schedules(ctl, "edit", "Often", "--allow", "none", "--json").lines
    assert any("Bash (line 4)" in warning for warning in row["warnings"])


def test_a_run_that_asks_waits_and_the_next_one_stays_queued(ctl: Ctl, tmp_path: Path) -> None:
    added(ctl, tmp_path, steps=(ASK,))
    assert schedules(ctl, "run", "Morning").code == 3
    again = schedules(ctl, "run", "Morning")
    assert again.code == 3
    assert "stays queued" in again.sentence
    states = [row["state"] for row in schedules(ctl, "history", "Morning", "--json").lines]
    assert states == ["queued", "waiting"]


def test_a_run_that_cannot_begin_says_why(ctl: Ctl, tmp_path: Path) -> None:
    added(ctl, tmp_path)
    (tmp_path / "morning.yaml").unlink()
    done = schedules(ctl, "run", "Morning")
    assert (done.code, done.out) == (1, "")
    assert "morning.yaml" in done.sentence


def test_a_past_instant_that_nobody_kept_time_for_is_no_surprise(ctl: Ctl, tmp_path: Path) -> None:
    added(ctl, tmp_path)
    entries = schedules(ctl, "calendar", "--json").lines
    assert 4 <= len(entries) <= 6
    assert all(entry["state"] is None and INSTANT.match(entry["at"]) for entry in entries)
    assert schedules(ctl, "calendar", "--schedule", "Morning", "--state", "failed").out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "--name", "x"), "Say when it runs"),
        (("add", "--name", "x", "--daily", "9"), "is no time of day"),
        (("add", "--name", "x", "--every", "often"), "is no length of time"),
        (("add", "--name", "x", "--every", "5s"), "at least one minute"),
        (("add", "--name", "x", "--once", "2026-03-01T00:00:00"), "names no time zone"),
        (("add", "--name", "x", "--once", "2020-03-01T00:00:00Z"), "no fire"),
        (("add", "--name", "x", "--daily", "09:00", "--timezone", "Mars"), "no time zone"),
        (("add", "--name", " ", "--daily", "09:00"), "needs a name"),
        (("add", "--name", "x", "--daily", "09:00", "--allow", "Nonsense"), "no rule"),
        (("add", "--name", "x", "--daily", "09:00", "--budget", "run:beer=2"), "is no limit"),
        (("add", "--name", "x", "--daily", "09:00", "--retries", "99"), "between 0 and 5"),
        (("add", "--daily", "09:00"), "--name"),
        (("calendar", "--from", "2026-03-01T00:00:00"), "names no time zone"),
        (("calendar", "--from", "2026-03-01T00:00:00Z", "--to", "2020-01-01T00:00:00Z"), "later"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    ctl: Ctl, arguments: tuple[str, ...], words: str
) -> None:
    done = schedules(ctl, *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.sentence
    assert schedules(ctl, "list", "--json").lines == []


def test_a_schedule_that_does_not_exist_is_told(ctl: Ctl) -> None:
    for action in ("show", "history", "run", "edit", "enable", "remove", "restore"):
        done = schedules(ctl, action, "nobody")
        assert done.code == 1
        assert "There is no schedule 'nobody'" in done.sentence


async def test_beside_another_program_all_of_it_goes_through_that_one(
    ctl: Ctl, owner: Served, tmp_path: Path
) -> None:
    await ctl.aside(
        "schedules", *ADD, "--prompt", "Go.", "--provider", MODEL.provider, "--model", MODEL.model
    )
    (made,) = await owner.desk.engine.schedules.listed()
    assert made.run_config.model == MODEL
    (row,) = (await ctl.aside("schedules", "list", "--json")).lines
    assert row["id"] == made.id
    owner.desk.plays(say("All well."))
    running = owner.desk.engine._timetable._dispatcher
    owner.desk.engine._services.tasks.spawn(running.keep_starting(), name="dispatcher of a test")
    done = await ctl.aside("schedules", "run", "Morning")
    assert (done.code, done.out, done.err) == (0, "All well.\n", "")
    (detail,) = await owner.desk.engine.occurrences.history(made.id)
    assert detail.answer == "All well."
    await ctl.aside("schedules", "remove", "Morning")
    assert await owner.desk.engine.schedules.listed() == ()


def test_the_doctor_says_that_alone_nobody_keeps_time(ctl: Ctl, tmp_path: Path) -> None:
    added(ctl, tmp_path)
    found = {line["what"]: line for line in ctl("doctor", "--json").lines}
    assert found["schedules"]["sentence"].startswith("1 schedule, 1 switched on, 0 due, next at 2")
    assert found["ticker"]["level"] == "warning"
    assert "nobody keeps time" in found["ticker"]["sentence"]
    schedules(ctl, "disable", "Morning")
    found = {line["what"]: line for line in ctl("doctor", "--json").lines}
    assert found["schedules"]["sentence"] == "1 schedule, 0 switched on, 0 due"


async def test_the_doctor_tells_of_a_ticker_that_stands_still(ctl: Ctl, owner: Served) -> None:
    ticker = owner.desk.engine._timetable._ticker
    await ticker.tick()
    found = {line["what"]: line for line in (await ctl.aside("doctor", "--json")).lines}
    assert found["ticker"]["level"] == "ok"
    ticker._heartbeat = Heartbeat(last_tick_at=SystemClock().now() - timedelta(minutes=5))
    found = {line["what"]: line for line in (await ctl.aside("doctor", "--json")).lines}
    assert found["ticker"]["level"] == "trouble"


async def test_the_doctor_tells_of_a_clock_that_was_set(ctl: Ctl, owner: Served) -> None:
    ticker = owner.desk.engine._timetable._ticker
    await ticker.tick()
    owner.desk.passes(timedelta(days=400))
    await ticker.tick()
    found = {line["what"]: line for line in (await ctl.aside("doctor", "--json")).lines}
    assert "nothing is claimed" in found["clock"]["sentence"]
    assert "say in the window" in found["clock"]["sentence"]
