"""The variables of a play, with what changed since its last message."""

from __future__ import annotations

from collections.abc import Mapping

from bamboo_desktop.domain.codec import clean_text

MAX_CHARACTERS = 64 * 1024


class Variables:
    """Texts by name. A name that was never set has the empty text."""

    def __init__(self, known: Mapping[str, str], *, workspace: str) -> None:
        self._values = dict(known)
        self._workspace = workspace
        self.changes: dict[str, str] = {}
        self.loop = 0

    def get(self, name: str) -> str:
        """The value of a variable."""
        if name == "workspace":
            return self._workspace
        if name == "loop":
            return str(self.loop)
        return self._values.get(name, "")

    def set(self, name: str, text: str) -> None:
        """Give a variable a value; a very long one is cut, and says so."""
        value = capped(clean_text(text))
        if self._values.get(name) != value:
            self._values[name] = value
            self.changes[name] = value


def capped(text: str) -> str:
    """A text no longer than a variable may be, with a visible mark where it was cut."""
    if len(text) <= MAX_CHARACTERS:
        return text
    return f"{text[:MAX_CHARACTERS]}\n[cut here: {len(text) - MAX_CHARACTERS} more characters]"
