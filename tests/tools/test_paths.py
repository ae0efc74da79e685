"""Paths: what is inside the session's folder, and what a swap can do (nothing)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bamboo_desktop.tools import beneath
from bamboo_desktop.tools.filebytes import read_file, replace_file
from bamboo_desktop.tools.port import ToolCallError
from bamboo_desktop.tools.protected import Protected
from bamboo_desktop.tools.workspace import Place, Workspace, open_place

NOBODY = Protected()


@pytest.fixture(params=["kernel", "walk"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of opening: the kernel's own, and the walk for systems that lack it."""
    if request.param == "walk":
        monkeypatch.setattr(beneath, "_has_openat2", lambda: False)
    return str(request.param)


def build_tree(base: Path) -> Path:
    """A session folder `a`, an evil twin beside it, and symlinks of every kind."""
    root = base / "a"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "sub" / "f.txt").write_text("in", encoding="utf-8")
    (root / "f.txt").write_text("in", encoding="utf-8")
    (base / "a-evil").mkdir()
    (base / "a-evil" / "f.txt").write_text("out", encoding="utf-8")
    (root / "to-file").symlink_to("sub/f.txt")
    (root / "to-folder").symlink_to("sub")
    (root / "absolute-in").symlink_to(root / "f.txt")
    (root / "to-twin").symlink_to("../a-evil")
    (root / "to-twin-file").symlink_to("../a-evil/f.txt")
    (root / "chain").symlink_to("to-twin")
    (root / "to-top").symlink_to("/")
    (root / "to-proc").symlink_to("/proc/1")
    (root / "to-self").symlink_to("/proc/self")
    (root / "dangling-in").symlink_to("sub/new.txt")
    (root / "dangling-out").symlink_to("../a-evil/new.txt")
    (root / "loop").symlink_to("loop")
    (root / "in-out-in").symlink_to("../a/sub")
    (base / "a-link").symlink_to("a")
    return root


SHAPES = [
    ("f.txt", True),
    ("./f.txt", True),
    ("sub/f.txt", True),
    ("sub//f.txt", True),
    ("sub/./f.txt", True),
    ("sub/../f.txt", True),
    ("sub/deep/../../f.txt", True),
    (".", True),
    ("new.txt", True),
    ("new/folder/new.txt", True),
    ("...", True),
    ("..f", True),
    ("f.txt ", True),
    ("-rf", True),
    ("%2e%2e/x", True),
    ("..\\x", True),
    ("to-file", True),
    ("to-folder/f.txt", True),
    ("to-folder/../f.txt", True),
    ("absolute-in", True),
    ("dangling-in", True),
    ("in-out-in/f.txt", True),
    ("{root}/f.txt", True),
    ("{root}", True),
    ("{root}/", True),
    ("{base}/a-link/f.txt", True),
    ("{base}/a-evil/../a/f.txt", True),
    ("..", False),
    ("../a-evil/f.txt", False),
    ("sub/../../a-evil/f.txt", False),
    ("{base}/a-evil/f.txt", False),
    ("{root}-evil/f.txt", False),
    ("{root}/../a-evil/f.txt", False),
    ("{base}", False),
    ("/", False),
    ("/etc/hosts", False),
    ("to-twin/f.txt", False),
    ("to-twin-file", False),
    ("chain/f.txt", False),
    ("to-top/etc/hosts", False),
    ("to-proc/status", False),
    ("dangling-out", False),
    ("to-twin/../a-evil/f.txt", False),
    ("~/x", False),
    ("{BASE}/A/f.txt", False),
]


@pytest.mark.parametrize(("shape", "is_inside"), SHAPES)
def test_what_lies_in_the_folder_and_what_does_not(
    tmp_path: Path, shape: str, is_inside: bool
) -> None:
    root = build_tree(tmp_path)
    given = shape.format(root=root, base=tmp_path, BASE=str(tmp_path).upper())
    place = Workspace(str(root), NOBODY).locate(given)
    assert place.is_inside is is_inside
    assert ".." not in Path(place.real).parts


@pytest.mark.parametrize("given", ["", "a\0b", "x/" * 5000])
def test_what_cannot_be_a_path_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(ToolCallError, match="path"):
        Workspace(str(tmp_path), NOBODY).locate(given)


def test_the_programs_own_memory_is_out_of_reach(tmp_path: Path) -> None:
    root = build_tree(tmp_path)
    for given in ("to-self/environ", f"/proc/{os.getpid()}/mem", "/proc/self/environ"):
        with pytest.raises(ToolCallError, match="belongs to Bamboo"):
            Workspace(str(root), NOBODY).locate(given)


@pytest.mark.usefixtures("way")
def test_a_symlink_put_in_place_after_the_judgement_is_not_followed(tmp_path: Path) -> None:
    root = build_tree(tmp_path)
    place = Workspace(str(root), NOBODY).locate("sub/f.txt")
    (root / "sub" / "f.txt").unlink()
    (root / "sub" / "f.txt").symlink_to(tmp_path / "a-evil" / "f.txt")
    with pytest.raises(ToolCallError, match="symlink took its place"):
        read_file(place, NOBODY)
    replace_file(place, b"new", NOBODY, mode=None)
    assert (tmp_path / "a-evil" / "f.txt").read_text() == "out"
    assert (root / "sub" / "f.txt").read_text() == "new"


@pytest.mark.usefixtures("way")
def test_a_folder_that_becomes_a_symlink_after_the_judgement_is_not_entered(
    tmp_path: Path,
) -> None:
    root = build_tree(tmp_path)
    place = Workspace(str(root), NOBODY).locate("sub/f.txt")
    (root / "sub").rename(root / "moved")
    (root / "sub").symlink_to(tmp_path / "a-evil")
    for work in (
        lambda: read_file(place, NOBODY),
        lambda: replace_file(place, b"new", NOBODY, mode=None),
    ):
        with pytest.raises(ToolCallError, match="symlink"):
            work()
    assert (tmp_path / "a-evil" / "f.txt").read_text() == "out"
    outside = Place(real=str(root / "sub" / "f.txt"), root=None)
    with pytest.raises(OSError, match=r"[Ss]ymbolic"):
        open_place(outside, os.O_RDONLY)


@pytest.mark.usefixtures("way")
def test_a_folder_swapped_while_it_is_read_leaks_nothing(tmp_path: Path) -> None:
    root = build_tree(tmp_path)
    real, link = root / "sub", root / "swap-link"
    link.symlink_to(tmp_path / "a-evil")
    spare = root / "spare"
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            real.rename(spare)
            link.rename(real)
            real.rename(link)
            spare.rename(real)

    swapper = threading.Thread(target=swap)
    swapper.start()
    seen = {"in": 0, "refused": 0, "outside": 0}
    try:
        for _ in range(3000):
            try:
                place = Workspace(str(root), NOBODY).locate("sub/f.txt")
                if not place.is_inside:
                    seen["outside"] += 1
                    continue
                content = read_file(place, NOBODY).content
            except ToolCallError:
                seen["refused"] += 1
                continue
            assert content == b"in"
            seen["in"] += 1
    finally:
        stop.set()
        swapper.join()
    assert seen["in"] > 0
    assert seen["refused"] + seen["outside"] > 0, "the swap never met a read"


@pytest.mark.usefixtures("way")
def test_a_loop_a_pipe_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    root = build_tree(tmp_path)
    os.mkfifo(root / "pipe")
    space = Workspace(str(root), NOBODY)
    for given, words in (
        ("loop", "symlink loop"),
        ("pipe", "pipe"),
        ("sub", "is a folder"),
        ("f.txt/x", "not a folder"),
        ("missing", "does not exist"),
        ("/dev/zero", "device"),
    ):
        with pytest.raises(ToolCallError, match=words):
            read_file(space.locate(given), NOBODY)


def test_a_folder_that_cannot_be_used_is_named_with_its_reason(tmp_path: Path) -> None:
    root = build_tree(tmp_path)
    for path, words in (
        (tmp_path / "gone", "does not exist"),
        (root / "f.txt", "is a file"),
        (root / "loop", "symlink loop"),
        (root / "f.txt" / "x", "does not exist"),
    ):
        with pytest.raises(ToolCallError, match=words):
            Workspace(str(path), NOBODY).locate("x")
    with pytest.raises(ToolCallError, match="has no folder"):
        Workspace("", NOBODY).locate("x")
