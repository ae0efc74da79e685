"""`override` for the first frame: the library that has it is a twentieth of a start."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["override"]

if TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method):
        """Mark a method that takes the place of an inherited one; only the type checker looks."""
        return method
