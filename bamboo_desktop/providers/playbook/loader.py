"""From a file to a checked playbook, and from a name to a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bamboo_desktop.providers.playbook.errors import FlawError, PlaybookError, listed, suggestion
from bamboo_desktop.providers.playbook.head import read_head, read_inputs
from bamboo_desktop.providers.playbook.reader import StepReader
from bamboo_desktop.providers.playbook.scope import check_variables
from bamboo_desktop.providers.playbook.steps import Playbook, PlaybookInfo
from bamboo_desktop.providers.playbook.syntax import parse

MAX_BYTES = 1024 * 1024
SUFFIXES = (".yaml", ".yml")
_HEAD = re.compile(r"^steps[ ]*:", re.MULTILINE)


def load(path: Path) -> Playbook:
    """Read and check a playbook; blocking, so call it in a thread.

    Raises:
        PlaybookError: with the place of the first flaw and what to write instead.
    """
    return read_source(_source(path), path)


def read_source(source: str, path: Path) -> Playbook:
    """Check a playbook's text; `path` only serves to name it.

    Raises:
        PlaybookError: as `load`.
    """
    try:
        entries, title, description = read_head(parse(source))
        playbook = Playbook(
            path=path,
            title=title,
            description=description,
            inputs=read_inputs(entries["inputs"]) if "inputs" in entries else (),
            blocks=StepReader().read(entries["steps"]),
            source=source,
            digest=digest_of(source),
        )
        check_variables(playbook)
    except FlawError as flaw:
        raise _error(flaw, path) from flaw
    return playbook


def digest_of(source: str) -> str:
    """The SHA-256 of a playbook's text."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def describe(path: Path) -> PlaybookInfo:
    """Title and description of a playbook, without reading its steps when that can be helped.

    Raises:
        PlaybookError: the head of the file is not that of a playbook.
    """
    source = _source(path)
    begin = _HEAD.search(source)
    try:
        title, description = _titles(source[: begin.start()] + "steps: []\n" if begin else source)
    except FlawError:
        try:  # what is missing may stand behind the steps
            title, description = _titles(source)
        except FlawError as flaw:
            raise _error(flaw, path) from flaw
    return PlaybookInfo(path=path, title=title, description=description)


def _titles(source: str) -> tuple[str, str]:
    _, title, description = read_head(parse(source))
    return title, description


def _error(flaw: FlawError, path: Path) -> PlaybookError:
    return PlaybookError(flaw.sentence, path=path, line=flaw.line, column=flaw.column)


def find(name_or_path: str, folders: Iterable[Path]) -> Path:
    """The file that is meant: a path, or the name of a playbook in one of the folders.

    Raises:
        PlaybookError: there is none; with the closest name there is.
    """
    if not name_or_path.strip() or "\x00" in name_or_path:
        raise PlaybookError("No playbook is named; choose one.", path=Path("playbook"))
    path = Path(name_or_path)
    if path.is_absolute():
        return path
    searched = tuple(folders)
    if path.name == name_or_path:
        names = [name_or_path, *(f"{name_or_path}{suffix}" for suffix in SUFFIXES)]
        for candidate in (folder / name for folder in searched for name in names):
            if candidate.suffix in SUFFIXES and _is_file(candidate):
                return candidate
    if path.suffix in SUFFIXES and _is_file(path):
        return path.absolute()
    known = sorted({file.stem for file in playbook_files(searched)})
    offered = f" There are: {listed(known)}." if known else ""
    raise PlaybookError(
        f"There is no such playbook.{suggestion(path.stem, known)}{offered}", path=path
    )


def playbook_files(folders: Iterable[Path]) -> Iterator[Path]:
    """The playbook files of some folders by name; folders that are missing hold none."""
    for folder in folders:
        try:
            files = sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES)
        except OSError:
            continue
        yield from (file for file in files if not file.name.startswith(".") and _is_file(file))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _source(path: Path) -> str:
    try:
        if path.is_dir():
            raise PlaybookError("This is a folder; name a playbook file in it.", path=path)
        if path.exists() and not path.is_file():
            raise PlaybookError("This is not a regular file; name a playbook file.", path=path)
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise PlaybookError(
            "The file is not there (any more); check the path or choose another playbook.",
            path=path,
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PlaybookError(f"The file cannot be read ({reason}).", path=path) from error
    if len(raw) > MAX_BYTES:
        raise PlaybookError("The file is larger than 1 MiB; split the playbook.", path=path)
    return _decoded(raw, path)


def _decoded(raw: bytes, path: Path) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PlaybookError(
            "The file is not UTF-8 text; save it with the encoding UTF-8.", path=path, line=line
        ) from error
    if not text.strip():
        raise PlaybookError("The file is empty; begin it with 'version: 1'.", path=path)
    return text
