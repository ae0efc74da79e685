"""One streamed model call through the library."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import Any

from pydantic_ai.direct import model_request_stream
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import InstructionPart, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.usage import RequestUsage

from bamboo_desktop.domain.codec import clean_text
from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.identifiers import IdSource
from bamboo_desktop.providers import prices
from bamboo_desktop.providers.library.collector import Collector
from bamboo_desktop.providers.library.history import History, neutral_parts, to_json
from bamboo_desktop.providers.library.models import Backend, settings
from bamboo_desktop.providers.library.stamp import Stamp
from bamboo_desktop.providers.library.transport import Wiretap, tapping
from bamboo_desktop.providers.port import CallFault, Finished, ModelDelta, ModelRequest
from bamboo_desktop.providers.sentences import Reason, Where
from bamboo_desktop.providers.watchdog import StallWatchdog

_CHAT_END = b"[DONE]"
# An SDK may drop its generators half-way when it has read enough; the loop ends each of them in a
# task of a turn of its own, which shall not outlive the call.
_CLEANING_TURNS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Everything one call needs."""

    request: ModelRequest
    backend: Backend
    where: Where
    watchdog: StallWatchdog
    tap: Wiretap
    ids: IdSource

    async def deltas(self) -> AsyncGenerator[ModelDelta, None]:
        """The call's deltas, with `Finished` last; closing it closes the connection.

        Raises:
            ModelCallError: the answer is no whole answer.
            Exception: whatever the library raises; the caller translates it.
        """
        model, history = await asyncio.to_thread(self.backend.model, self.request.model.model)
        collector = Collector(ids=self.ids, history=self.request.messages)
        async with AsyncExitStack() as stack:
            # Not every SDK ends the connection of a stream that is left in the middle.
            stack.push_async_callback(self.tap.hang_up)
            with tapping(self.tap), self.watchdog.waiting():
                reply = await self._opened(stack, model, history)
            events = aiter(reply)
            if isinstance(events, AsyncGenerator):
                stack.push_async_callback(events.aclose)
            while True:
                with self.watchdog.waiting():
                    event = await anext(events, None)
                if event is None:
                    break
                delta = collector.take(event)
                if delta is not None:
                    self.watchdog.delta()
                    yield delta
            finished = self._finished(reply, collector)
        for _ in range(_CLEANING_TURNS):
            await asyncio.sleep(0)
        yield finished

    async def _opened(
        self, stack: AsyncExitStack, model: Model[Any], history: History
    ) -> StreamedResponse:
        try:
            return await stack.enter_async_context(self._open(model, history))
        except ModelHTTPError as error:
            # Some accounts may use a model but not see summaries of its thinking.
            if not _minds_summary(error) or self.request.model.model in self.backend.unsummarised:
                raise
        self.backend.unsummarised.add(self.request.model.model)
        return await stack.enter_async_context(self._open(model, history))

    def _open(
        self, model: Model[Any], history: History
    ) -> AbstractAsyncContextManager[StreamedResponse]:
        kind = self.backend.config.kind
        effort = self.request.reasoning_effort
        if kind is ProviderKind.ANTHROPIC and not history.may_think(self.request.messages):
            effort = None
        system = clean_text(self.request.system)
        parameters = ModelRequestParameters(
            function_tools=[
                ToolDefinition(
                    name=tool.name,
                    description=tool.description,
                    parameters_json_schema=dict(tool.parameters),
                )
                for tool in self.request.tools
            ],
            instruction_parts=[InstructionPart(system)] if system.strip() else [],
        )
        chosen = settings(
            kind,
            effort,
            with_summary=self.request.model.model not in self.backend.unsummarised,
        )
        if self.request.tools and not self.request.may_call:
            chosen["tool_choice"] = "none"
        return model_request_stream(
            model,
            history.convert(self.request.messages),
            model_settings=chosen,
            model_request_parameters=parameters,
        )

    def _finished(self, stream: StreamedResponse, collector: Collector) -> Finished:
        reply = stream.get()
        if not self._is_whole(reply):
            raise self.where.failure(CallFault.STREAM_CUT, Reason.NO_FINISH)
        if not reply.parts and reply.finish_reason != "stop":
            raise self.where.failure(CallFault.BAD_REPLY, Reason.EMPTY, details=_cause(reply))
        config = self.backend.config
        model = reply.model_name or self.request.model.model
        stamp = Stamp.of(config.kind, config.id, self.request.model.model)
        return Finished(
            parts=neutral_parts(reply, collector.calls(reply)),
            usage=self._usage(reply.usage, model),
            model=model,
            finish_reason=reply.finish_reason or "",
            library_json=to_json(reply, stamp),
        )

    def _is_whole(self, reply: ModelResponse) -> bool:
        """Whether the server said that it had finished; the library is more lenient."""
        if reply.state != "complete" and reply.finish_reason is None:
            return False
        said = "finish_reason" in (reply.provider_details or {})
        return said or _CHAT_END in self.tap.tail

    def _usage(self, counted: RequestUsage, model: str) -> Usage:
        usage = Usage(
            input_tokens=counted.input_tokens,
            output_tokens=counted.output_tokens,
            cache_read_tokens=counted.cache_read_tokens,
            cache_write_tokens=counted.cache_write_tokens,
            thinking_tokens=counted.output_reasoning_tokens,
        )
        config = self.backend.config
        if counted.cost is not None:
            cost: int | None = prices.micros(counted.cost)
        else:
            address = self.backend.address
            cost = prices.price(model, config.kind, usage, base_url=address)
            if cost is None:
                asked = self.request.model.model
                cost = prices.price(asked, config.kind, usage, base_url=address)
        return dataclasses.replace(usage, cost_micros=cost)


def _minds_summary(error: ModelHTTPError) -> bool:
    match error.body:
        case {"param": str(param)} | {"error": {"param": str(param)}}:
            return error.status_code == 400 and param.startswith("reasoning.summary")
        case _:
            return False


def _cause(reply: ModelResponse) -> str:
    return f"The server gave the reason: {reply.finish_reason}"
