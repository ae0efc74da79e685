"""Rules a person gives consent with once and for all: `Bash(git status)`, `Write(/home/me/**)`.

A rule says yes to a request or says nothing; it never says no. What it does not match is asked.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.tools.command import plain_words, runs_or_writes, warnings
from bamboo_desktop.tools.visible import has_marks, visible

_SHAPE = re.compile(r"(?P<tool>[A-Za-z][A-Za-z0-9_]*)(?:\((?P<body>.*)\))?", re.DOTALL)
_READERS = frozenset({"Read", "Glob", "Grep", "GetFileInfo"})
_PATH_TOOLS = frozenset({"Read", "Write", "Edit"})
_TOOLS = ("Bash", "Read", "Write", "Edit", "WebFetch")
_HOST = re.compile(r"(\*\.)?[a-z0-9._:\[\]-]+")
_GUARDED = ".git"
_EVERY = "*"
EVERY_COMMAND = f"Bash({_EVERY})"
"""The rule for every command, but for those that carry a warning."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A parsed rule. `body` is None for a bare tool name: every use of the tool.

    `is_broad` marks rules that agree to things nobody has seen; the program never proposes them.
    """

    tool: str
    body: str | None
    is_broad: bool

    @property
    def text(self) -> str:
        """The rule as written."""
        return self.tool if self.body is None else f"{self.tool}({self.body})"


@lru_cache(maxsize=512)
def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        InvalidInputError: with a sentence that says what to write instead.
    """
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None:
        raise InvalidInputError(
            f"'{visible(text)[:200]}' is no rule; write a tool name, or one with what it may touch "
            "in brackets, such as Bash(git status) or Write(/home/me/project/**)."
        )
    tool, body = shape["tool"], shape["body"]
    if tool not in _TOOLS:
        raise InvalidInputError(
            f"There is no rule for '{tool}'; rules exist for {', '.join(_TOOLS)}. A Read rule "
            "covers Glob, Grep and GetFileInfo as well."
        )
    if body is None:
        return Rule(tool=tool, body=None, is_broad=True)
    body = body.strip()
    _check_body(tool, body)
    return Rule(tool=tool, body=body, is_broad=_is_broad(tool, body))


def matches(rule: str, tool: str, request: ConsentRequest) -> bool:
    """True when the rule agrees to the request; a rule that cannot be read agrees to nothing."""
    try:
        parsed = parse_rule(rule)
    except InvalidInputError:
        return False
    if tool != request.tool or not _covers(parsed.tool, tool):
        return False
    if parsed.tool == "Bash":
        return _matches_command(parsed, request.exact)
    if parsed.tool == "WebFetch":
        return _matches_host(parsed, request)
    return _matches_path(parsed, request)


def path_rule(tool: str, folder_or_file: str, *, everything_in: bool) -> str:
    """The rule text for a path; empty when the path itself holds the wildcard."""
    if "*" in folder_or_file or visible(folder_or_file) != folder_or_file:
        return ""
    body = folder_or_file.rstrip("/") + "/**" if everything_in else folder_or_file
    return f"{tool}({body})"


def command_rule(command: str) -> str:
    """The rule text for exactly this command; empty when a rule could not hold it safely."""
    if command != command.strip() or "*" in command or len(command) > 500:
        return ""
    return "" if visible(command) != command else f"Bash({command})"


def _check_body(tool: str, body: str) -> None:
    if not body:
        raise InvalidInputError(f"'{tool}()' names nothing; write {tool} alone for every use.")
    if tool in _PATH_TOOLS and not body.startswith(("/", "~/")) and body[1:3] not in (":\\", ":/"):
        raise InvalidInputError(
            f"The path in '{tool}({visible(body)[:200]})' must be absolute, such as "
            f"{tool}(/home/me/project/**)."
        )
    if tool in _PATH_TOOLS and ".." in re.split(r"[/\\]", body):
        raise InvalidInputError(f"The path in '{tool}({visible(body)[:200]})' must not hold '..'.")
    if tool == "WebFetch" and not _HOST.fullmatch(body.lower()):
        raise InvalidInputError(
            f"'{visible(body)[:200]}' is no host name; write one such as WebFetch(example.org)."
        )
    if tool == "Bash" and body != _EVERY and "*" in body.split()[0]:
        raise InvalidInputError(
            "The program's name in a Bash rule must be written out, such as Bash(git *)."
        )


def _is_broad(tool: str, body: str) -> bool:
    if tool == "Bash":
        return body == _EVERY or ("*" in body and runs_or_writes((body.split()[0],)))
    return tool in _PATH_TOOLS and body in ("/**", "~/**")


def _covers(rule_tool: str, tool: str) -> bool:
    if rule_tool == "Read":
        return tool in _READERS
    # Who may replace a whole file may change a part of it.
    return tool == rule_tool or (rule_tool == "Write" and tool == "Edit")


def _matches_command(rule: Rule, command: str) -> bool:
    if rule.body is not None and "*" not in rule.body:
        return command == rule.body
    if warnings(command) or has_marks(command):
        return False
    if rule.body is None or rule.body == _EVERY:
        # Chains and scripts of several lines too: only of a narrower rule must no part go unseen.
        return True
    words = plain_words(command)
    if words is None:
        return False
    if runs_or_writes(words) and not rule.is_broad:
        return False
    return _matches_words(tuple(rule.body.split()), words)


def _matches_words(pattern: tuple[str, ...], words: tuple[str, ...]) -> bool:
    is_open = pattern[-1] == "*"
    if is_open:
        pattern = pattern[:-1]
    if len(words) < len(pattern) or (len(words) > len(pattern) and not is_open):
        return False
    return all(_star(part, word) for part, word in zip(pattern, words, strict=False))


def _matches_host(rule: Rule, request: ConsentRequest) -> bool:
    if rule.body is None:
        return not request.is_unusual
    wanted, host = rule.body.lower(), request.where.lower()
    if request.is_unusual and not is_address(host):
        # Whoever owns a name may let it mean this machine tomorrow; nobody agreed to that.
        return False
    return host.endswith(wanted[1:]) if wanted.startswith("*.") else host == wanted


def is_address(host: str) -> bool:
    """True for a host, with or without a port, that means the same to everybody for ever."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _matches_path(rule: Rule, request: ConsentRequest) -> bool:
    path = request.where
    if rule.body is None:
        return not _is_guarded(path)
    body = str(Path.home()) + rule.body[1:] if rule.body[0] == "~" else rule.body
    if "*" not in body:
        return path == body
    if _is_guarded(path) and _GUARDED not in re.split(r"[/\\]", body):
        return False
    return _path_pattern(body).fullmatch(path) is not None


def _is_guarded(path: str) -> bool:
    # What lies in .git decides which programs git runs.
    return any(part.casefold() == _GUARDED for part in re.split(r"[/\\]", path))


@lru_cache(maxsize=512)
def _path_pattern(body: str) -> re.Pattern[str]:
    pieces = re.split(r"(/\*\*$|\*\*/|\*)", body)
    table = {"/**": r"(/.*)?", "**/": r"(?:.*/)?", "*": r"[^/]*"}
    return re.compile("".join(table.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)


def _star(pattern: str, word: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), word, re.DOTALL) is not None
