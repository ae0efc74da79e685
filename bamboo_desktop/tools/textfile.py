"""Bytes of a file as text and back, without changing what an edit did not touch."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass

from bamboo_desktop.tools.port import ToolCallError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 8192
_KINDS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TextFile:
    """A decoded file; `encoding` and the byte order `mark` write it back as it was."""

    text: str
    encoding: str
    mark: bytes = b""

    @property
    def uses_crlf(self) -> bool:
        """True when every line break is CR LF."""
        breaks = self.text.count("\n")
        return breaks > 0 and self.text.count("\r\n") == breaks

    def encode(self, text: str) -> bytes:
        """New text in the file's own encoding.

        Raises:
            ToolCallError: the text has letters the encoding lacks.
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise ToolCallError(
                f"The file is in {self.encoding}, which cannot hold "
                f"U+{ord(text[error.start]):04X}; leave that character out."
            ) from error


def decode(content: bytes) -> TextFile | None:
    """The text of a file, or None when it is binary.

    A byte order mark decides, then UTF-8; what is neither and holds no NUL is taken as Latin-1,
    which gives every byte back unchanged.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                text = content[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                return None
            return TextFile(text=text, encoding=encoding, mark=mark)
    if b"\0" in content[:_LOOKED_AT] or content.startswith(b"%PDF"):
        return None
    try:
        return TextFile(text=content.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        return _latin(content)


def kind_of(content: bytes) -> str:
    """A few words on what binary content is."""
    return next((kind for mark, kind in _KINDS if content.startswith(mark)), "binary data")


def fingerprint(content: bytes | None) -> str:
    """SHA-256 of a content; a word of its own when there is no file."""
    return "absent" if content is None else hashlib.sha256(content).hexdigest()


def _latin(content: bytes) -> TextFile | None:
    controls = sum(1 for byte in content[:_LOOKED_AT] if byte < 32 and byte not in b"\t\n\r\f\x1b")
    if controls * 20 > min(len(content), _LOOKED_AT):
        return None
    return TextFile(text=content.decode("latin-1"), encoding="latin-1")
