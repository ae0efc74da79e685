"""Edit: a part of a file."""

from __future__ import annotations

from typing_extensions import override

from bamboo_desktop.domain.tool import ToolSpec
from bamboo_desktop.tools.access import FileAccess
from bamboo_desktop.tools.filebytes import read_file
from bamboo_desktop.tools.filechange import Change, FileChange
from bamboo_desktop.tools.patching import Replacement, apply, parse_patch
from bamboo_desktop.tools.port import Arguments, ToolArgumentError, ToolCallError, ToolContext
from bamboo_desktop.tools.results import unified_diff
from bamboo_desktop.tools.textfile import TextFile, decode, fingerprint, kind_of

SPEC = ToolSpec(
    name="Edit",
    description=(
        "Change a part of a text file. Either give `old_string` and `new_string`: the old text "
        "must stand in the file exactly once, blanks and line breaks included, unless "
        "`replace_all` is true. Or give `patch` for several changes at once: blocks of the lines "
        "'<<<<<<< SEARCH', old text, '=======', new text, '>>>>>>> REPLACE'. Read the file first "
        "and copy the old text exactly, without line numbers. If the file changed since you read "
        "it, the call fails. The person is shown the difference and asked. All changes of a call "
        "are made, or none."
    ),
    parameters={
        "type": "object",
        "properties": {
            "file_path": {"type": "string", "description": "The file, absolute or relative."},
            "old_string": {"type": "string", "description": "The exact present text."},
            "new_string": {"type": "string", "description": "What takes its place; may be empty."},
            "replace_all": {"type": "boolean", "description": "Replace every occurrence."},
            "patch": {"type": "string", "description": "Search/replace blocks, instead."},
        },
        "required": ["file_path"],
        "additionalProperties": False,
    },
)


class Edit(FileChange):
    """Replaces parts of a text file."""

    def __init__(self, access: FileAccess) -> None:
        super().__init__(SPEC, access)

    @override
    def _change(self, arguments: Arguments, context: ToolContext) -> Change:
        wanted = replacements_of(arguments)
        place = self._access.locate(arguments["file_path"], context)
        present = read_file(place, self._access.protected)
        mark = fingerprint(present.content)
        self._access.ledger.require_unchanged(context.session_id, place, mark)
        file = decode(present.content)
        if file is None:
            raise ToolCallError(f"{place.shown} is not text but {kind_of(present.content)}.")
        text = apply(file.text, _in_line_ends_of(file, wanted))
        return Change(
            place=place,
            present=mark,
            mode=present.mode,
            content=file.encode(text),
            diff=unified_diff(file.text, text, place.shown),
        )

    @override
    def _told(self, change: Change) -> str:
        return f"Changed {change.place.shown}.\n{change.diff}"


def replacements_of(arguments: Arguments) -> tuple[Replacement, ...]:
    """What a call wants replaced.

    Raises:
        ToolArgumentError: neither or both of the two ways are given.
    """
    has_pair = "old_string" in arguments or "new_string" in arguments
    if "patch" in arguments:
        if has_pair:
            raise ToolArgumentError("Give either `patch` or `old_string` and `new_string`.")
        return parse_patch(arguments["patch"])
    if "old_string" not in arguments or "new_string" not in arguments:
        raise ToolArgumentError("Give both `old_string` and `new_string`, or give `patch`.")
    return (
        Replacement(
            old=arguments["old_string"],
            new=arguments["new_string"],
            is_everywhere=bool(arguments.get("replace_all", False)),
        ),
    )


def _in_line_ends_of(
    file: TextFile, replacements: tuple[Replacement, ...]
) -> tuple[Replacement, ...]:
    # Models write bare line feeds; a file of CR LF lines keeps its line ends.
    if not file.uses_crlf:
        return replacements
    return tuple(
        Replacement(old=_crlf(item.old), new=_crlf(item.new), is_everywhere=item.is_everywhere)
        for item in replacements
    )


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
