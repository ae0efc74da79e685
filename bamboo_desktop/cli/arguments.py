"""The arguments of bambooctl."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from typing_extensions import override

from bamboo_desktop import __version__
from bamboo_desktop.cli.numbers import count, positive
from bamboo_desktop.cli.schedule_arguments import add_schedules
from bamboo_desktop.domain.model import ReasoningEffort

_MESSAGE = (
    "first message to a playbook (its inputs); left out, the message is 'Play' and the name of the "
    "file"
)
_ALLOW = (
    "consent given for this run, such as 'Bash(git status)'; may be repeated. The rule has to "
    "match the very call; calls that look dangerous or go to the local network ask all the same"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """A parsed command line: the command, its own arguments, and what all commands share."""

    command: str
    values: dict[str, Any]
    data_dir: Path | None
    as_json: bool


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"bambooctl: {message}; see: {self.prog} --help\n")


def parse(argv: Sequence[str]) -> Options:
    """Read the command line; ends the program with code 2 and a sentence when it is unsound."""
    values = vars(_parser().parse_args(list(argv)))
    data_dir = values.pop("data_dir")
    return Options(
        command=values.pop("command"),
        as_json=bool(values.pop("json")),
        data_dir=Path(data_dir) if data_dir else None,
        values=values,
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="bambooctl", description="Run agents on this machine, and answer their questions."
    )
    parser.add_argument("--version", action="version", version=f"bambooctl {__version__}")
    _add_shared(parser, data_dir=None, json=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    # Left out after the command, they keep what stood before it.
    _add_shared(shared, data_dir=argparse.SUPPRESS, json=argparse.SUPPRESS)
    _add_run(commands, shared)
    _add_reads(commands, shared)
    _add_answer(commands, shared)
    _add_events(commands, shared)
    add_schedules(commands, shared)
    return parser


def _add_shared(parser: argparse.ArgumentParser, *, data_dir: Any, json: Any) -> None:
    parser.add_argument(
        "--data-dir", default=data_dir, help="the data folder, instead of the usual one"
    )
    parser.add_argument("--json", action="store_true", default=json, help="JSON output")


def _add_run(commands: Any, shared: argparse.ArgumentParser) -> None:
    run = commands.add_parser(
        "run",
        parents=[shared],
        help="run a prompt or a playbook and wait for its end",
        epilog="BAMBOO_API_KEY in the environment is the key for --provider or --base-url; it is "
        "kept in memory only.",
    )
    run.add_argument("what", metavar="PROMPT|FILE.yaml", help="- reads the prompt from stdin")
    run.add_argument("--message", help=_MESSAGE)
    run.add_argument("--session", default="", help="go on in this session")
    run.add_argument("--provider", default="", help="a provider by id, label or kind")
    run.add_argument("--base-url", default="", help="the address of a model server")
    run.add_argument("--model", default="")
    run.add_argument("--effort", default="", choices=[item.value for item in ReasoningEffort])
    run.add_argument("--workspace", default="", help="the folder the tools work in")
    run.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="RULE",
        help=_ALLOW,
    )


def _add_reads(commands: Any, shared: argparse.ArgumentParser) -> None:
    sessions = commands.add_parser("sessions", parents=[shared], help="list sessions")
    sessions.add_argument("--scope", choices=["active", "archived", "bin"], default="active")
    sessions.add_argument("--limit", type=positive, default=50)
    sessions.add_argument("--title", default="", help="only titles that contain this")
    show = commands.add_parser("show", parents=[shared], help="show a session")
    show.add_argument("session", metavar="SESSION")
    show.add_argument("--last", type=count, default=50, help="how many entries")
    export = commands.add_parser("export", parents=[shared], help="write a session as text")
    export.add_argument("session", metavar="SESSION")
    export.add_argument("--format", choices=["markdown", "json"], default="markdown")
    export.add_argument("--output", default="", help="a file; standard output when left out")
    stop = commands.add_parser("stop", parents=[shared], help="stop a session's run or wait")
    stop.add_argument("session", metavar="SESSION")
    stop.add_argument("--force", action="store_true", help="do not wait for a safe point")
    commands.add_parser("doctor", parents=[shared], help="look whether everything is in order")


def _add_answer(commands: Any, shared: argparse.ArgumentParser) -> None:
    answer = commands.add_parser(
        "answer", parents=[shared], help="answer a question, or list what waits"
    )
    answer.add_argument("question", metavar="QUESTION_ID", nargs="?", default="")
    answer.add_argument(
        "--item",
        action="append",
        default=[],
        type=_pair,
        metavar="ITEM=OPTION_ID",
        help="choose an option of an item; repeat it for several",
    )
    answer.add_argument(
        "--text", action="append", default=[], type=_pair, metavar="ITEM=TEXT", help="own words"
    )
    answer.add_argument("--note", default="")


def _add_events(commands: Any, shared: argparse.ArgumentParser) -> None:
    events = commands.add_parser(
        "events", parents=[shared], help="durable events of every session, one a line"
    )
    events.add_argument("--since", type=count, default=0, metavar="N", help="after this number")
    events.add_argument("--follow", action="store_true", help="go on with what happens")
    events.add_argument("--session", default="", help="only this session")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not of the form ITEM=VALUE")
    return name, value
