"""The log: one rotating file, no secrets in it, and no error of the program lost."""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from typing_extensions import override

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

BugReporter = Callable[[BaseException, str], None]
"""Told of each fault of the program: the error, and where it came up."""

FILE_NAME = "bamboo-desktop.log"
_FILE_BYTES = 2_000_000
_OLD_FILES = 5
_HIDDEN = "[hidden]"
_SHORTEST_SECRET = 6
"""A shorter 'secret' would hide half of the log."""

_SECRETS = re.compile(
    r"""
    \b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|ghs|ghu|glpat|xoxb|xoxp|github_pat|r8|nvapi)[-_][\w-]{8,}
    | \bAIza[\w-]{10,}
    | \bAKIA[0-9A-Z]{12,}
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*
    | (?<=bearer\s)\s*[^\s'",;]{4,}
    | (?<=basic\s)\s*[A-Za-z0-9+/]{8,}={0,2}
    | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NAMED = re.compile(
    r"""((?:api[-_]?key|x-goog-api-key|authorization|access[-_]?token|refresh[-_]?token|secret
        |password|passwd|[?&]key)["']?\s*[:=]\s*["']?)(?!\[hidden\])([^\s"'&,;})]+)""",
    re.IGNORECASE | re.VERBOSE,
)


class Redactor:
    """Takes keys and tokens out of text: the shapes they usually have, and those it was told."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()

    def add(self, secret: str) -> None:
        """Never let this very text through again."""
        if len(secret) >= _SHORTEST_SECRET:
            self._known |= {secret}

    def redact(self, text: str) -> str:
        """The text with every secret replaced."""
        for secret in self._known:
            text = text.replace(secret, _HIDDEN)
        return _NAMED.sub(rf"\1{_HIDDEN}", _SECRETS.sub(_HIDDEN, text))


class _RedactingFormatter(logging.Formatter):
    """Formats first and redacts then: message, arguments, exception and stack alike."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s")
        self._redactor = redactor

    @override
    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.redact(super().format(record))


class _PrivateRotatingFile(logging.handlers.RotatingFileHandler):
    """A log that only its owner can read, and that fails in silence: a full disk is no bug."""

    @override
    def _open(self) -> Any:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, self.mode, encoding=self.encoding, errors=self.errors)

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the line."""


class Logs:
    """The log that `configure` set up, and the one place all faults of the program go to."""

    def __init__(self, redactor: Redactor, on_bug: BugReporter | None) -> None:
        self.redactor = redactor
        self._on_bug = on_bug
        self._handlers: list[logging.Handler] = []

    def report_to(self, on_bug: BugReporter | None) -> None:
        """Let somebody show the faults, once there is a window to show them in."""
        self._on_bug = on_bug

    def bug(self, error: BaseException, where: str) -> None:
        """Log a fault of the program with its traceback and hand it to the reporter."""
        log.error("Bug in %s", where, exc_info=error)
        if self._on_bug is None:
            return
        try:
            self._on_bug(error, where)
        except Exception:
            log.exception("The reporter of bugs failed")

    def task_failed(self, name: str, error: BaseException) -> None:
        """The `on_error` of every TaskSet and of the bus."""
        self.bug(error, name)

    def loop_failed(self, _: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """The exception handler of the event loop."""
        message = str(context.get("message") or "the event loop")
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.bug(error, message)
        else:
            log.error("%s", message)

    def qt_message(self, level: int, category: str, text: str) -> None:
        """A message of Qt as plain values; `level` is one of the levels of `logging`."""
        logging.getLogger(f"qt.{category}" if category else "qt").log(level, "%s", text)

    def describe(self, error: BaseException) -> str:
        """An error with its traceback and without secrets, for a dialog's details."""
        return self.redactor.redact("".join(traceback.format_exception(error)))

    def install_hooks(self) -> None:
        """Catch what nobody caught, in the main thread and in all others."""
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread

    def close(self) -> None:
        """Give the hooks back and close the file."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        logging.captureWarnings(capture=False)
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        self._handlers.clear()

    def add_handler(self, handler: logging.Handler) -> None:
        """Write to this handler too, without secrets."""
        handler.setFormatter(_RedactingFormatter(self.redactor))
        self._handlers.append(handler)
        logging.getLogger().addHandler(handler)

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.bug(error, "the main thread")

    def _uncaught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or issubclass(args.exc_type, SystemExit):
            return
        self.bug(args.exc_value, f"thread {args.thread.name if args.thread else '?'}")


def configure(
    log_dir: Path | None,
    *,
    level: int = logging.INFO,
    on_bug: BugReporter | None = None,
    console: TextIO | None = None,
    redactor: Redactor | None = None,
) -> Logs:
    """Begin to log: into a rotating file in `log_dir`, and to the console from WARNING up.

    A folder that cannot be written costs the file, never the start of the program; without one
    there is no file.
    """
    logs = Logs(redactor or Redactor(), on_bug)
    logging.getLogger().setLevel(logging.WARNING)  # libraries: what goes wrong only
    logging.getLogger("bamboo_desktop").setLevel(level)
    logging.captureWarnings(capture=True)
    if console is not None:
        on_console = logging.StreamHandler(console)
        on_console.setLevel(logging.WARNING)
        logs.add_handler(on_console)
    try:
        if log_dir is not None:
            logs.add_handler(_open_file(log_dir))
    except OSError as error:
        log.warning("There will be no log file in %s: %s", log_dir, error)
    logs.install_hooks()
    return logs


def _open_file(log_dir: Path) -> logging.Handler:
    log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _PrivateRotatingFile(
        log_dir / FILE_NAME,
        maxBytes=_FILE_BYTES,
        backupCount=_OLD_FILES,
        encoding="utf-8",
        errors="backslashreplace",
    )
