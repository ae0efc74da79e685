"""PlaybookFolders: where playbooks are looked for, and what is found there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.providers import playbook
from bamboo_desktop.providers.playbook import PlaybookInfo


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaybookFolders:
    """Where playbooks are looked for, the person's own first."""

    own: Path
    shipped: Path

    @property
    def all(self) -> tuple[Path, ...]:
        """In the order of precedence."""
        return (self.own, self.shipped)

    def listed(self) -> tuple[PlaybookInfo, ...]:
        """What can be played; a file that is no playbook is left out here and told when chosen."""
        found: list[PlaybookInfo] = []
        for path in playbook.playbook_files(self.all):
            try:
                found.append(playbook.describe(path))
            except UserError:
                continue
        return tuple(found)


def playbook_info(path: Path) -> PlaybookInfo:
    """What a file says of itself.

    Raises:
        UserError: it is no playbook; the sentence names the line.
    """
    loaded = playbook.load(path)
    return PlaybookInfo(path=path, title=loaded.title, description=loaded.description)
