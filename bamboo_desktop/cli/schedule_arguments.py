"""The arguments of `bambooctl schedules`."""

from __future__ import annotations

import argparse
from typing import Any

from bamboo_desktop.cli.local_zone import local_zone
from bamboo_desktop.cli.numbers import count, positive
from bamboo_desktop.domain.budget import BudgetAction
from bamboo_desktop.domain.model import ReasoningEffort
from bamboo_desktop.domain.occurrence import OccurrenceState
from bamboo_desktop.domain.run_config import SessionPolicy
from bamboo_desktop.domain.schedule import Misfire, Overlap, WhileWaiting

_ALLOW = "consent given for the runs of this schedule; may be repeated"
_BUDGET = (
    "a limit, such as run:cost=0.50, day:tokens=200000, schedule:calls=1000 or run:time=10m; may "
    "be repeated"
)


def add_schedules(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command and what it can do."""
    schedules = commands.add_parser(
        "schedules", parents=[shared], help="what runs by itself, and when"
    )
    actions = schedules.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, about: str, *, of_one: bool = True) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = actions.add_parser(name, parents=[shared], help=about)
        if of_one:
            parser.add_argument("schedule", metavar="SCHEDULE", help="its id or name")
        return parser

    listing = action("list", "list schedules", of_one=False)
    listing.add_argument("--bin", action="store_true", help="those that were removed")
    action("show", "show a schedule")
    add = action("add", "make a schedule", of_one=False)
    add.add_argument("--name", required=True)
    _add_wish(add, zone=local_zone())
    edit = action("edit", "change what is named, and nothing else")
    edit.add_argument("--name", default="")
    _add_wish(edit, zone="")
    remove = action("remove", "into the bin")
    remove.add_argument("--for-good", action="store_true", help="one that is in the bin already")
    action("restore", "back from the bin")
    action("enable", "switch on")
    action("disable", "switch off; what is queued is skipped")
    pause = action("pause", "let it stand still")
    pause.add_argument("--until", default="", metavar="INSTANT")
    action("resume", "end a pause")
    action("run", "run it once now and wait for its end")
    history = action("history", "what came of its runs, the newest first")
    history.add_argument("--limit", type=positive, default=20)
    history.add_argument("--offset", type=count, default=0)
    _add_calendar(action("calendar", "what was and what will be", of_one=False))
    _add_preview(action("preview", "when a rule would fire", of_one=False))


def _add_calendar(calendar: argparse.ArgumentParser) -> None:
    calendar.add_argument("--from", default="", metavar="INSTANT", help="a week ago if left out")
    calendar.add_argument("--to", default="", metavar="INSTANT", help="in a week if left out")
    calendar.add_argument(
        "--schedule", action="append", default=[], help="only this one; may be repeated"
    )
    calendar.add_argument(
        "--state", action="append", default=[], choices=[item.value for item in OccurrenceState]
    )


def _add_preview(preview: argparse.ArgumentParser) -> None:
    _add_rule(preview)
    preview.add_argument("--timezone", default=local_zone(), metavar="ZONE")
    preview.add_argument("--after", default="", metavar="INSTANT", help="now if left out")
    preview.add_argument("--count", type=count, default=10, metavar="N")
    preview.add_argument(
        "--batch", default="", metavar="FILE", help="JSON lines {id, cron, timezone, after, count}"
    )


def _add_rule(parser: argparse.ArgumentParser) -> None:
    rule = parser.add_argument_group("rule")
    rule.add_argument("--cron", default="", metavar="EXPR", help="such as '0 9 * * 1-5'")
    rule.add_argument("--every", default="", metavar="LENGTH", help="such as 90m")
    rule.add_argument("--from", default="", metavar="INSTANT", help="where --every counts from")
    rule.add_argument("--daily", default="", metavar="HH:MM")
    rule.add_argument("--weekly", default="", metavar="DAYS", help="such as mon,thu; with --at")
    rule.add_argument("--monthly", default="", metavar="DAYS", help="such as 1,15; with --at")
    rule.add_argument("--at", default="", metavar="HH:MM")
    rule.add_argument("--once", default="", metavar="INSTANT")
    rule.add_argument("--start", default="", metavar="INSTANT", help="no fire before it")
    rule.add_argument("--end", default="", metavar="INSTANT", help="no fire after it")


def _add_wish(parser: argparse.ArgumentParser, *, zone: str) -> None:
    _add_rule(parser)
    parser.add_argument("--timezone", default=zone, metavar="ZONE", help="such as Europe/Berlin")
    _add_run(parser.add_argument_group("what is run"))
    _add_policies(parser.add_argument_group("when things do not go as planned"))


def _add_run(run: Any) -> None:
    run.add_argument("--prompt", default=None)
    run.add_argument("--playbook", default="", metavar="FILE.yaml")
    run.add_argument("--provider", default="", help="a provider by id, label or kind")
    run.add_argument("--base-url", default="", help="the address of a model server")
    run.add_argument("--model", default="")
    run.add_argument("--effort", default="", choices=[item.value for item in ReasoningEffort])
    run.add_argument("--system-prompt", default=None)
    run.add_argument("--workspace", default="", help="the folder the tools work in")
    run.add_argument("--allow", action="append", default=None, metavar="RULE", help=_ALLOW)
    run.add_argument("--session", default="", choices=[item.value for item in SessionPolicy])
    for flag, about in (
        ("execute", "run by itself, or only prepare a session"),
        ("enabled", "switched on"),
        ("may-change-schedules", "its runs may make and change schedules"),
        ("only-changes", "tell only when the answer changed"),
    ):
        run.add_argument(
            f"--{flag}", action=argparse.BooleanOptionalAction, default=None, help=about
        )
    run.add_argument("--budget", action="append", default=None, metavar="LIMIT", help=_BUDGET)
    run.add_argument("--at-limit", default="", choices=[item.value for item in BudgetAction])


def _add_policies(policy: Any) -> None:
    policy.add_argument("--misfire", default="", choices=[item.value for item in Misfire])
    policy.add_argument("--max-each", type=count, default=None, metavar="N")
    policy.add_argument("--max-lateness", default="", metavar="LENGTH")
    policy.add_argument("--overlap", default="", choices=[item.value for item in Overlap])
    policy.add_argument("--max-parallel", type=count, default=None, metavar="N")
    policy.add_argument(
        "--while-waiting", default="", choices=[item.value for item in WhileWaiting]
    )
    policy.add_argument("--jitter", default="", metavar="LENGTH")
    policy.add_argument("--quiet", default="", metavar="HH:MM-HH:MM", help="or none")
    policy.add_argument("--retries", type=count, default=None, metavar="N")
    policy.add_argument("--pause-after", type=count, default=None, metavar="N")
    policy.add_argument("--daily-cap", type=count, default=None, metavar="N")
