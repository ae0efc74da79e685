"""Where a play stands, kept in the play's own messages, so that it survives the program.

Every message of a play carries its position and what changed in the variables since the message
before; the first one carries the whole text of the playbook.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bamboo_desktop.domain.message import Message, Role

_MARK = "bamboo_playbook"
_FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A place in a block: `index` is the next step, or the one whose results are awaited.

    `count` is the number of the present pass of a repeated block, 0 in all others; `total` is how
    many passes there are at most.
    """

    block: int
    index: int = 0
    count: int = 0
    total: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PlayState:
    """Where a play stands after one of its messages.

    `changes` are the variables set since the message before; `source` stands in the first only.
    """

    path: str
    digest: str
    frames: tuple[Frame, ...]
    is_waiting: bool
    changes: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None

    @property
    def has_ended(self) -> bool:
        """True when there is nothing left to play."""
        return not self.frames


def encode(state: PlayState) -> bytes:
    """A state as the JSON that is stored with its message."""
    value: dict[str, Any] = {
        _MARK: _FORMAT,
        "path": state.path,
        "digest": state.digest,
        "frames": [[f.block, f.index, f.count, f.total] for f in state.frames],
        "waiting": state.is_waiting,
        "set": dict(state.changes),
    }
    if state.source is not None:
        value["source"] = state.source
    return json.dumps(value, separators=(",", ":")).encode("utf-8")


def decode(message: Message) -> PlayState | None:
    """The state stored with a message; None when it has none, or that of another back end."""
    if message.role is not Role.ASSISTANT or not message.library_json:
        return None
    if _MARK.encode() not in message.library_json:
        return None
    try:
        value = json.loads(message.library_json)
        if value[_MARK] != _FORMAT:
            return None
        frames = tuple(Frame(block=b, index=i, count=c, total=t) for b, i, c, t in value["frames"])
        return PlayState(
            path=value["path"],
            digest=value["digest"],
            frames=frames,
            is_waiting=bool(value["waiting"]),
            changes={str(name): str(text) for name, text in value["set"].items()},
            source=value.get("source"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """A play as its messages tell it: the newest state, all variables, the text being played.

    `position` is the place of its newest message in the history.
    """

    state: PlayState
    variables: Mapping[str, str]
    source: str
    position: int


def recorded_play(messages: tuple[Message, ...]) -> Recorded | None:
    """The play that a history is in the middle or at the end of, or None.

    A whole answer of another back end behind it ends a play; a partial one (stopped half-way) does
    not, since its steps are played again.
    """
    states: list[PlayState] = []
    position = -1
    for index in range(len(messages) - 1, -1, -1):
        message = messages[index]
        if message.role is not Role.ASSISTANT or message.is_partial:
            continue
        state = decode(message)
        if state is None:
            return None
        position = index if position < 0 else position
        states.append(state)
        if state.source is not None:
            return _folded(states[::-1], state.source, position)
    return None


def _folded(states: list[PlayState], source: str, position: int) -> Recorded:
    variables: dict[str, str] = {}
    for state in states:
        variables.update(state.changes)
    newest = replace(states[-1], source=None)
    return Recorded(state=newest, variables=variables, source=source, position=position)
