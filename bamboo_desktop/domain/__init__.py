"""The vocabulary all layers share: frozen values, enums, ids. Standard library only."""

from __future__ import annotations
