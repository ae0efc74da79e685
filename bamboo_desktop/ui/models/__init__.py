"""Qt item models over values of the engine; they know no view."""

from __future__ import annotations
