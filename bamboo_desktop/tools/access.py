"""What every file tool shares: the protected places, the ledger, and consent for outside reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.tools import consent
from bamboo_desktop.tools.ledger import Ledger
from bamboo_desktop.tools.port import Arguments, ToolContext
from bamboo_desktop.tools.protected import Protected
from bamboo_desktop.tools.rules import path_rule
from bamboo_desktop.tools.visible import hides_something, visible
from bamboo_desktop.tools.workspace import Place, Workspace

_LATER_RUN = frozenset(
    {".bashrc", ".bash_profile", ".profile", ".zshrc", ".zprofile", ".zshenv", ".envrc"}
    | {".gitconfig", ".npmrc", ".netrc", "authorized_keys", "crontab"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FileAccess:
    """Handed to each file tool."""

    protected: Protected
    ledger: Ledger

    def locate(self, given: str, context: ToolContext) -> Place:
        """Judge a path of a call.

        Raises:
            ToolCallError: the path cannot be used, or is protected.
        """
        return Workspace(context.workspace, self.protected).locate(given)


def read_consent(
    tool: str, place: Place, arguments: Arguments, context: ToolContext
) -> ConsentRequest | None:
    """Reading in the session's folder needs nothing; elsewhere the person sees the whole name."""
    if place.is_inside:
        return None
    is_folder = Path(place.real).is_dir()
    return consent.build(
        tool=tool,
        sentence=f"Read {place.real}, which is outside the session's folder.",
        exact=place.real,
        where=place.real,
        digest=consent.digest_of(tool, arguments, context.workspace, place.real),
        rule=path_rule("Read", place.real, everything_in=is_folder),
        warnings=_path_warnings(place),
    )


def change_consent(
    tool: str, place: Place, arguments: Arguments, context: ToolContext, *, diff: str, present: str
) -> ConsentRequest:
    """Changing a file asks, with the whole diff; `present` is the content's fingerprint."""
    word = "Create" if present == "absent" else "Change"
    rule = path_rule(tool, place.root or place.real, everything_in=place.is_inside)
    return consent.build(
        tool=tool,
        sentence=f"{word} the file {place.real}.",
        exact=diff,
        where=place.real,
        digest=consent.digest_of(tool, arguments, context.workspace, place.real, present),
        rule=rule,
        warnings=(*_path_warnings(place), *_change_warnings(place, diff)),
    )


def _path_warnings(place: Place) -> tuple[str, ...]:
    found = []
    if not place.is_inside:
        found.append("leaves the session's folder")
    if hides_something(place.real) or visible(place.real) != place.real:
        found.append("has characters in its name that cannot be seen")
    return tuple(found)


def _change_warnings(place: Place, diff: str) -> tuple[str, ...]:
    found = []
    parts = Path(place.real).parts
    if ".git" in (part.casefold() for part in parts) or parts[-1] in _LATER_RUN:
        found.append("changes a file that decides which programs run later")
    if any(hides_something(line[1:]) for line in diff.split("\n") if line.startswith("+")):
        found.append("adds characters that cannot be seen")
    return tuple(found)
