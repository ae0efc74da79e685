"""Write: a whole file."""

from __future__ import annotations

from typing_extensions import override

from bamboo_desktop.domain.tool import ToolSpec
from bamboo_desktop.tools.access import FileAccess
from bamboo_desktop.tools.filebytes import read_if_there
from bamboo_desktop.tools.filechange import Change, FileChange
from bamboo_desktop.tools.port import Arguments, ToolContext
from bamboo_desktop.tools.results import unified_diff
from bamboo_desktop.tools.textfile import TextFile, decode, fingerprint

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


class Write(FileChange):
    """Replaces a whole file."""

    def __init__(self, access: FileAccess) -> None:
        super().__init__(SPEC, access)

    @override
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

    @override
    def _told(self, change: Change) -> str:
        word = "Created" if change.present == "absent" else "Replaced"
        return f"{word} {change.place.shown}, {len(change.content)} bytes."
