"""From a history to the next message of its play."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bamboo_desktop.domain.message import Message, Role, ToolResultPart
from bamboo_desktop.providers.playbook.errors import PlaybookError, place, suggestion
from bamboo_desktop.providers.playbook.play import Call, Play, Spoken, Turn
from bamboo_desktop.providers.playbook.reading import Shelf
from bamboo_desktop.providers.playbook.state import (
    Frame,
    PlayState,
    Recorded,
    encode,
    recorded_play,
)
from bamboo_desktop.providers.playbook.steps import Input, Playbook
from bamboo_desktop.providers.playbook.variables import MAX_CHARACTERS, Variables
from bamboo_desktop.providers.port import CallFault, ModelCallError, ModelRequest

_MOST_INPUT_LINES = 200
_INPUT_LINE = re.compile(r"\s*([a-z_][a-z0-9_]*)\s*=(.*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class NextMessage:
    """What the play says and calls next, and the state that is stored with it.

    With a `failure` the play ends badly behind what is said, and nothing is stored.
    """

    spoken: tuple[Spoken, ...]
    calls: tuple[Call, ...]
    state: bytes
    failure: ModelCallError | None = None


def next_message(request: ModelRequest, shelf: Shelf) -> NextMessage:
    """The next message; blocking when a file has to be read.

    Raises:
        ModelCallError: the playbook cannot be loaded, or no longer fits the play.
    """
    recorded = recorded_play(request.messages)
    if recorded is not None and recorded.state.path != request.model.model:
        recorded = None
    try:
        if recorded is None:
            return _begin(request, shelf)
        return _go_on(request, shelf, recorded)
    except PlaybookError as error:
        raise ModelCallError(CallFault.INVALID_REQUEST, error.sentence) from error


def _go_on(request: ModelRequest, shelf: Shelf, recorded: Recorded) -> NextMessage:
    newer = _user_messages(request.messages[recorded.position + 1 :])
    if recorded.state.has_ended:
        if newer:
            return _begin(request, shelf)
        return _at_the_end(request, recorded)
    message = _continued(request, shelf, recorded, newer)
    if message.failure and any(said.origin == "person" for said in newer):
        # the play failed here before; what the person wrote since then starts it afresh
        return _begin(request, shelf)
    return message


def _at_the_end(request: ModelRequest, recorded: Recorded) -> NextMessage:
    said = "This playbook has come to its end. Send a message to play it again."
    return NextMessage(
        spoken=(Spoken(text=said, is_thought=False),),
        calls=(),
        state=_state(request, recorded.state.digest, Turn(spoken=(), calls=(), frames=()), {}),
    )


def _continued(
    request: ModelRequest, shelf: Shelf, recorded: Recorded, newer: tuple[Message, ...]
) -> NextMessage:
    playbook = shelf.from_source(recorded.source, request.model.model)
    variables = Variables(recorded.variables, workspace=request.workspace)
    if newer:
        variables.set("message", newer[-1].text)
    frames = recorded.state.frames
    if not _fits(frames, playbook):
        return _begin(request, shelf)  # a program that reads playbooks otherwise wrote this state
    results = _results(request.messages, recorded) if recorded.state.is_waiting else None
    turn = Play(playbook, frames, variables).turn(results)
    return _message(playbook, turn, _state(request, playbook.digest, turn, variables.changes))


def _fits(frames: tuple[Frame, ...], playbook: Playbook) -> bool:
    blocks = playbook.blocks
    return all(
        0 <= frame.block < len(blocks) and 0 <= frame.index <= len(blocks[frame.block])
        for frame in frames
    ) and frames[-1].index < len(blocks[frames[-1].block])


def _begin(request: ModelRequest, shelf: Shelf) -> NextMessage:
    playbook = shelf.from_file(request.model.model)
    said = _user_messages(request.messages)
    text = said[-1].text if said else ""
    variables = Variables({}, workspace=request.workspace)
    for name, value in _inputs(playbook, text).items():
        variables.set(name, value)
    variables.set("message", text)
    turn = Play(playbook, (Frame(block=0),), variables).turn()
    state = _state(request, playbook.digest, turn, variables.changes, source=playbook.source)
    return _message(playbook, turn, state)


def _message(playbook: Playbook, turn: Turn, state: bytes) -> NextMessage:
    error, failure = turn.failure, None
    if error is not None:
        sentence = f"{place(playbook.path, error.line)}: {error.sentence}"
        failure = ModelCallError(CallFault.INVALID_REQUEST, sentence, is_said=True)
    return NextMessage(spoken=turn.spoken, calls=turn.calls, state=state, failure=failure)


def _state(
    request: ModelRequest,
    digest: str,
    turn: Turn,
    changes: Mapping[str, str],
    *,
    source: str | None = None,
) -> bytes:
    return encode(
        PlayState(
            path=request.model.model,
            digest=digest,
            frames=turn.frames,
            is_waiting=bool(turn.calls),
            changes=changes,
            source=source,
        )
    )


def _results(
    messages: tuple[Message, ...], recorded: Recorded
) -> tuple[ToolResultPart | None, ...]:
    found = {
        part.call_id: part
        for message in messages[recorded.position + 1 :]
        for part in message.parts
        if isinstance(part, ToolResultPart)
    }
    return tuple(found.get(call.call_id) for call in messages[recorded.position].tool_calls)


def _user_messages(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    return tuple(m for m in messages if m.role is Role.USER and m.origin != "engine")


def _inputs(playbook: Playbook, text: str) -> dict[str, str]:
    """The inputs with what the message says about them in lines of the form `name=value`."""
    values = {entry.name: entry.default for entry in playbook.inputs}
    for line in text[:MAX_CHARACTERS].splitlines()[:_MOST_INPUT_LINES]:
        match = _INPUT_LINE.fullmatch(line)
        if match is None:
            continue
        name, value = match.group(1), match.group(2).strip()
        if name in values:
            values[name] = value
        elif close := suggestion(name, values):
            raise ModelCallError(
                CallFault.INVALID_REQUEST,
                f"{place(playbook.path, 0)}: There is no input '{name}'.{close} "
                f"{_offer(playbook.inputs)}",
            )
    return values


def _offer(inputs: tuple[Input, ...]) -> str:
    return "Its inputs are: " + ", ".join(f"{entry.name}={entry.default}" for entry in inputs) + "."
