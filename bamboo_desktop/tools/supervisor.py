"""Keeps one command and everything it starts together, and ends all of it with its owner.

Run as a program of its own, standard library only: `python -I -S supervisor.py TOKEN PROGRAM ...`.

- Standard input is the leash: when it ends, however the owner died, the whole tree is killed.
  The letter `t` on it asks every process of the tree to end.
- Standard output is the command's output, standard error included.
- Standard error carries reports, one a line: `started PID`, `refused ERRNO`, `exited CODE`,
  `left COUNT` (processes that outlived the command), `gone` (nothing is left).

On Linux it is the child subreaper, so that a process that left its session and lost its parent
still belongs to the tree. It must run in a main thread: the death signal of the command is bound
to the thread that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LEASH = 0
_REPORTS = 2
_GIVE_UP_AFTER_ROUNDS = 500
_ROUND_SECONDS = 0.01


def main() -> None:
    """Start the command, hold the leash, leave nothing behind."""
    token, argv = sys.argv[1], sys.argv[2:]
    is_linux = sys.platform.startswith("linux")
    if is_linux:
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    child = _start(argv, token, is_linux=is_linux)
    # From here on only the command holds the output open.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _report(f"started {child}")
    try:
        _hold(child, woken)
    finally:
        _kill_all(child)


def _start(argv: list[str], token: str, *, is_linux: bool) -> int:
    says, fails = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(says)
        _become(argv, token, parent, fails, is_linux=is_linux)
    os.close(fails)
    refused = os.read(says, 16)
    os.close(says)
    if refused:
        _report(f"refused {refused.decode()}")
        os._exit(127)
    return child


def _become(argv: list[str], token: str, parent: int, fails: int, *, is_linux: bool) -> None:
    try:
        os.setsid()
        if is_linux:
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(126)
        # Ignored signals would be inherited: the command starts with a clean slate.
        for number in (signal.SIGPIPE, signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.dup2(1, 2)
        os.execvpe(argv[0], argv, {**os.environ, "BAMBOO_JOB": token})
    except OSError as error:
        os.write(fails, str(error.errno).encode())
    finally:
        os._exit(127)


def _hold(child: int, woken: int) -> None:
    is_running = True
    leash = select.poll()
    leash.register(_LEASH, select.POLLIN | select.POLLHUP)
    leash.register(woken, select.POLLIN)
    while True:
        ready = dict(leash.poll())
        if woken in ready:
            signals = os.read(woken, 4096)
            if signal.SIGTERM in signals or signal.SIGINT in signals:
                return
            code = _reaped(child)
            if code is not None and is_running:
                is_running = False
                _report(f"left {len(_tree())}")
                _report(f"exited {code}")
        if _LEASH in ready:
            word = os.read(_LEASH, 64)
            if not word:
                return
            _signal_all(_tree() or [child], signal.SIGTERM)


def _reaped(child: int) -> int | None:
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == child:
            code = os.waitstatus_to_exitcode(status)


def _kill_all(child: int) -> None:
    """Stop the whole tree first, so that nothing forks away, then kill it and reap it."""
    if not os.path.isdir("/proc/self"):  # noqa: PTH112 - no pathlib: quick start
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    for _ in range(_GIVE_UP_AFTER_ROUNDS):
        tree = _tree()
        stopped: set[int] = set()
        while not stopped.issuperset(tree):
            _signal_all([pid for pid in tree if pid not in stopped], signal.SIGSTOP)
            stopped.update(tree)
            tree = _tree()
        _signal_all(tree, signal.SIGKILL)
        _reaped(child)
        if not tree:
            _report("gone")
            return
        select.select([], [], [], _ROUND_SECONDS)


def _tree() -> list[int]:
    """All living descendants, by the process table."""
    children: dict[int, list[int]] = {}
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - no pathlib: quick start
    except OSError:
        return []
    for name in names:
        if name.isdigit() and (parent := _living_parent(name)):
            children.setdefault(parent, []).append(int(name))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _living_parent(name: str) -> int | None:
    try:
        with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - no pathlib: quick start
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    # A zombie has ended; its parent only has not asked yet.
    return None if fields[0] in (b"Z", b"X") else int(fields[1])


def _signal_all(pids: list[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, number)


def _report(line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(_REPORTS, line.encode() + b"\n")


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
