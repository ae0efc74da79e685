"""doctor: looks whether everything is in order, and says what to do where it is not."""

from __future__ import annotations

import asyncio
import platform
import shlex
import shutil
import stat
import sys
from dataclasses import asdict
from pathlib import Path

from bamboo_desktop import __version__
from bamboo_desktop.cli import outlet
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.cli.finding import Finding, Level
from bamboo_desktop.cli.job import Job
from bamboo_desktop.cli.opening import Opened, Purpose, open_client
from bamboo_desktop.cli.plain import plain
from bamboo_desktop.cli.schedule_findings import schedule_findings
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.paths import AppPaths

LOW_SPACE = 200 * 1024 * 1024


async def doctor(job: Job) -> int:
    """Look at everything, print it, and fail when something is in trouble."""
    about = f"version {__version__}, Python {platform.python_version()}"
    data = job.paths.data
    was_open = await asyncio.to_thread(_is_open_to_others, data)
    folder = await asyncio.to_thread(_folder, data)
    engine = await _engine(job.paths)
    findings = [
        Finding("program", Level.OK, about),
        *folder,
        *await asyncio.to_thread(_permissions, data, was_open=was_open),
        *engine,
        *await asyncio.to_thread(_set_aside, data),
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
        free = shutil.disk_usage(data).free
    except OSError as error:
        return [Finding("data folder", Level.TROUBLE, f"{data}: {error.strerror}")]
    found = [Finding("data folder", Level.OK, str(data))]
    level = Level.OK if free > LOW_SPACE else Level.TROUBLE
    found.append(Finding("disk", level, f"{free // (1024 * 1024)} MiB free"))
    return found


def _is_open_to_others(data: Path) -> bool:
    try:
        return sys.platform != "win32" and bool(stat.S_IMODE(data.stat().st_mode) & 0o077)
    except OSError:
        return False


def _permissions(data: Path, *, was_open: bool) -> list[Finding]:
    """Opening the folder closes it to others, where the disk lets it."""
    if _is_open_to_others(data):
        sentence = (
            f"others can look into {data}; close that with: chmod 700 {shlex.quote(str(data))}"
        )
    elif was_open:
        sentence = f"others could look into {data}; opening it has closed that"
    else:
        return []
    return [Finding("permissions", Level.WARNING, sentence)]


def _set_aside(data: Path) -> list[Finding]:
    """Damaged files stay until the person removes them, and are spoken of as long."""
    folder = data / "damaged"
    try:
        newest = max((path.name for path in folder.iterdir()), default="")
    except OSError:
        return []
    where = folder / newest
    sentence = (
        f"a damaged database was set aside in {where}; what was lost then may still be found in "
        "it. Look whether sessions are missing (bambooctl sessions); when you miss nothing, "
        f"delete {folder}"
    )
    return [Finding("damaged files", Level.WARNING, sentence)]


async def _engine(paths: AppPaths) -> list[Finding]:
    """Ask the owner, or open the data: that checks the database and the key store."""
    try:
        async with await open_client(paths, Purpose.CHECK) as opened:
            health = await opened.client.call("health", {})
            owner = await _owner(opened)
    except UserError as error:
        return [Finding("database", Level.TROUBLE, error.sentence)]
    counts = (
        f"{health['sessions']} sessions, {health['running']} running, "
        f"{health['questions']} waiting questions"
    )
    found = [owner, Finding("database", Level.OK, counts)]
    if opened.why_not_written:
        reason = f"it can be read but not written: {opened.why_not_written}"
        return [*found, Finding("storage", Level.WARNING, reason)]
    notice = health["key_store_notice"]
    level = Level.WARNING if notice else Level.OK
    found.append(Finding("key store", level, notice or "the system's keyring"))
    found += [Finding("storage", Level.WARNING, text) for text in health["storage_notices"]]
    found += schedule_findings(health["schedules"])
    found.append(Finding("model servers here", Level.OK, ", ".join(health["local"]) or "none"))
    return found


async def _owner(opened: Opened) -> Finding:
    if opened.is_alone:
        return Finding("running program", Level.OK, "none")
    who = await opened.client.call("ping", {})
    return Finding("running program", Level.OK, f"{who['face']}, process {who['pid']}")
