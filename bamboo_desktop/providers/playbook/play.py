"""Plays steps up to the next tool call or the end: a pure step from one state to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bamboo_desktop.domain.message import ToolOutcome, ToolResultPart
from bamboo_desktop.providers.playbook.calls import must_run_again, prepared, take_results
from bamboo_desktop.providers.playbook.conditions import holds
from bamboo_desktop.providers.playbook.errors import PlayError, shown
from bamboo_desktop.providers.playbook.state import Frame
from bamboo_desktop.providers.playbook.steps import (
    Ask,
    Assign,
    Branch,
    CallingStep,
    CallTool,
    Parallel,
    Playbook,
    Repeat,
    Say,
    ShowTasks,
    Step,
    Stop,
)
from bamboo_desktop.providers.playbook.variables import Variables

MAX_MESSAGE = 256 * 1024
MAX_STEPS_A_MESSAGE = 100_000
_CALLING = (CallTool, Parallel, Ask, ShowTasks)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """A piece of text of the message."""

    text: str
    is_thought: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A tool call of the message."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """The next message of a play: what is said, what is called, and where the play then stands.

    With a `failure` the play ends behind what was said.
    """

    spoken: tuple[Spoken, ...]
    calls: tuple[Call, ...]
    frames: tuple[Frame, ...]
    failure: PlayError | None = None


class Play:
    """One turn of a play: begins where the last one ended, ends at the next tool call."""

    def __init__(self, playbook: Playbook, frames: tuple[Frame, ...], variables: Variables) -> None:
        self._blocks = playbook.blocks
        self._frames = list(frames)
        self._variables = variables
        self._spoken: list[Spoken] = []
        self._size = 0
        self._again = False
        self._line = 0

    def turn(self, results: tuple[ToolResultPart | None, ...] | None = None) -> Turn:
        """Take the results that the play waits for, and play on to the next call or the end."""
        try:
            if results is not None:
                self._take(results)
            return self._turn(self._play_on())
        except PlayError as failure:
            return Turn(spoken=tuple(self._spoken), calls=(), frames=(), failure=failure)

    def _take(self, results: tuple[ToolResultPart | None, ...]) -> None:
        top = self._frames[-1]
        step = self._blocks[top.block][top.index]
        if not isinstance(step, _CALLING):
            raise PlayError("The play waits for nothing here.", step.line)
        self._follow_loop()
        whole = tuple(result for result in results if result is not None)
        if len(whole) < len(results) or not whole:
            raise PlayError("A call of this step has no result.", step.line)
        if must_run_again(step, whole):
            self._again = True
            return
        self._advance()
        failure = take_results(step, whole, self._variables)
        if failure is not None:
            self._fail(*failure)

    def _fail(self, call: CallTool, result: ToolResultPart) -> None:
        if result.outcome is ToolOutcome.DENIED:
            self._speak(f"You did not agree to {call.tool}, so I stop here. Nothing else was done.")
            self._frames.clear()
            return
        said = shown(result.content[:400]) or str(result.outcome)
        raise PlayError(f"{call.tool} did not work: {said}", call.line)

    def _play_on(self) -> tuple[Call, ...]:
        for _ in range(MAX_STEPS_A_MESSAGE):
            if not self._frames:
                return ()
            top = self._frames[-1]
            if top.index >= len(self._blocks[top.block]):
                self._leave()
                continue
            self._follow_loop()
            step = self._blocks[top.block][top.index]
            self._line = step.line
            if isinstance(step, _CALLING):
                return self._calls(step)
            self._advance()
            self._do(step)
        raise PlayError("The play goes round without ever calling a tool.", self._line)

    def _calls(self, step: CallingStep) -> tuple[Call, ...]:
        if self._again and not isinstance(step, Ask | ShowTasks):
            self._speak("That was stopped before it came to its end, so I try it again.")
        calls = prepared(step, self._variables)
        return tuple(Call(tool=tool, arguments=arguments) for tool, arguments in calls)

    def _turn(self, calls: tuple[Call, ...]) -> Turn:
        return Turn(spoken=tuple(self._spoken), calls=calls, frames=tuple(self._frames))

    def _advance(self) -> None:
        self._frames[-1] = replace(self._frames[-1], index=self._frames[-1].index + 1)

    def _follow_loop(self) -> None:
        counts = (frame.count for frame in reversed(self._frames) if frame.count)
        self._variables.loop = next(counts, 0)

    def _do(self, step: Step) -> None:
        if isinstance(step, Say):
            self._speak(step.text.render(self._variables.get), is_thought=step.is_thought)
        elif isinstance(step, Assign):
            for name, value in step.values:
                self._variables.set(name, value.render(self._variables.get))
        elif isinstance(step, Branch):
            self._branch(step)
        elif isinstance(step, Repeat):
            self._begin(step)
        elif isinstance(step, Stop):
            self._stop(step)

    def _speak(self, text: str, *, is_thought: bool = False) -> None:
        said = text.strip("\n")
        if not said.strip():
            return
        self._size += len(said)
        if self._size > MAX_MESSAGE:
            raise PlayError("The play says more than fits into one message.", self._line)
        self._spoken.append(Spoken(text=said, is_thought=is_thought))

    def _stop(self, step: Stop) -> None:
        text = step.message.render(self._variables.get) if step.message else ""
        if step.is_failure:
            raise PlayError(" ".join(text.split()) or "The playbook gave up.", step.line)
        self._speak(text)
        self._frames.clear()

    def _branch(self, step: Branch) -> None:
        for case in step.cases:
            if holds(case.condition, self._variables):
                self._frames.append(Frame(block=case.block))
                return
        if step.otherwise is not None:
            self._frames.append(Frame(block=step.otherwise))

    def _begin(self, step: Repeat) -> None:
        total = self._total(step)
        if total > 0:
            self._frames.append(Frame(block=step.block, count=1, total=total))
            self._enter_pass(step)

    def _total(self, step: Repeat) -> int:
        if step.until is not None:
            return step.bound
        total = self._times(step) if step.times is not None else self._keep_items(step)
        if total > step.bound:
            raise PlayError(
                f"This would be repeated {total} times, but {step.bound} is the most; raise "
                "'at_most' (up to 1000) or pass fewer lines, with '{{name | head(50)}}'.",
                step.line,
            )
        return total

    def _times(self, step: Repeat) -> int:
        text = step.times.render(self._variables.get).strip() if step.times else ""
        try:
            return int(text[:20])
        except ValueError as error:
            raise PlayError(
                f"'times' takes a whole number, not '{shown(text)}'.", step.line
            ) from error

    def _keep_items(self, step: Repeat) -> int:
        if step.lines_of:
            lines = self._variables.get(step.lines_of).splitlines()
        else:
            lines = [" ".join(i.render(self._variables.get).split()) for i in step.items]
        kept = [line.strip() for line in lines if line.strip()]
        self._variables.set(_items_name(step.block), "\n".join(kept))
        return len(kept)

    def _enter_pass(self, step: Repeat) -> None:
        if step.each:
            items = self._variables.get(_items_name(step.block)).split("\n")
            number = self._frames[-1].count - 1
            self._variables.set(step.each, items[number] if number < len(items) else "")

    def _leave(self) -> None:
        frame = self._frames.pop()
        if not frame.count:
            return
        below = self._frames[-1]
        step = self._blocks[below.block][below.index - 1]
        if not isinstance(step, Repeat):
            raise PlayError("The play has lost its place.", step.line)
        if step.until is not None and self._has_come(step, frame):
            return
        if frame.count < frame.total:
            self._frames.append(replace(frame, index=0, count=frame.count + 1))
            self._enter_pass(step)

    def _has_come(self, step: Repeat, frame: Frame) -> bool:
        until = step.until
        if until is None or holds(until, self._variables):
            return True
        if frame.count >= frame.total:
            raise PlayError(
                f"'{until.variable}' did not become what 'until' waits for in {frame.total} "
                "passes.",
                step.line,
            )
        return False


def _items_name(block: int) -> str:
    """Where the items of a loop are kept: a name that no playbook can write."""
    return f"@{block}"
