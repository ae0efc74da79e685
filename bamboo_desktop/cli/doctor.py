"""doctor: looks whether everything is in order, and says what to do where it is not."""

from __future__ import annotations

import asyncio
import platform
import shutil
import stat
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from bamboo_desktop import __version__
from bamboo_desktop.cli import outlet
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.cli.job import Job
from bamboo_desktop.cli.opening import Opened, Purpose, open_client
from bamboo_desktop.cli.plain import plain
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.paths import AppPaths

LOW_SPACE = 200 * 1024 * 1024


class Level(StrEnum):
    """How good it is."""

    OK = "ok"
    WARNING = "warning"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    level: Level
    sentence: str


async def doctor(job: Job) -> int:
    """Look at everything, print it, and fail when something is in trouble."""
    about = f"version {__version__}, Python {platform.python_version()}"
    findings = [
        Finding("program", Level.OK, about),
        *await asyncio.to_thread(_folder, job.paths.data),
        *await _engine(job.paths),
    ]
    if job.as_json:
        await outlet.put_json([asdict(finding) for finding in findings])
    else:
        lines = [f"{item.level.value:<8} {item.what}: {item.sentence}" for item in findings]
        await outlet.put("".join(f"{plain(line)}\n" for line in lines))
    is_bad = any(finding.level is Level.TROUBLE for finding in findings)
    return Exit.FAILED if is_bad else Exit.COMPLETED


def _folder(data: Path) -> list[Finding]:
    try:
        if not data.exists():
            return [Finding("data folder", Level.OK, f"{data} will be made at the first start")]
        mode = stat.S_IMODE(data.stat().st_mode)
        free = shutil.disk_usage(data).free
    except OSError as error:
        return [Finding("data folder", Level.TROUBLE, f"{data}: {error.strerror}")]
    found = [Finding("data folder", Level.OK, str(data))]
    if mode & 0o077:
        sentence = f"others could look into {data}; opening it has closed that"
        found.append(Finding("permissions", Level.WARNING, sentence))
    level = Level.OK if free > LOW_SPACE else Level.TROUBLE
    found.append(Finding("disk", level, f"{free // (1024 * 1024)} MiB free"))
    return found


async def _engine(paths: AppPaths) -> list[Finding]:
    """Ask the owner, or open the data: that checks the database and the key store."""
    try:
        async with await open_client(paths, Purpose.READ) as opened:
            health = await opened.client.call("health", {})
            owner = await _owner(opened)
    except UserError as error:
        return [Finding("database", Level.TROUBLE, error.sentence)]
    counts = (
        f"{health['sessions']} sessions, {health['running']} running, "
        f"{health['questions']} waiting questions"
    )
    found = [owner, Finding("database", Level.OK, counts)]
    notice = health["key_store_notice"]
    level = Level.WARNING if notice else Level.OK
    found.append(Finding("key store", level, notice or "the system's keyring"))
    found += [Finding("storage", Level.WARNING, text) for text in health["storage_notices"]]
    found.append(Finding("model servers here", Level.OK, ", ".join(health["local"]) or "none"))
    return found


async def _owner(opened: Opened) -> Finding:
    if opened.is_alone:
        return Finding("running program", Level.OK, "none")
    who = await opened.client.call("ping", {})
    return Finding("running program", Level.OK, f"{who['face']}, process {who['pid']}")
