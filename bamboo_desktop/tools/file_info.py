"""GetFileInfo: what is at a path, without its content."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from datetime import UTC, datetime

from typing_extensions import override

from bamboo_desktop.domain.codec import second_text
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools import beneath
from bamboo_desktop.tools.access import FileAccess, read_consent
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolContext
from bamboo_desktop.tools.results import succeeded
from bamboo_desktop.tools.visible import visible
from bamboo_desktop.tools.workspace import open_place, trouble

_COUNTED_ENTRIES = 10_000

SPEC = ToolSpec(
    name="GetFileInfo",
    description=(
        "Tell whether a path exists and what it is: kind, size, permissions, last change, the "
        "target of a symlink, the number of entries of a folder. Use it to check before writing; "
        "to see the content use Read, to list a folder use Glob."
    ),
    parameters={
        "type": "object",
        "properties": {
            "path": {"type": "string", "description": "A file or folder, absolute or relative."}
        },
        "required": ["path"],
        "additionalProperties": False,
    },
)

_KINDS = (
    (stat.S_ISREG, "file"),
    (stat.S_ISDIR, "folder"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
)


class GetFileInfo(PlainKind):
    """Looks at a path; never opens its content."""

    def __init__(self, access: FileAccess) -> None:
        super().__init__(SPEC, ToolClass.READ, headline="path")
        self._access = access

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Only for paths outside the session's folder."""
        place = await asyncio.to_thread(self._access.locate, arguments["path"], context)
        return read_consent("GetFileInfo", place, arguments, context)

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """A few lines of facts."""
        return await asyncio.to_thread(self._run, arguments, context)

    def _run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        place = self._access.locate(arguments["path"], context)
        try:
            descriptor = open_place(place, beneath.LOOK)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return succeeded(f"path: {place.shown}\nexists: no")
            raise trouble(place, error) from error
        try:
            found = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        self._access.protected.refuse_link(found, place.real)
        lines = [f"path: {place.shown}", "exists: yes", *_facts(found)]
        if stat.S_ISDIR(found.st_mode):
            lines.append(f"entries: {_count(place.real)}")
        if visible(arguments["path"]) != place.shown and not place.real.endswith(arguments["path"]):
            lines.append(f"given as: {visible(arguments['path'])}")
        return succeeded("\n".join(lines))


def _facts(found: os.stat_result) -> list[str]:
    kind = next((word for test, word in _KINDS if test(found.st_mode)), "something else")
    changed = second_text(datetime.fromtimestamp(found.st_mtime, UTC))
    return [
        f"kind: {kind}",
        f"size: {found.st_size} bytes",
        f"permissions: {stat.filemode(found.st_mode)}",
        f"changed: {changed}",
    ]


def _count(path: str) -> str:
    seen = 0
    try:
        with os.scandir(path) as entries:
            for _ in entries:
                seen += 1
                if seen > _COUNTED_ENTRIES:
                    return f"more than {_COUNTED_ENTRIES}"
    except OSError:
        return "cannot be listed"
    return str(seen)
