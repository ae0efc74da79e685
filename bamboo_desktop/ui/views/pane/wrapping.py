"""How long lines are broken: at words, or anywhere where one word is endless."""

from __future__ import annotations

from PySide6.QtGui import QTextOption

ENDLESS = 1_000


def wrap_mode(text: str) -> QTextOption.WrapMode:
    """The wrap mode for a text.

    Looking for a place to break within an endless word (base64, packed JSON) takes Qt time that
    grows with the square of its length: seconds for 100,000 letters.
    """
    if len(text) > ENDLESS and max(map(len, text.split()), default=0) > ENDLESS:
        return QTextOption.WrapMode.WrapAnywhere
    return QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
