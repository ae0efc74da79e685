"""Playbooks: steps in a YAML file, played as if a model had produced them."""

from __future__ import annotations

from bamboo_desktop.providers.playbook.errors import PlaybookError
from bamboo_desktop.providers.playbook.loader import describe, find, load, playbook_files
from bamboo_desktop.providers.playbook.provider import FAST, TYPEWRITER, Pacing, PlaybookProvider
from bamboo_desktop.providers.playbook.steps import Playbook, PlaybookInfo

__all__ = [
    "FAST",
    "TYPEWRITER",
    "Pacing",
    "Playbook",
    "PlaybookError",
    "PlaybookInfo",
    "PlaybookProvider",
    "describe",
    "find",
    "load",
    "playbook_files",
]
