"""Playbooks that were read already, so that a long one is not read again for every message."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from bamboo_desktop.providers.playbook.loader import digest_of, find, load, read_source
from bamboo_desktop.providers.playbook.steps import Playbook

_KEPT = 8


class Shelf:
    """Reads playbooks and keeps the last few by what they say; used from worker threads."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._kept: OrderedDict[str, Playbook] = OrderedDict()
        self._lock = threading.Lock()

    def from_file(self, name_or_path: str) -> Playbook:
        """The playbook as its file is now.

        Raises:
            PlaybookError: there is none, or it is flawed.
        """
        return self._keep(load(find(name_or_path, self._folders)))

    def from_source(self, source: str, name: str) -> Playbook:
        """The playbook with that text, whatever has become of its file.

        Raises:
            PlaybookError: this version of the program does not read it.
        """
        with self._lock:
            known = self._kept.get(digest_of(source))
        return known or self._keep(read_source(source, Path(name)))

    def _keep(self, playbook: Playbook) -> Playbook:
        with self._lock:
            self._kept[playbook.digest] = playbook
            self._kept.move_to_end(playbook.digest)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return playbook
