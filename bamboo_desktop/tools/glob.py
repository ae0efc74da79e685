"""Glob: files and folders by name."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from bamboo_desktop.domain.tool import ToolSpec
from bamboo_desktop.tools.access import FileAccess
from bamboo_desktop.tools.port import Arguments, ToolCallError
from bamboo_desktop.tools.searching import Searcher
from bamboo_desktop.tools.searchkind import LATE, SearchKind
from bamboo_desktop.tools.visible import visible
from bamboo_desktop.tools.workspace import Place

_MOST_NAMES = 1000

SPEC = ToolSpec(
    name="Glob",
    description=(
        "List files and folders whose path matches a pattern, sorted by path; folders end with a "
        "slash. `*` stands for anything within a name, `?` for one character, `[ab]` for one of "
        "these, `{a,b}` for either, `**` for any number of folders. `*` alone lists a folder, "
        "`**/*.py` finds Python files at any depth, `src/**` everything below src. At most 1,000 "
        "names. Symlinks are not followed. Folders such as .git, node_modules and .venv are not "
        "entered unless `include_ignored` is true. To find text in files use Grep."
    ),
    parameters={
        "type": "object",
        "properties": {
            "pattern": {"type": "string", "minLength": 1, "maxLength": 1000},
            "path": {
                "type": "string",
                "description": "The folder to look in; the session's folder by default.",
            },
            "include_ignored": {"type": "boolean"},
        },
        "required": ["pattern"],
        "additionalProperties": False,
    },
)


class Glob(SearchKind):
    """Looks names up."""

    def __init__(self, access: FileAccess, searcher: Searcher) -> None:
        super().__init__(SPEC, access, searcher)

    @override
    def _request(self, arguments: Arguments) -> dict[str, Any]:
        return {
            "op": "glob",
            "glob": _relative(arguments["pattern"]),
            "limit": _MOST_NAMES,
            "all": bool(arguments.get("include_ignored", False)),
        }

    @override
    def _shown(self, answer: dict[str, Any], place: Place, request: dict[str, Any]) -> str:
        notes = [LATE] if answer["is_late"] else []
        lines = [visible(line) for line in answer["lines"]]
        if not lines:
            return " ".join([f"Nothing in {place.shown} matches.", *notes])
        if answer["is_cut"]:
            notes.insert(0, f"[only the first {_MOST_NAMES} names]")
        return "\n".join([f"In {place.shown}:", *lines, *notes])


def _relative(pattern: str) -> str:
    if pattern.startswith(("/", "~")) or ".." in pattern.split("/"):
        raise ToolCallError(
            "The pattern must be relative and without '..'; give the folder to look in as `path`."
        )
    return pattern
