"""WebFetch against a server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from typing_extensions import override

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.tool import ToolResult
from bamboo_desktop.tools import addresses, fetching
from bamboo_desktop.tools.port import ToolCallError
from tests.tools.desk import Desk

PAGE = b"""<html><head><title>T</title><style>p{}</style><script>evil()</script></head>
<body><h1>Title</h1><p>Some <b>bold</b> text and a <a href="/x">link</a>.</p>
<img src="data:image/png;base64,AAAA" alt="dot"></body></html>"""


class Site(BaseHTTPRequestHandler):
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Host", "")))
        port = int(self.headers.get("Host", "").rpartition(":")[2])
        pages: dict[str, tuple[int, str, bytes, str]] = {
            "/page": (200, "text/html; charset=utf-8", PAGE, ""),
            "/json": (200, "application/json", b'{"a": 1}', ""),
            "/latin": (200, "text/plain; charset=latin-1", "größe".encode("latin-1"), ""),
            "/png": (200, "image/png", b"\x89PNG\0", ""),
            "/big": (200, "text/plain", b"x" * (6 * 1024 * 1024), ""),
            "/hop": (302, "", b"", "/json"),
            "/away": (302, "", b"", "http://elsewhere.invalid/x"),
            "/port": (302, "", b"", f"http://127.0.0.1:{port + 1}/x"),
            "/file": (302, "", b"", "file:///etc/passwd"),
            "/circle": (302, "", b"", "/circle"),
        }
        status, kind, body, location = pages.get(self.path, (404, "text/plain", b"gone", ""))
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    @override
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(addresses, "getproxies", dict)
    Site.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


async def fetched(desk: Desk, url: str) -> ToolResult:
    await desk.asked("WebFetch", url=url)
    return await desk.run("WebFetch", url=url)


async def test_a_page_comes_as_markdown(desk: Desk, site: str) -> None:
    page = await fetched(desk, f"{site}/page")
    assert page.outcome is ToolOutcome.OK
    assert "# Title" in page.content
    assert "Some **bold** text and a [link](/x)." in page.content
    assert "dot" in page.content
    assert not any(word in page.content for word in ("evil", "p{}", "base64", "<p>"))
    assert '{"a": 1}' in (await fetched(desk, f"{site}/json")).content
    assert "größe" in (await fetched(desk, f"{site}/latin")).content


async def test_what_is_no_text_or_too_large_is_said(desk: Desk, site: str) -> None:
    assert "binary content of 5 bytes" in (await fetched(desk, f"{site}/png")).content
    assert "cut after 5 MiB" in (await fetched(desk, f"{site}/big")).content
    missing = await fetched(desk, f"{site}/none")
    assert missing.outcome is ToolOutcome.ERROR
    assert "status: 404" in missing.content


async def test_redirects_stay_on_the_host_that_was_agreed_to(desk: Desk, site: str) -> None:
    hop = await fetched(desk, f"{site}/hop")
    assert f"redirected to: {site}/json" in hop.content
    assert '{"a": 1}' in hop.content
    for path, target in (
        ("/away", "elsewhere.invalid"),
        ("/port", "http://127.0.0.1:"),
        ("/file", "file:"),
    ):
        away = await fetched(desk, site + path)
        assert "not followed" in away.content
        assert target in away.content
    assert "more than 5 times" in (await fetched(desk, f"{site}/circle")).content


async def test_local_addresses_are_marked_and_need_consent(desk: Desk, site: str) -> None:
    request = await desk.asked("WebFetch", url=f"{site}/page")
    assert request.is_unusual
    assert "local network" in request.warning
    assert request.where == site.removeprefix("http://")
    assert request.rule == f"WebFetch({request.where})"
    await desk.run("WebFetch", url=f"{site}/page")
    before = len(Site.asked)
    with pytest.raises(ToolCallError, match="consent first"):
        await desk.run("WebFetch", url=f"{site}/page")
    assert len(Site.asked) == before


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("192.168.0.1", True), ("169.254.169.254", True),
        ("172.16.0.1", True), ("0.0.0.0", True), ("100.64.0.1", True), ("::1", True),
        ("fe80::1%eth0", True), ("fd00::1", True), ("::ffff:127.0.0.1", True), ("224.0.0.1", True),
        ("1.1.1.1", False), ("2606:4700::1111", False), ("::ffff:1.1.1.1", False),
    ],
)  # fmt: skip
def test_what_counts_as_local(address: str, local: bool) -> None:
    assert addresses._is_local(address) is local


async def test_a_name_that_changes_its_meaning_after_the_consent_leads_nowhere_else(
    desk: Desk, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = site.rpartition(":")[2]

    async def first(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    monkeypatch.setattr(addresses, "_looked_up", first)
    url = f"http://rebound.example:{port}/json"
    await desk.asked("WebFetch", url=url)

    async def second(host: str, port: int) -> tuple[str, ...]:
        raise AssertionError("looked up again")

    monkeypatch.setattr(addresses, "_looked_up", second)
    assert '{"a": 1}' in (await desk.run("WebFetch", url=url)).content
    assert Site.asked == [("/json", f"rebound.example:{port}")]


async def test_becoming_local_changes_what_was_agreed_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests, rules = [], []
    for address in ("1.1.1.1", "10.0.0.1"):

        async def looked_up(host: str, port: int, to: str = address) -> tuple[str, ...]:
            return (to,)

        monkeypatch.setattr(addresses, "_looked_up", looked_up)
        request = await desk.asked("WebFetch", url="https://example.org/")
        digests.append(request.digest)
        rules.append(request.rule)
    assert digests[0] != digests[1]
    assert rules == ["WebFetch(example.org)", ""], "no rule could hold for a local name"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/", "http"),
        ("file:///etc/passwd", "http"),
        ("javascript:alert(1)", "http"),
        ("http:///path", "http"),
        ("https://me:secret@example.org/", "password"),
        ("https://exa\u200bmple.org/", "hidden"),
        ("https://example.org/a b", "blanks"),
        ("https://example.org:99999/", "not a web address"),
        ("https://" + "a" * 5000, "too long"),
    ],
)
async def test_what_is_no_web_address_is_refused(desk: Desk, url: str, words: str) -> None:
    with pytest.raises(ToolCallError, match=words):
        await desk.consent("WebFetch", url=url)


async def test_a_server_that_is_not_there_and_one_that_hangs(
    desk: Desk, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await fetched(desk, "http://127.0.0.1:1/")
    assert gone.outcome is ToolOutcome.ERROR
    assert "cannot be reached" in gone.content
    monkeypatch.setattr(fetching, "_SECONDS", 0.0)
    late = await fetched(desk, f"{site}/page")
    assert "did not answer" in late.content
    await desk.asked("WebFetch", url=f"{site}/page")
    monkeypatch.setattr(fetching, "_SECONDS", 30.0)
    desk.cancel.cancel("stop")
    with pytest.raises(ToolCallError, match="stopped"):
        await desk.run("WebFetch", url=f"{site}/page")
