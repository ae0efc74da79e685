"""Read: a text file by lines."""

from __future__ import annotations

import asyncio

from typing_extensions import override

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools.access import FileAccess, read_consent
from bamboo_desktop.tools.filebytes import read_file
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolCallError, ToolContext
from bamboo_desktop.tools.results import CONTENT_CAP, lines_of, succeeded
from bamboo_desktop.tools.textfile import TextFile, decode, fingerprint, kind_of
from bamboo_desktop.tools.workspace import Place

_DEFAULT_LINES = 2000
_LONGEST_LINE = 2000
_ROOM = CONTENT_CAP - 8 * 1024

SPEC = ToolSpec(
    name="Read",
    description=(
        "Read a text file. Returns its lines with their numbers (number, tab, text); the numbers "
        "are not part of the file. Up to 2,000 lines from the start by default: for a longer file "
        "give `offset` (first line, from 1) and `limit`. Relative paths start at the session's "
        "folder. Reading outside that folder asks the person first. Read a file before you change "
        "it. To find text in many files use Grep; to list a folder use Glob. Pictures and other "
        "binary files cannot be read."
    ),
    parameters={
        "type": "object",
        "properties": {
            "file_path": {"type": "string", "description": "The file, absolute or relative."},
            "offset": {"type": "integer", "minimum": 1, "description": "First line, from 1."},
            "limit": {"type": "integer", "minimum": 1, "description": "How many lines."},
        },
        "required": ["file_path"],
        "additionalProperties": False,
    },
)


class Read(PlainKind):
    """Reads text; never changes anything."""

    def __init__(self, access: FileAccess) -> None:
        super().__init__(SPEC, ToolClass.READ, headline="file_path")
        self._access = access

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Only for files outside the session's folder."""
        place = await asyncio.to_thread(self._access.locate, arguments["file_path"], context)
        return read_consent("Read", place, arguments, context)

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """The numbered lines."""
        return await asyncio.to_thread(self._run, arguments, context)

    def _run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        place = self._access.locate(arguments["file_path"], context)
        content = read_file(place, self._access.protected).content
        found = decode(content)
        if found is None:
            raise ToolCallError(
                f"{place.shown} is not text but {kind_of(content)} of {len(content)} bytes."
            )
        self._access.ledger.note(context.session_id, place, fingerprint(content))
        first = int(arguments.get("offset", 1))
        text = numbered(
            place, found, first=first, count=int(arguments.get("limit", _DEFAULT_LINES))
        )
        return succeeded(text, files=(place.real,))


def numbered(place: Place, file: TextFile, *, first: int, count: int) -> str:
    """The asked lines with their numbers, and a last line on what is not shown.

    Raises:
        ToolCallError: the file ends before the first asked line.
    """
    lines = lines_of(file.text)
    if not lines:
        return f"[{place.shown} is empty]"
    if first > len(lines):
        raise ToolCallError(f"{place.shown} has {len(lines)} lines; line {first} does not exist.")
    shown: list[str] = []
    size = 0
    for number, line in enumerate(lines[first - 1 : first - 1 + count], start=first):
        row = f"{number:>6}\t{_cut(line)}"
        size += len(row.encode("utf-8", "replace")) + 1
        if size > _ROOM:
            break
        shown.append(row)
    last = first + len(shown) - 1
    notes = [f"[lines {first} to {last} of {len(lines)}; go on with offset {last + 1}]"]
    if last == len(lines):
        notes.clear()
    if file.encoding != "utf-8":
        notes.append(f"[encoding {file.encoding}]")
    return "\n".join([*shown, *notes])


def _cut(line: str) -> str:
    line = line.rstrip("\r\n")
    if len(line) <= _LONGEST_LINE:
        return line
    return f"{line[:_LONGEST_LINE]} [\u2026 {len(line) - _LONGEST_LINE} more characters]"
