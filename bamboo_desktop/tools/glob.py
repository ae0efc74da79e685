"""Glob: files and folders by name."""

from __future__ import annotations

import asyncio

from typing_extensions import override

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.tool import ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools.access import FileAccess, read_consent
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolCallError, ToolContext
from bamboo_desktop.tools.results import succeeded
from bamboo_desktop.tools.searching import Searcher
from bamboo_desktop.tools.visible import visible

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


class Glob(PlainKind):
    """Looks names up."""

    def __init__(self, access: FileAccess, searcher: Searcher) -> None:
        super().__init__(SPEC, ToolClass.READ, headline="pattern")
        self._access = access
        self._searcher = searcher

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """Only for folders outside the session's."""
        path = folder_of(arguments)
        place = await asyncio.to_thread(self._access.locate, path, context)
        return read_consent("Glob", place, arguments, context)

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """The names."""
        path = folder_of(arguments)
        place = await asyncio.to_thread(self._access.locate, path, context)
        request = {
            "op": "glob",
            "glob": _relative(arguments["pattern"]),
            "limit": _MOST_NAMES,
            "all": bool(arguments.get("include_ignored", False)),
        }
        answer = await self._searcher.search(place, request, context.cancel)
        lines = [visible(line) for line in answer["lines"]]
        if not lines:
            return succeeded(f"Nothing in {place.shown} matches.{_late(answer)}")
        more = f"[only the first {_MOST_NAMES} names]" if answer["is_cut"] else ""
        parts = [f"In {place.shown}:", *lines, more, _late(answer).strip()]
        return succeeded("\n".join(part for part in parts if part))


def folder_of(arguments: Arguments) -> str:
    """The folder a search starts at."""
    return str(arguments.get("path") or ".")


def _relative(pattern: str) -> str:
    if pattern.startswith(("/", "~")) or ".." in pattern.split("/"):
        raise ToolCallError(
            "The pattern must be relative and without '..'; give the folder to look in as `path`."
        )
    return pattern


def _late(answer: dict[str, object]) -> str:
    return " [the time limit was reached; more may exist]" if answer["is_late"] else ""
