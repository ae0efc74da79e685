"""What a web server sent, as text a model can read."""

from __future__ import annotations

import re
from typing import Any

_LARGEST_HTML = 2 * 1024 * 1024
_BLANK_LINES = re.compile(r"\n{3,}")
_TEXTUAL = ("text/", "application/json", "application/xml", "application/javascript")
_TEXTUAL_ENDS = ("+json", "+xml", "javascript", "yaml", "toml", "x-sh", "ndjson")
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)


def is_textual(media_type: str) -> bool:
    """True for what can be shown as text."""
    return not media_type or media_type.startswith(_TEXTUAL) or media_type.endswith(_TEXTUAL_ENDS)


def is_html(media_type: str) -> bool:
    """True for pages."""
    return media_type in ("text/html", "application/xhtml+xml")


def decoded(content: bytes, charset: str | None) -> str:
    """The text in the charset that the server or the page names, else UTF-8."""
    named = charset
    if named is None and (found := _CHARSET.search(content[:2048])):
        named = found[1].decode("ascii")
    try:
        return content.decode(named or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def to_markdown(html: str) -> str:
    """A page as Markdown: no scripts, no styles, no embedded pictures. Takes a while: in a thread.

    The converter is imported here because it is heavy and most sessions never need it.
    """
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        """Drops what is not text."""

        def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:
            """An embedded picture is megabytes of letters; only its description counts."""
            del text, parent_tags
            alt, source = str(el.attrs.get("alt", "")), str(el.attrs.get("src", ""))
            return alt if source.startswith("data:") else f"![{alt}]({source})"

        def convert_svg(self, el: Any, text: str, parent_tags: Any) -> str:
            """Drawings have no text."""
            del el, text, parent_tags
            return ""

        convert_noscript = convert_template = convert_iframe = convert_svg

    try:
        text = Converter(heading_style="ATX", bullets="-").convert(html[:_LARGEST_HTML])
    except RecursionError:
        return re.sub(r"<[^>]*>", " ", html[:_LARGEST_HTML])
    return _BLANK_LINES.sub("\n\n", str(text)).strip()
