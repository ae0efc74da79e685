"""Grep: text in files."""

from __future__ import annotations

import re
from typing import Any

from typing_extensions import override

from bamboo_desktop.domain.tool import ToolSpec
from bamboo_desktop.tools.access import FileAccess
from bamboo_desktop.tools.port import Arguments, ToolArgumentError
from bamboo_desktop.tools.searching import Searcher
from bamboo_desktop.tools.searchkind import LATE, SearchKind
from bamboo_desktop.tools.visible import visible
from bamboo_desktop.tools.workspace import Place

_DEFAULT_LIMIT = 250
_TYPES = {
    "c": (".c", ".h"),
    "cpp": (".cpp", ".cc", ".cxx", ".hpp", ".hh", ".h"),
    "cs": (".cs",),
    "css": (".css", ".scss", ".less"),
    "go": (".go",),
    "html": (".html", ".htm"),
    "java": (".java",),
    "js": (".js", ".jsx", ".mjs", ".cjs"),
    "json": (".json", ".jsonl"),
    "kotlin": (".kt", ".kts"),
    "md": (".md", ".markdown"),
    "php": (".php",),
    "py": (".py", ".pyi"),
    "rb": (".rb",),
    "rust": (".rs",),
    "sh": (".sh", ".bash", ".zsh"),
    "sql": (".sql",),
    "swift": (".swift",),
    "toml": (".toml",),
    "ts": (".ts", ".tsx", ".mts", ".cts"),
    "txt": (".txt",),
    "xml": (".xml", ".svg"),
    "yaml": (".yaml", ".yml"),
}
_COUNT = {"type": "integer", "minimum": 0, "maximum": 50}

SPEC = ToolSpec(
    name="Grep",
    description=(
        "Search the text of files with a regular expression (Python's syntax; escape brackets and "
        "dots you mean literally). `output_mode`: `files` (the default) lists files with a match, "
        "`content` the matching lines as path:number:text, `count` the matching lines per file. "
        "Narrow it with `path` (file or folder), `glob` (`*.py`, `src/**`) or `type`. Lines around "
        "a match with -A, -B or -C; -i ignores case; `multiline` lets a match span lines and `.` "
        "match a line break. `head_limit` bounds the lines returned (250 by default). Binary files "
        "and folders such as .git, node_modules and .venv are left out (the folders not when "
        "`include_ignored` is true)."
    ),
    parameters={
        "type": "object",
        "properties": {
            "pattern": {"type": "string", "minLength": 1, "maxLength": 4000},
            "path": {
                "type": "string",
                "description": "File or folder; the session's folder by default.",
            },
            "glob": {"type": "string", "maxLength": 1000},
            "type": {"type": "string", "enum": list(_TYPES)},
            "output_mode": {"type": "string", "enum": ["files", "content", "count"]},
            "-A": _COUNT,
            "-B": _COUNT,
            "-C": _COUNT,
            "-i": {"type": "boolean"},
            "-n": {"type": "boolean", "description": "Line numbers; they are always given."},
            "multiline": {"type": "boolean"},
            "head_limit": {"type": "integer", "minimum": 1, "maximum": 5000},
            "include_ignored": {"type": "boolean"},
        },
        "required": ["pattern"],
        "additionalProperties": False,
    },
)


class Grep(SearchKind):
    """Searches text."""

    def __init__(self, access: FileAccess, searcher: Searcher) -> None:
        super().__init__(SPEC, access, searcher)

    @override
    def _request(self, arguments: Arguments) -> dict[str, Any]:
        around = int(arguments.get("-C", 0))
        return {
            "op": "grep",
            "regex": _expression(arguments["pattern"]),
            "glob": str(arguments.get("glob") or "**"),
            "endings": _TYPES.get(str(arguments.get("type", "")), ()),
            "mode": str(arguments.get("output_mode", "files")),
            "before": int(arguments.get("-B", around)),
            "after": int(arguments.get("-A", around)),
            "ignore_case": bool(arguments.get("-i", False)),
            "multiline": bool(arguments.get("multiline", False)),
            "limit": int(arguments.get("head_limit", _DEFAULT_LIMIT)),
            "all": bool(arguments.get("include_ignored", False)),
        }

    @override
    def _shown(self, answer: dict[str, Any], place: Place, request: dict[str, Any]) -> str:
        notes = []
        if answer["is_cut"]:
            count = len(answer["lines"])
            notes.append(f"[cut after {count} lines; narrow the search to see the rest]")
        if answer["is_late"]:
            notes.append(LATE)
        if not answer["lines"]:
            return "\n".join([f"No match in {place.shown}.", *notes])
        lines = [visible(line, keep="\t") for line in answer["lines"]]
        head = f"In {place.shown}:"
        if request["mode"] == "content" and not answer["is_cut"]:
            head = f"{answer['total']} matches in {place.shown}:"
        return "\n".join([head, *lines, *notes])


def _expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ToolArgumentError(
            f"The pattern is no regular expression ({error}). Escape what you mean literally with "
            "a backslash."
        ) from error
    return pattern
