"""What a session has seen of each file, so that it never overwrites what it has not seen."""

from __future__ import annotations

from collections import OrderedDict

from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.workspace import Place

_REMEMBERED_FILES = 2000


class Ledger:
    """Fingerprints of file contents as each session last read or wrote them."""

    def __init__(self) -> None:
        self._seen: dict[SessionId, OrderedDict[str, str]] = {}

    def note(self, session_id: SessionId, place: Place, fingerprint: str) -> None:
        """The session now knows this content."""
        files = self._seen.setdefault(session_id, OrderedDict())
        files[place.real] = fingerprint
        files.move_to_end(place.real)
        if len(files) > _REMEMBERED_FILES:
            files.popitem(last=False)

    def require_unchanged(self, session_id: SessionId, place: Place, fingerprint: str) -> None:
        """Check that a file about to be changed is the one the session knows, when it knows one.

        Raises:
            ToolCallError: somebody else changed it since.
        """
        files = self._seen.get(session_id)
        known = files.get(place.real) if files is not None else None
        if known is not None and known != fingerprint:
            raise ToolCallError(
                f"{place.shown} has changed since you last read it. Read it again, then change it."
            )

    def forget(self, session_id: SessionId) -> None:
        """The session is gone."""
        self._seen.pop(session_id, None)
