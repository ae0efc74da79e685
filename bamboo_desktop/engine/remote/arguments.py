"""Arguments: what a command was given, read with types; whatever does not fit is a usage error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bamboo_desktop.domain.errors import InvalidInputError

MOST = 2**53


class Arguments:
    """The arguments of one command, as they came over the socket or from the command line."""

    def __init__(self, values: object) -> None:
        if not isinstance(values, Mapping):
            raise InvalidInputError("The arguments of a command are a JSON object.")
        self._values: Mapping[Any, object] = values

    def text(self, name: str, default: str = "") -> str:
        """A text.

        Raises:
            InvalidInputError: it is none.
        """
        value = self._values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise InvalidInputError(f"'{name}' has to be a text.")
        return value

    def count(self, name: str, default: int) -> int:
        """A whole number from 0 up.

        Raises:
            InvalidInputError: it is none.
        """
        value = self._values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            raise InvalidInputError(f"'{name}' has to be a number from 0 up.")
        return value

    def flag(self, name: str) -> bool:
        """Yes or no; no when it is left out.

        Raises:
            InvalidInputError: it is neither.
        """
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise InvalidInputError(f"'{name}' has to be true or false.")
        return value

    def has(self, name: str) -> bool:
        """True when it was given, be it empty."""
        return self._values.get(name) is not None

    def choice(self, name: str) -> bool | None:
        """Yes, no, or None when it is left out.

        Raises:
            InvalidInputError: it is something else.
        """
        return self.flag(name) if self.has(name) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts.

        Raises:
            InvalidInputError: it is none.
        """
        return _texts(name, self._values.get(name))

    def lists(self, name: str) -> dict[str, tuple[str, ...]]:
        """Lists of texts by name.

        Raises:
            InvalidInputError: it is something else.
        """
        return {key: _texts(name, value) for key, value in self._mapping(name).items()}

    def words(self, name: str) -> dict[str, str]:
        """Texts by name.

        Raises:
            InvalidInputError: it is something else.
        """
        found = {}
        for key, value in self._mapping(name).items():
            if not isinstance(value, str):
                raise InvalidInputError(f"'{name}' has to hold texts.")
            found[key] = value
        return found

    def _mapping(self, name: str) -> dict[str, object]:
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise InvalidInputError(f"'{name}' has to be a JSON object.")
        return {str(key): item for key, item in value.items()}


def _texts(name: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise InvalidInputError(f"'{name}' has to be a list of texts.")
    return tuple(str(item) for item in value)
