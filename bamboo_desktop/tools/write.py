"""Write: a whole file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from typing_extensions import override

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools.access import FileAccess, change_consent
from bamboo_desktop.tools.filebytes import read_if_there, replace_file
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolContext
from bamboo_desktop.tools.results import succeeded, unified_diff
from bamboo_desktop.tools.textfile import TextFile, decode, fingerprint
from bamboo_desktop.tools.workspace import Place

SPEC = ToolSpec(
    name="Write",
    description=(
        "Write a whole file: creates it, with missing folders, or replaces all of its content in "
        "one step. For a change to a part of a file use Edit, which is safer and shorter. Read an "
        "existing file first; if it changed since you read it, the call fails. The person is shown "
        "the difference and asked. Permissions of an existing file are kept."
    ),
    parameters={
        "type": "object",
        "properties": {
            "file_path": {"type": "string", "description": "The file, absolute or relative."},
            "content": {"type": "string", "description": "The whole new content."},
        },
        "required": ["file_path", "content"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A judged change of one file, not yet made."""

    place: Place
    present: str
    mode: int | None
    content: bytes
    diff: str


class Write(PlainKind):
    """Replaces a whole file."""

    def __init__(self, access: FileAccess) -> None:
        super().__init__(SPEC, ToolClass.EFFECT, headline="file_path")
        self._access = access

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Always, with the diff."""
        change = await asyncio.to_thread(self._change, arguments, context)
        return change_consent(
            "Write",
            change.place,
            arguments,
            context,
            diff=change.diff,
            present=change.present,
        )

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """Write it."""
        return await asyncio.to_thread(self._run, arguments, context)

    def _run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        change = self._change(arguments, context)
        make(self._access, change, context)
        word = "Created" if change.present == "absent" else "Replaced"
        text = f"{word} {change.place.shown}, {len(change.content)} bytes."
        return succeeded(text, diff=change.diff, files=(change.place.real,))

    def _change(self, arguments: Arguments, context: ToolContext) -> Change:
        place = self._access.locate(arguments["file_path"], context)
        present = read_if_there(place, self._access.protected)
        before = present.content if present else None
        self._access.ledger.require_unchanged(context.session_id, place, fingerprint(before))
        old = decode(before) if before is not None else None
        file = old or TextFile(text="", encoding="utf-8")
        content = file.encode(arguments["content"])
        note = "[binary content is replaced]\n" if before is not None and old is None else ""
        return Change(
            place=place,
            present=fingerprint(before),
            mode=present.mode if present else None,
            content=content,
            diff=note + unified_diff(file.text, arguments["content"], place.shown),
        )


def make(access: FileAccess, change: Change, context: ToolContext) -> None:
    """Carry out a change and remember its content as known to the session.

    Raises:
        ToolCallError: the system refused; nothing was changed.
    """
    replace_file(change.place, change.content, access.protected, mode=change.mode)
    access.ledger.note(context.session_id, change.place, fingerprint(change.content))
