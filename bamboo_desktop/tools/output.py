"""What a command prints: kept within bounds, shown live without flooding anybody."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Callable

CAPTURE_CAP = 512 * 1024
_HEAD = CAPTURE_CAP // 2
_TAIL = CAPTURE_CAP // 2
_LIVE_WINDOW = 0.1
_LIVE_BYTES = 32 * 1024
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


class Capture:
    """The first and the last 256 KiB of an output of any length, until they are let go."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._is_let_go = False
        self.total = 0

    @property
    def kept(self) -> int:
        """How many bytes are in memory."""
        return len(self._head) + self._tail_size

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self.total += len(piece)
        if self._is_let_go:
            return
        room = _HEAD - len(self._head)
        if room > 0:
            self._head += piece[:room]
            piece = piece[room:]
        if piece:
            self._tail.append(piece)
            self._tail_size += len(piece)
        while self._tail and self._tail_size - len(self._tail[0]) >= _TAIL:
            self._tail_size -= len(self._tail.popleft())

    def let_go(self) -> None:
        """Keep no more than how long it was."""
        self._is_let_go = True
        self._head.clear()
        self._tail.clear()
        self._tail_size = 0

    def text(self, *, since: int = 0) -> str:
        """What is kept from that byte on, with a mark where something is left out."""
        if self._is_let_go:
            left = self.total - since
            return f"[\u2026 {left} bytes were let go to save memory \u2026]" if left > 0 else ""
        head = bytes(self._head[since:])
        tail = b"".join(self._tail)
        tail_start = self.total - len(tail)
        if since > tail_start:
            tail = tail[since - tail_start :]
        tail = tail[-_TAIL:]
        dropped = self.total - max(since, len(self._head)) - len(tail)
        if dropped <= 0:
            return plain(head + tail)
        return f"{plain(head)}\n[\u2026 {dropped} bytes left out here \u2026]\n{plain(tail)}"


class LiveOutput:
    """Hands output on while it comes; what comes too fast to be read is counted, not shown."""

    def __init__(self, emit: Callable[[str], None], monotonic: Callable[[], float]) -> None:
        self._emit = emit
        self._monotonic = monotonic
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._window_ends = 0.0
        self._room = 0
        self._skipped = 0

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        now = self._monotonic()
        if now >= self._window_ends:
            self._window_ends, self._room = now + _LIVE_WINDOW, _LIVE_BYTES
        if self._room <= 0:
            self._skipped += len(piece)
            return
        shown = piece[-self._room :]
        self._skipped += len(piece) - len(shown)
        self._room -= len(shown)
        if self._skipped:
            self._emit(f"\n[\u2026 {self._skipped} bytes not shown live \u2026]\n")
            self._skipped = 0
        if text := self._decoder.decode(shown):
            self._emit(text.replace("\0", "\ufffd"))

    def end(self) -> None:
        """Say what was not shown."""
        if self._skipped:
            self._emit(f"\n[\u2026 {self._skipped} bytes not shown live \u2026]\n")
            self._skipped = 0


def plain(raw: bytes) -> str:
    """Bytes of any kind as text without terminal escapes."""
    return _ESCAPES.sub("", raw.decode("utf-8", "replace"))
