"""FileChange: what the tools that change one file have in common."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import OrderedDict
from dataclasses import dataclass

from typing_extensions import override

from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools.access import FileAccess, change_consent
from bamboo_desktop.tools.filebytes import replace_file
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolCallError, ToolContext
from bamboo_desktop.tools.results import succeeded
from bamboo_desktop.tools.textfile import fingerprint
from bamboo_desktop.tools.workspace import Place

_REMEMBERED = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A judged change of one file, not yet made.

    `present` is the fingerprint of the content it changes, `mode` the file's permission bits; a
    file that is not there yet has none.
    """

    place: Place
    present: str
    mode: int | None
    content: bytes
    diff: str


class FileChange(PlainKind):
    """Asks with the diff, and changes exactly the content that the diff was shown against.

    Args:
        spec: how a model sees the tool.
        access: what all file tools share.
    """

    def __init__(self, spec: ToolSpec, access: FileAccess) -> None:
        super().__init__(spec, ToolClass.EFFECT, headline="file_path")
        self._access = access
        self._shown: OrderedDict[ToolCallId, tuple[str, str]] = OrderedDict()

    @abstractmethod
    def _change(self, arguments: Arguments, context: ToolContext) -> Change:
        """The change that a call describes, against the file as it is now.

        Raises:
            ToolCallError: the call cannot work.
        """

    @abstractmethod
    def _told(self, change: Change) -> str:
        """What the model reads when the change has been made."""

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Always, with the diff."""
        change = await asyncio.to_thread(self._change, arguments, context)
        self._shown[context.call_id] = (change.place.real, change.present)
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        return change_consent(
            self.spec.name,
            change.place,
            arguments,
            context,
            diff=change.diff,
            present=change.present,
        )

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """Make the change."""
        shown = self._shown.pop(context.call_id, None)
        return await asyncio.to_thread(self._run, arguments, context, shown)

    def _run(
        self, arguments: Arguments, context: ToolContext, shown: tuple[str, str] | None
    ) -> ToolReply:
        change = self._change(arguments, context)
        # Between the consent and this moment lies a write to the disk, and anybody's program.
        if shown is not None and shown != (change.place.real, change.present):
            raise ToolCallError(
                f"{change.place.shown} changed just now, after the change had been agreed to. "
                "Nothing was changed. Read it again, then change it."
            )
        replace_file(change.place, change.content, self._access.protected, mode=change.mode)
        self._access.ledger.note(context.session_id, change.place, fingerprint(change.content))
        text = self._told(change)
        return succeeded(text, diff=change.diff, files=(change.place.real,))
