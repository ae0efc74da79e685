"""ModelCall: one answer of the model, streamed to whoever looks, tried again where that is safe."""

from __future__ import annotations

import random
from collections.abc import Coroutine
from contextlib import aclosing
from typing import TypeVar

from bamboo_desktop.domain.events import ModelRetry, ReasoningToken, Token
from bamboo_desktop.engine.runs.racing import unless_stopped
from bamboo_desktop.engine.runs.runner import Runner
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.providers.port import (
    CallFault,
    Finished,
    ModelCallError,
    ModelRequest,
    Provider,
    TextDelta,
    ThinkingDelta,
)

T = TypeVar("T")


class ModelCall:
    """Asks one provider for one answer.

    A failed try is repeated when its kind allows it, with a growing delay or the one the server
    asked for. Text that a failed try had already shown is declared void by a `ModelRetry` event.
    """

    def __init__(self, services: RunServices, runner: Runner, provider: Provider) -> None:
        self._services = services
        self._runner = runner
        self._provider = provider

    async def complete(self, request: ModelRequest) -> Finished:
        """The whole answer.

        Raises:
            ModelCallError: the last try failed, or the failure is of a kind that stays.
            RunCancelledError: the run was asked to stop.
        """
        limits = self._services.limits
        for attempt in range(1, limits.model_attempts + 1):
            try:
                return await self._stoppable(self._stream(request), "model call")
            except ModelCallError as error:
                if not error.fault.is_retryable or attempt == limits.model_attempts:
                    raise
                delay = self._delay(attempt, error)
                self._tell_retry(request.round, attempt + 1, delay, error)
                await self._stoppable(self._services.clock.sleep(delay), "retry delay")
        raise ModelCallError(CallFault.BAD_REPLY, "The model was not asked even once.")

    async def _stream(self, request: ModelRequest) -> Finished:
        publisher, runner = self._services.publisher, self._runner
        async with aclosing(self._provider.stream(request)) as deltas:
            async for delta in deltas:
                match delta:
                    case TextDelta(text=text):
                        publisher.transient(runner, Token(round=request.round, content=text))
                    case ThinkingDelta(text=text):
                        event = ReasoningToken(round=request.round, content=text)
                        publisher.transient(runner, event)
                    case Finished():
                        return delta
                    case _:
                        continue
        raise ModelCallError(CallFault.STREAM_CUT, "The model's answer broke off in the middle.")

    async def _stoppable(self, work: Coroutine[object, object, T], name: str) -> T:
        return await unless_stopped(
            work, self._runner.cancel_token, self._services.tasks, name=name
        )

    def _delay(self, attempt: int, error: ModelCallError) -> float:
        limits = self._services.limits
        if error.retry_after is not None:
            return min(error.retry_after, limits.longest_retry_after)
        growth: int = 2 ** (attempt - 1)
        return limits.model_delay * growth * random.uniform(1.0, 1.25)

    def _tell_retry(self, number: int, attempt: int, delay: float, error: ModelCallError) -> None:
        self._services.publisher.transient(
            self._runner,
            ModelRetry(round=number, attempt=attempt, delay_seconds=delay, reason=error.sentence),
        )
