"""The log: rotates, keeps no secret, and is told of every fault."""

from __future__ import annotations

import asyncio
import io
import logging
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bamboo_desktop import logs as logs_module
from bamboo_desktop.logs import FILE_NAME, Logs, Redactor, configure

log = logging.getLogger("bamboo_desktop.tests")


class Bugs:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def __call__(self, error: BaseException, where: str) -> None:
        self.seen.append((str(error), where))


@pytest.fixture
def bugs() -> Bugs:
    return Bugs()


@pytest.fixture
def logs(tmp_path: Path, bugs: Bugs, expects_log: list[object]) -> Iterator[Logs]:
    hooks = sys.excepthook, threading.excepthook
    levels = [logging.getLogger(name).level for name in ("", "bamboo_desktop")]
    logs = configure(tmp_path / "logs", level=logging.DEBUG, on_bug=bugs)
    yield logs
    logs.close()
    sys.excepthook, threading.excepthook = hooks
    for name, level in zip(("", "bamboo_desktop"), levels, strict=True):
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def written(tmp_path: Path, logs: Logs) -> Path:
    return tmp_path / "logs" / FILE_NAME


# --- secrets -------------------------------------------------------------------------------------

SECRETS = [
    "sk-proj-abcDEF123456789_xyz",
    "sk-ant-api03-AAAAbbbbCCCC1234",
    "AIzaSyA1234567890abcdefghijk",
    "ghp_0123456789abcdefABCDEF",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "key is {}.", '{{"api_key": "{}"}}', "a={}&b=c", "('{}',)"]
)
def test_the_usual_shapes_of_keys_are_hidden(secret: str, around: str) -> None:
    text = Redactor().redact(around.format(secret))
    assert secret not in text
    assert "[hidden]" in text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        ("authorization: bearer ZZZZ9999", "ZZZZ9999"),
        ("{'x-api-key': 'plainwords12'}", "plainwords12"),
        ("https://user:hunter2@example.org/x", "hunter2"),
        ("GET /v1/models?key=abcdefg123&alt=sse", "abcdefg123"),
        ("password=correcthorse", "correcthorse"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
    ],
)
def test_what_stands_where_keys_stand_is_hidden(text: str, secret: str) -> None:
    assert secret not in Redactor().redact(text)


def test_a_secret_it_was_told_is_hidden_whatever_its_shape() -> None:
    redactor = Redactor()
    redactor.add("correct horse battery")
    redactor.add("e")
    assert redactor.redact("the correct horse battery here") == "the [hidden] here"


def test_ordinary_text_stays_as_it_is() -> None:
    text = "Session 4f2a took 3 rounds; see https://example.org/a?page=2 (risk-adjusted, task-list)"
    assert Redactor().redact(text) == text


def test_message_arguments_errors_and_causes_are_written_without_secrets(
    logs: Logs, written: Path
) -> None:
    logs.redactor.add("told-secret")
    log.info("got %s and %r", SECRETS[0], {"key": "told-secret"})
    try:
        try:
            raise ValueError(f"inner {SECRETS[1]}")
        except ValueError as inner:
            raise RuntimeError("outer told-secret") from inner
    except RuntimeError as error:
        log.exception("failed with %s", SECRETS[2])
        described = logs.describe(error)
    for text in (written.read_text(), described):
        assert "RuntimeError: outer [hidden]" in text
        assert not any(secret in text for secret in (*SECRETS, "told-secret"))


# --- the file ------------------------------------------------------------------------------------


def test_the_log_is_its_owners_alone(logs: Logs, written: Path) -> None:
    log.info("hello")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert stat.S_IMODE(written.parent.stat().st_mode) == 0o700


def test_the_log_rotates_and_keeps_a_few_old_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, expects_log: list[object]
) -> None:
    monkeypatch.setattr(logs_module, "_FILE_BYTES", 2_000)
    logs = configure(tmp_path)
    for number in range(400):
        log.error("line %d", number)
    logs.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [FILE_NAME, *(f"{FILE_NAME}.{n}" for n in range(1, 6))]
    assert "line 399" in (tmp_path / FILE_NAME).read_text()
    assert all(path.stat().st_size <= 2_000 for path in tmp_path.iterdir())
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tmp_path.iterdir())


def test_text_that_no_file_can_hold_is_escaped(logs: Logs, written: Path) -> None:
    log.info("lone %s and nul %s", "\ud800", "\0")
    assert "\\ud800" in written.read_text()


def test_a_folder_that_cannot_be_written_does_not_stop_the_start(
    tmp_path: Path, expects_log: list[logging.LogRecord]
) -> None:
    (tmp_path / "file").write_text("in the way")
    console = io.StringIO()
    logs = configure(tmp_path / "file", console=console)
    log.error("still heard")
    logs.close()
    assert "no log file" in console.getvalue()
    assert "still heard" in console.getvalue()


def test_libraries_are_only_heard_when_something_is_wrong(logs: Logs, written: Path) -> None:
    logging.getLogger("httpx").info("every request")
    logging.getLogger("httpx").warning("trouble")
    assert "every request" not in written.read_text()
    assert "trouble" in written.read_text()


# --- faults --------------------------------------------------------------------------------------


def test_an_uncaught_error_is_logged_and_reported(logs: Logs, written: Path, bugs: Bugs) -> None:
    error = RuntimeError("nobody caught me")
    sys.excepthook(type(error), error, None)
    assert bugs.seen == [("nobody caught me", "the main thread")]
    assert "RuntimeError: nobody caught me" in written.read_text()


def test_an_uncaught_error_of_a_thread_is_reported(logs: Logs, bugs: Bugs) -> None:
    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail, name="worker-7")
    thread.start()
    thread.join()
    assert bugs.seen == [("in a thread", "thread worker-7")]


def test_an_exit_of_a_thread_is_no_fault(logs: Logs, bugs: Bugs) -> None:
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert bugs.seen == []


async def test_an_error_of_the_loop_is_reported(logs: Logs, bugs: Bugs, written: Path) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.loop_failed)
    loop.call_exception_handler({"message": "in a callback", "exception": RuntimeError("x")})
    loop.call_exception_handler({"message": "without an error"})
    loop.set_exception_handler(None)
    assert bugs.seen == [("x", "in a callback")]
    assert "without an error" in written.read_text()


def test_a_failed_task_is_reported_by_name(logs: Logs, bugs: Bugs) -> None:
    logs.task_failed("sweeper", RuntimeError("swept away"))
    assert bugs.seen == [("swept away", "sweeper")]


def test_a_reporter_that_fails_is_logged_and_harmless(logs: Logs, written: Path) -> None:
    def broken(error: BaseException, where: str) -> None:
        raise RuntimeError("the dialog broke")

    logs.report_to(broken)
    logs.bug(ValueError("the first"), "somewhere")
    assert "the dialog broke" in written.read_text()
    assert "the first" in written.read_text()


def test_messages_of_qt_are_logged_under_their_category(logs: Logs, written: Path) -> None:
    logs.qt_message(logging.WARNING, "qpa.fonts", "no such font 100%s")
    logs.qt_message(logging.ERROR, "", "plain")
    text = written.read_text()
    assert "qt.qpa.fonts: no such font 100%s" in text
    assert "qt: plain" in text


def test_closing_gives_the_hooks_back(tmp_path: Path) -> None:
    hooks = sys.excepthook, threading.excepthook
    configure(tmp_path).close()
    given_back = sys.excepthook is sys.__excepthook__
    sys.excepthook, threading.excepthook = hooks
    assert given_back
