"""Read, Write, Edit and GetFileInfo."""

from __future__ import annotations

import os
import stat

import pytest

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.tools.patching import parse_patch
from bamboo_desktop.tools.port import ToolArgumentError, ToolCallError
from bamboo_desktop.tools.results import CONTENT_CAP
from tests.tools.desk import Desk


async def test_lines_come_with_their_numbers_and_a_way_to_go_on(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text("".join(f"line {n}\n" for n in range(1, 11)))
    found = await desk.run("Read", file_path="a.txt", offset=3, limit=2)
    assert found.content.splitlines() == [
        "     3\tline 3",
        "     4\tline 4",
        "[lines 3 to 4 of 10; go on with offset 5]",
    ]
    whole = await desk.run("Read", file_path="a.txt")
    assert len(whole.content.splitlines()) == 10
    assert whole.files == (str(desk.folder / "a.txt"),)
    with pytest.raises(ToolCallError, match="has 10 lines"):
        await desk.run("Read", file_path="a.txt", offset=11)


async def test_a_huge_file_is_read_in_parts_that_fit(desk: Desk) -> None:
    (desk.folder / "big.txt").write_text(("x" * 1500 + "\n") * 2000)
    found = await desk.run("Read", file_path="big.txt")
    assert len(found.content.encode()) <= CONTENT_CAP
    assert "go on with offset" in found.content
    (desk.folder / "wide.txt").write_text("x" * 100_000)
    assert "98000 more characters" in (await desk.run("Read", file_path="wide.txt")).content
    (desk.folder / "huge.txt").write_bytes(b"x" * (33 * 1024 * 1024))
    with pytest.raises(ToolCallError, match="larger than 32 MiB"):
        await desk.run("Read", file_path="huge.txt")


async def test_binary_files_are_named_and_other_encodings_read(desk: Desk) -> None:
    (desk.folder / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(ToolCallError, match="PNG image"):
        await desk.run("Read", file_path="p.png")
    for encoding in ("utf-8-sig", "utf-16", "latin-1"):
        (desk.folder / "e.txt").write_bytes("größe\n".encode(encoding))
        assert "größe" in (await desk.run("Read", file_path="e.txt")).content
    (desk.folder / "empty").touch()
    assert "is empty" in (await desk.run("Read", file_path="empty")).content


async def test_writing_creates_folders_and_shows_the_difference(desk: Desk) -> None:
    request = await desk.asked("Write", file_path="a/b/c.txt", content="one\ntwo\n")
    assert not (desk.folder / "a").exists(), "a consent has no effect"
    assert "+one\n+two\n" in request.exact
    assert request.sentence.startswith("Create the file")
    assert request.rule == f"Write({desk.folder}/**)"
    result = await desk.run("Write", file_path="a/b/c.txt", content="one\ntwo\n")
    assert (desk.folder / "a/b/c.txt").read_text() == "one\ntwo\n"
    assert result.diff == request.exact
    assert result.files == (str(desk.folder / "a/b/c.txt"),)
    assert [one.name for one in (desk.folder / "a/b").iterdir()] == ["c.txt"]


async def test_replacing_keeps_the_mode_and_the_old_content_when_it_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.folder / "run.sh"
    path.write_text("old")
    path.chmod(0o755)
    await desk.run("Write", file_path="run.sh", content="new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o755

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ToolCallError, match="disk is full"):
        await desk.run("Write", file_path="run.sh", content="newer")
    assert path.read_text() == "new"
    assert [one.name for one in desk.folder.iterdir()] == ["run.sh"]


async def test_a_consent_is_bound_to_everything_that_was_shown(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text("one")
    first = await desk.asked("Write", file_path="a.txt", content="two")
    again = await desk.asked("Write", content="two", file_path="a.txt")
    assert first.digest == again.digest
    other = await desk.asked("Write", file_path="a.txt", content="three")
    (desk.folder / "a.txt").write_text("changed meanwhile")
    changed = await desk.asked("Write", file_path="a.txt", content="two")
    (desk.folder / "a.txt").unlink()
    absent = await desk.asked("Write", file_path="a.txt", content="two")
    (desk.folder / "b.txt").touch()
    (desk.folder / "a.txt").symlink_to("b.txt")
    moved = await desk.asked("Write", file_path="a.txt", content="two")
    assert len({one.digest for one in (first, other, changed, absent, moved)}) == 5


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("Write", {"content": "mine"}), ("Edit", {"old_string": "one", "new_string": "mine"})],
)
async def test_what_changed_behind_a_consent_is_not_overwritten(
    desk: Desk, name: str, arguments: dict[str, str]
) -> None:
    path = desk.folder / "a.txt"
    path.write_text("one")
    await desk.asked(name, file_path="a.txt", **arguments)
    path.write_text("one of somebody else")
    with pytest.raises(ToolCallError, match="changed just now"):
        await desk.run(name, file_path="a.txt", **arguments)
    assert path.read_text() == "one of somebody else"
    await desk.asked(name, file_path="a.txt", **arguments)
    await desk.run(name, file_path="a.txt", **arguments)
    assert path.read_text().startswith("mine")


async def test_a_change_that_runs_later_or_hides_is_marked(desk: Desk) -> None:
    for path, content in (
        (".git/hooks/pre-commit", "x"),
        (".envrc", "x"),
        ("a.py", "x = 1 \u202e# hidden"),
        ("na\u200bme.py", "x"),
        ("../elsewhere.txt", "x"),
    ):
        request = await desk.asked("Write", file_path=path, content=content)
        assert request.is_unusual, path
        assert "\u202e" not in request.exact
        assert "\u200b" not in request.where
    plain = await desk.asked("Write", file_path="a.py", content="x\n")
    assert not plain.is_unusual


async def test_an_edit_changes_exactly_the_one_place(desk: Desk) -> None:
    path = desk.folder / "a.py"
    path.write_text("a = 1\nb = 2\nc = 1\n")
    result = await desk.run("Edit", file_path="a.py", old_string="b = 2", new_string="b = 3")
    assert path.read_text() == "a = 1\nb = 3\nc = 1\n"
    assert "-b = 2\n+b = 3\n" in result.diff
    await desk.run("Edit", file_path="a.py", old_string="= 1", new_string="= 9", replace_all=True)
    assert path.read_text() == "a = 9\nb = 3\nc = 9\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("= 1", "= 9", r"2 times \(lines 1, 3\)"),
        ("zzz", "y", "is not in the file"),
        ("if x:\n  go()", "y", "differ from it only in blanks"),
        ("b = 22", "y", "nearest is line 2"),
        ("", "y", "is empty"),
        ("b = 2", "b = 2", "are the same"),
    ],
)
async def test_an_edit_that_does_not_fit_says_why_and_changes_nothing(
    desk: Desk, old: str, new: str, words: str
) -> None:
    path = desk.folder / "a.py"
    text = "a = 1\nb = 2\nc = 1\nif x:\n    go()\n"
    path.write_text(text)
    with pytest.raises(ToolCallError, match=words):
        await desk.consent("Edit", file_path="a.py", old_string=old, new_string=new)
    with pytest.raises(ToolCallError, match=words):
        await desk.run("Edit", file_path="a.py", old_string=old, new_string=new)
    assert path.read_text() == text


async def test_a_patch_makes_all_of_its_changes_or_none(desk: Desk) -> None:
    path = desk.folder / "a.txt"
    path.write_text("one\ntwo\nthree\n")
    good = (
        "<<<<<<< SEARCH\none\n=======\n1\n>>>>>>> REPLACE\n"
        "<<<<<<< SEARCH\nthree\n=======\n>>>>>>> REPLACE\n"
    )
    bad = good.replace("three", "four")
    with pytest.raises(ToolCallError, match="Block 2"):
        await desk.run("Edit", file_path="a.txt", patch=bad)
    assert path.read_text() == "one\ntwo\nthree\n"
    await desk.run("Edit", file_path="a.txt", patch=good)
    assert path.read_text() == "1\ntwo\n\n"
    for patch in ("", "nothing", good + "stray"):
        with pytest.raises(ToolArgumentError, match="SEARCH"):
            await desk.run("Edit", file_path="a.txt", patch=patch)
    with pytest.raises(ToolArgumentError, match="either"):
        await desk.run("Edit", file_path="a.txt", patch=good, old_string="a", new_string="b")


async def test_a_patch_whose_blocks_never_end_is_refused_however_long(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text("one\n")
    endless = "<<<<<<< SEARCH\none\n=======\ntwo\n" * 20_000
    with pytest.raises(ToolArgumentError, match="SEARCH"):
        await desk.run("Edit", file_path="a.txt", patch=endless)


def test_what_stands_between_the_marks_is_taken_as_it_is() -> None:
    patch = "<<<<< SEARCH x\n\na\n<<<<<<< SEARCH\n======= \n=======\n\n>>>>>>>>> REPLACE y\n\n"
    (one,) = parse_patch(patch.replace("\n", "\r\n"))
    assert (one.old, one.new) == ("\na\n<<<<<<< SEARCH", "=======\n")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be", "latin-1"])
async def test_an_edit_keeps_encoding_and_line_ends(desk: Desk, encoding: str) -> None:
    path = desk.folder / "a.txt"
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    path.write_bytes(mark + "größe\r\nzwei\r\ndrei\r\n".encode(encoding))
    await desk.run("Edit", file_path="a.txt", old_string="zwei\ndrei", new_string="2\n3")
    assert path.read_bytes() == mark + "größe\r\n2\r\n3\r\n".encode(encoding)


async def test_a_file_that_changed_since_it_was_read_is_not_overwritten(desk: Desk) -> None:
    path = desk.folder / "a.txt"
    path.write_text("one two")
    await desk.run("Read", file_path="a.txt")
    path.write_text("one three")
    for name, arguments in (
        ("Edit", {"old_string": "one", "new_string": "1"}),
        ("Write", {"content": "1"}),
    ):
        with pytest.raises(ToolCallError, match="changed since you last read"):
            await desk.run(name, file_path="a.txt", **arguments)
    await desk.run("Read", file_path="a.txt")
    await desk.run("Edit", file_path="a.txt", old_string="one", new_string="1")
    await desk.run("Edit", file_path="a.txt", old_string="three", new_string="3")
    assert path.read_text() == "1 3"
    await desk.box.end_session(desk.session)
    path.write_text("other")
    await desk.run("Edit", file_path="a.txt", old_string="other", new_string="fine")


async def test_what_is_at_a_path(desk: Desk) -> None:
    (desk.folder / "d").mkdir()
    (desk.folder / "d" / "f").write_text("four")
    (desk.folder / "l").symlink_to("d/f")
    assert "entries: 1" in (await desk.run("GetFileInfo", path="d")).content
    link = (await desk.run("GetFileInfo", path="l")).content
    assert "size: 4 bytes" in link
    assert "given as: l" in link
    missing = await desk.run("GetFileInfo", path="no/such")
    assert missing.outcome is ToolOutcome.OK
    assert "exists: no" in missing.content
