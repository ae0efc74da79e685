"""Who made a stored reply: proofs and ids of a provider go back to that provider alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bamboo_desktop.domain.model import ProviderKind

_STAMP = "bamboo"
# A date, a build, or the words for "the present one" at the end of a model's name.
_VERSION_TAIL = re.compile(r"(?:[-@:](?:\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|latest|preview|exp))+$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """The provider and the model family a reply came from."""

    kind: ProviderKind
    provider: str
    family: str

    @classmethod
    def of(cls, kind: ProviderKind, provider: str, model: str) -> Stamp:
        """The stamp of replies of a model, the same for its dated and its undated name."""
        return cls(kind=kind, provider=provider, family=_VERSION_TAIL.sub("", model.lower()))

    def metadata(self) -> dict[str, Any]:
        """The stamp as the library carries it beside a reply; it is never sent."""
        value = {"kind": self.kind.value, "provider": self.provider, "family": self.family}
        return {_STAMP: value}

    def is_on(self, metadata: object) -> bool:
        """True when a reply carries this very stamp."""
        return isinstance(metadata, Mapping) and metadata.get(_STAMP) == self.metadata()[_STAMP]

    def is_on_json(self, library_json: bytes) -> bool:
        """The same for a stored reply that the library itself can no longer read."""
        try:
            stored = json.loads(library_json)
        except ValueError:
            return False
        match stored:
            case [{"metadata": metadata}]:
                return self.is_on(metadata)
            case _:
                return False
