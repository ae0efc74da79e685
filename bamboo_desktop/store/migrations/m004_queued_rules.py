"""Queued rules: the consent rules that came with a message wait with it for its run."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_COLUMN = "ALTER TABLE queued_message ADD COLUMN allow_rules TEXT NOT NULL DEFAULT '[]'"


def apply(execute: Callable[[str], sqlite3.Cursor]) -> None:
    """Add the rules; what waits already brought none."""
    execute(_COLUMN)
