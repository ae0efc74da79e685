"""Bamboo Desktop: AI agents on your own machine that can be trusted."""

from __future__ import annotations

__version__ = "0.1.0"
