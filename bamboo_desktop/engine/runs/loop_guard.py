"""LoopGuard: notices a model that makes the same call again and again."""

from __future__ import annotations

from enum import Enum, auto

from bamboo_desktop.domain.tool import CallRecord


class GuardLevel(Enum):
    """What to do with the call at hand."""

    PASS = auto()
    TELL_MODEL = auto()
    ASK_PERSON = auto()


class LoopGuard:
    """Counts equal calls in a row within one run.

    Args:
        tell_at: from this many equal calls on the model is told instead of the call being run.
        ask_at: at this many the person is asked; 0 switches the guard off.
    """

    def __init__(self, *, tell_at: int, ask_at: int) -> None:
        self._tell_at = tell_at
        self._ask_at = ask_at
        self._digest = ""
        self._last_call = ""
        self.count = 0

    def look(self, call: CallRecord) -> GuardLevel:
        """Count a call; looking twice at the same one counts once."""
        if call.call_id == self._last_call:
            return GuardLevel.PASS
        self._last_call = call.call_id
        self.count = self.count + 1 if call.digest == self._digest else 1
        self._digest = call.digest
        if self._ask_at == 0 or self.count < self._tell_at:
            return GuardLevel.PASS
        return GuardLevel.ASK_PERSON if self.count >= self._ask_at else GuardLevel.TELL_MODEL
