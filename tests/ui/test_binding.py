"""The Qt binding leaves the source of what is imported after it unread."""

from __future__ import annotations

import subprocess
import sys

START = """
import linecache, sys
from bamboo_desktop.__main__ import main
sys.argv = ["bamboo-desktop", "--version"]
try:
    main()
except SystemExit:
    pass
read = [name for name in linecache.cache if "bamboo_desktop" in name]
print(*read, sep="\\n")
"""
AFTERWARDS = """
from bamboo_desktop.ui.binding import import_unread
import_unread()
import_unread()
from PySide6.QtCore import *
from PySide6.QtSvg import QSvgRenderer
import linecache, colorsys
assert QRect(1, 2, 3, 4).width() == 3
assert not any("colorsys" in name for name in linecache.cache)
"""


def test_a_start_keeps_no_source_text_in_memory() -> None:
    version, *read = _fresh(START).split("\n", 1)
    assert version.startswith("Bamboo Desktop")
    assert "".join(read).strip() == ""


def test_the_binding_works_as_ever_when_it_reads_no_sources() -> None:
    assert _fresh(AFTERWARDS) == ""


def _fresh(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
