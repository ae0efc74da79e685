"""Glob and Grep: what they find, and that no pattern stops the program."""

from __future__ import annotations

import pytest

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.tools.port import ToolArgumentError
from tests.tools.desk import Desk


async def test_names_are_found_by_pattern(desk: Desk) -> None:
    for name in ("a.py", "b.txt", "src/c.py", "src/deep/d.py", ".git/e.py", "node_modules/f.py"):
        path = desk.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    (desk.folder / "loop").symlink_to(".")

    async def names(pattern: str, **more: object) -> list[str]:
        return (await desk.run("Glob", pattern=pattern, **more)).content.splitlines()[1:]

    assert await names("*.py") == ["a.py"]
    assert await names("**/*.py") == ["a.py", "src/c.py", "src/deep/d.py"]
    assert await names("src/**") == ["src/", "src/c.py", "src/deep/", "src/deep/d.py"]
    assert await names("{a,b}.*") == ["a.py", "b.txt"]
    assert await names("**/f.py") == []
    assert await names("**/f.py", include_ignored=True) == ["node_modules/f.py"]
    assert await names("*.py", path="src") == ["c.py"]
    assert "loop/" in await names("*")
    assert await names("**/" * 12 + "nothing*") == []


async def test_text_is_found_in_files(desk: Desk) -> None:
    (desk.folder / "a.py").write_text("one\ntwo\nthree\nfour\nTWO\n")
    (desk.folder / "b.txt").write_text("two\n")
    (desk.folder / "binary").write_bytes(b"two\0two")

    async def found(pattern: str, **more: object) -> list[str]:
        return (await desk.run("Grep", pattern=pattern, **more)).content.splitlines()[1:]

    assert sorted(await found("two")) == ["a.py", "b.txt"]
    assert await found("two", glob="*.py") == ["a.py"]
    assert await found("two", type="txt") == ["b.txt"]
    content = {"output_mode": "content", "path": "a.py"}
    assert await found("two", **content) == ["a.py:2:two"]
    assert await found("two", **content, **{"-i": True}) == ["a.py:2:two", "a.py:5:TWO"]
    around = await found("two|TWO", **content, **{"-B": 1})
    assert around == ["a.py-1-one", "a.py:2:two", "--", "a.py-4-four", "a.py:5:TWO"]
    assert await found(r"two\nthree", **content, multiline=True) == ["a.py:2:two", "a.py:3:three"]
    assert await found("t", output_mode="count", path="a.py") == ["a.py:2"]
    assert await found(r"\Aone\Z", **content) == ["a.py:1:one"]
    assert len(await found(".", **content, head_limit=2)) == 3
    with pytest.raises(ToolArgumentError, match="no regular expression"):
        await desk.consent("Grep", pattern="(")


async def test_a_pattern_that_never_ends_stops_nobody(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text("a" * 40 + "!\n")
    desk.box.get("Grep")._searcher._seconds = -2  # type: ignore[union-attr]
    from bamboo_desktop.tools.port import ToolCallError

    with pytest.raises(ToolCallError, match="too hard"):
        await desk.run("Grep", pattern="(a+)+$", path="a.txt")


async def test_a_search_stops_with_the_run(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text("a" * 40 + "!\n")
    desk.cancel.cancel("stop")
    from bamboo_desktop.tools.port import ToolCallError

    with pytest.raises(ToolCallError, match="stopped"):
        await desk.run("Grep", pattern="(a+)+$", path="a.txt")


async def test_results_carry_their_outcome(desk: Desk) -> None:
    assert (await desk.run("Glob", pattern="*")).outcome is ToolOutcome.OK
