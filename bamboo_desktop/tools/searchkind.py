"""SearchKind: what the tools that search beneath a folder have in common."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import Any

from typing_extensions import override

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools.access import FileAccess, read_consent
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolContext
from bamboo_desktop.tools.results import succeeded
from bamboo_desktop.tools.searching import Searcher
from bamboo_desktop.tools.workspace import Place

LATE = "[the time limit was reached; more may exist]"


class SearchKind(PlainKind):
    """Hands a request to the searcher and shows its answer.

    Args:
        spec: how a model sees the tool.
        access: what all file tools share.
        searcher: runs searches.
    """

    def __init__(self, spec: ToolSpec, access: FileAccess, searcher: Searcher) -> None:
        super().__init__(spec, ToolClass.READ, headline="pattern")
        self._access = access
        self._searcher = searcher

    @abstractmethod
    def _request(self, arguments: Arguments) -> dict[str, Any]:
        """The searcher's request for a call.

        Raises:
            ToolCallError: the pattern is none.
        """

    @abstractmethod
    def _shown(self, answer: dict[str, Any], place: Place, request: dict[str, Any]) -> str:
        """What the model reads of an answer."""

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Only for places outside the session's folder."""
        self._request(arguments)
        return read_consent(
            self.spec.name, await self._place(arguments, context), arguments, context
        )

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """What was found."""
        request = self._request(arguments)
        place = await self._place(arguments, context)
        answer = await self._searcher.search(place, request, context.cancel)
        return succeeded(self._shown(answer, place, request))

    async def _place(self, arguments: Arguments, context: ToolContext) -> Place:
        given = str(arguments.get("path") or ".")
        return await asyncio.to_thread(self._access.locate, given, context)
