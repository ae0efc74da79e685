"""Previews of rules on the command line: exact, in order, never stopped half way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.ctl import ROOT, Ctl, Done

NEVER = "no fire in the next eight years"


def preview(ctl: Ctl, *arguments: str) -> Done:
    return ctl("schedules", "preview", *arguments)


def batch(ctl: Ctl, path: Path, *lines: bytes) -> list[dict[str, Any]]:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    done = preview(ctl, "--batch", str(path))
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in done.out.splitlines()]


def asked(**changes: Any) -> bytes:
    rule = {
        "id": "a",
        "cron": "0 9 * * *",
        "timezone": "UTC",
        "after": "2026-03-01T09:00:00Z",
        "count": 1,
    }
    return json.dumps({**rule, **changes}).encode()


def test_fires_are_strictly_later_and_in_utc(ctl: Ctl) -> None:
    done = preview(
        ctl, "--cron", "30 2 * * *", "--timezone", "Europe/Berlin",
        "--after", "2026-03-28T01:30:00Z", "--count", "2", "--json",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]


def test_an_instant_that_a_move_of_the_zone_left_out_is_no_fire(ctl: Ctl) -> None:
    # Samoa went over the date line: there was no 30 December 2011.
    done = preview(
        ctl, "--cron", "0 12 * * *", "--timezone", "Pacific/Apia",
        "--after", "2011-12-29T22:00:00Z", "--count", "1", "--json",
    )  # fmt: skip
    assert json.loads(done.out) == ["2011-12-30T22:00:00Z"]


def test_a_rule_that_fires_every_four_years_is_followed_on(ctl: Ctl) -> None:
    done = preview(
        ctl, "--cron", "0 0 29 2 *", "--after", "2026-01-01T00:00:00Z", "--count", "5", "--json",
        "--timezone", "UTC",
    )  # fmt: skip
    assert [at[:4] for at in json.loads(done.out)] == ["2028", "2032", "2036", "2040", "2044"]


def test_a_list_ends_where_time_can_be_computed_no_further(ctl: Ctl) -> None:
    done = preview(
        ctl, "--cron", "0 0 29 2 *", "--after", "8990-01-01T00:00:00Z", "--count", "10000",
        "--json", "--timezone", "UTC",
    )  # fmt: skip
    assert json.loads(done.out) == ["8992-02-29T00:00:00Z", "8996-02-29T00:00:00Z"]


def test_people_read_the_sentence_the_wall_time_and_the_clock_change(ctl: Ctl) -> None:
    done = preview(
        ctl, "--daily", "02:30", "--timezone", "Europe/Berlin", "--after", "2026-03-28T12:00:00Z"
    )
    assert done.out.startswith("Every day at 02:30, Europe/Berlin\n")
    assert "Sun 2026-03-29 03:00 CEST" in done.out
    assert "On 2026-03-29 the clock is put forward over this time; it runs at 03:00." in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--cron", "0 0 30 2 *"), NEVER),
        (("--cron", "0 0 0 1 1 *"), "Leave out seconds"),
        (("--cron", "0 9 * * *", "--after", "2026-03-01T00:00:00"), "names no time zone"),
        (("--cron", "0 9 * * *", "--after", "soon"), "is no instant"),
        (("--cron", "0 9 * * *", "--after", "9999-12-31T23:59:59Z"), "too far away"),
        (("--cron", "0 9 * * *", "--timezone", "Mars/Base"), "no time zone 'Mars/Base'"),
        (("--cron", "0 9 * * *", "--count", "1000000"), "between 0 and 10,000"),
        (("--cron", "0 9 * * *", "--count", "-1"), "0 or more"),
        (("--cron", "0 9 * * *", "--daily", "09:00"), "two rules"),
        (("--weekly", "mon,someday", "--at", "09:00"), "no day of the week"),
        (("--weekly", "mon-fri", "--at", "09:00"), "no day of the week"),
        (("--weekly", "monkey", "--at", "09:00"), "no day of the week"),
        (("--weekly", "mon"), "--at"),
        ((), "Name the rule"),
        (("--batch", "no-such-file.jsonl"), "cannot be read"),
    ],
)
def test_what_cannot_be_previewed_is_said_in_one_sentence(
    ctl: Ctl, arguments: tuple[str, ...], words: str
) -> None:
    done = preview(ctl, *arguments, "--json")
    assert (done.code, done.out) == (2, "")
    assert words in done.sentence


def test_a_batch_answers_each_line_in_order_whatever_is_in_it(ctl: Ctl, tmp_path: Path) -> None:
    broken = (b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"id":NaN}', b"[" * 50_000, b"9" * 5_000)
    odd = (
        asked(id=7, cron=None),
        asked(id={"deep": [1]}, count=0),
        asked(id="\ud800", timezone="\ud800"),
        asked(count=10**30),
        asked(count=-1),
        asked(count=2.5),
        asked(count=True),
        asked(after="9001-01-01T00:00:00Z"),
        asked(after="0001-01-01T00:00:00+14:00"),
        asked(after="2026-03-01"),
        asked(timezone="../../etc/passwd"),
        asked(cron="0 0 30 2 *"),
        b'{"id": 3}',
    )
    answers = batch(ctl, tmp_path / "rules.jsonl", asked(), *broken, *odd, asked(id="z"))
    first, *between, last = answers
    assert first == {"id": "a", "fires": ["2026-03-02T09:00:00Z"]}
    assert last == {"id": "z", "fires": ["2026-03-02T09:00:00Z"]}
    assert all(
        set(answer) == {"id", "error"} for answer in between if answer["id"] != {"deep": [1]}
    )
    assert [answer["id"] for answer in between[: len(broken)]] == [None] * len(broken)
    told = {str(answer["id"]): answer for answer in between}
    assert told["{'deep': [1]}"]["fires"] == []
    assert told["\ud800"]["id"] == "\ud800"
    assert "'cron' has to be a text" in told["7"]["error"]


def test_a_batch_comes_from_standard_input_too(ctl: Ctl) -> None:
    process = ctl.start("schedules", "preview", "--batch", "-", stdin=subprocess.PIPE)
    out, _ = process.communicate(asked() + b"\n" + asked(id=2), timeout=60)
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", 2]


def test_a_batch_of_ten_thousand_lines_is_answered_whole(ctl: Ctl, tmp_path: Path) -> None:
    rules = ("0 9 * * 1-5", "*/5 * * * *", "0 0 30 2 *", "30 2 29 2 *", "no rule")
    lines = [asked(id=number, cron=rules[number % len(rules)]) for number in range(10_000)]
    answers = batch(ctl, tmp_path / "rules.jsonl", *lines)
    assert [answer["id"] for answer in answers] == list(range(10_000))
    assert all(("error" in answer) == (answer["id"] % 5 in {2, 4}) for answer in answers)


def test_a_preview_loads_no_store_and_makes_no_folder(ctl: Ctl) -> None:
    script = (
        "import sys; from bamboo_desktop.cli import main\n"
        "assert main(sys.argv[1:]) == 0\n"
        "heavy = ('sqlmodel', 'sqlalchemy', 'pydantic', 'sqlite3', 'bamboo_desktop.store',"
        " 'bamboo_desktop.engine.door', 'PySide6')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])\n"
    )
    line = ["schedules", "preview", "--cron", "0 9 * * *", "--json"]
    line += ["--data-dir", str(ctl.data_dir)]
    done = subprocess.run(
        [sys.executable, "-c", script, *line], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert not ctl.data_dir.exists()
