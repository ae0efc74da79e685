"""doctor: looks whether everything is in order, and says what to do where it is not."""

from __future__ import annotations

import asyncio
import json
import platform
import shutil
import stat
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bamboo_desktop import __version__
from bamboo_desktop.cli.exits import Exit
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.engine.remote import connect
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


async def doctor(paths: AppPaths, *, as_json: bool) -> int:
    """Look at everything, print it, and fail when something is in trouble."""
    findings = [
        Finding("program", Level.OK, f"version {__version__}, Python {platform.python_version()}"),
        *await asyncio.to_thread(_folder, paths.data),
        await _owner(paths.data),
        *await _engine(paths),
    ]
    for finding in findings:
        if as_json:
            shape = {
                "what": finding.what,
                "level": finding.level.value,
                "sentence": finding.sentence,
            }
            sys.stdout.write(json.dumps(shape, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(f"{finding.level.value:<8} {finding.what}: {finding.sentence}\n")
    is_bad = any(finding.level is Level.TROUBLE for finding in findings)
    return Exit.FAILED if is_bad else Exit.COMPLETED


def _folder(data: Path) -> list[Finding]:
    if not data.exists():
        return [Finding("data folder", Level.OK, f"{data} will be made at the first start")]
    found = [Finding("data folder", Level.OK, str(data))]
    mode = stat.S_IMODE(data.stat().st_mode)
    if mode & 0o077:
        sentence = f"others may look into it; run: chmod 700 '{data}'"
        found.append(Finding("permissions", Level.WARNING, sentence))
    free = shutil.disk_usage(data).free
    level = Level.OK if free > LOW_SPACE else Level.TROUBLE
    found.append(Finding("disk", level, f"{free // (1024 * 1024)} MiB free"))
    return found


async def _owner(data: Path) -> Finding:
    client = await connect(data)
    if client is None:
        return Finding("running program", Level.OK, "none")
    try:
        owner = await client.call("ping", {})
    finally:
        await client.aclose()
    return Finding("running program", Level.OK, f"{owner['face']}, process {owner['pid']}")


async def _engine(paths: AppPaths) -> list[Finding]:
    """Open the data if nobody else has it: that checks the database and the key store."""
    from bamboo_desktop.cli.opening import open_client

    try:
        async with await open_client(paths, goes_on=False) as opened:
            waiting = await opened.client.call("questions", {})
            rows = await opened.client.call("sessions", {"limit": 100_000})
            health = await opened.client.call("health", {})
    except UserError as error:
        return [Finding("database", Level.TROUBLE, error.sentence)]
    found = [
        Finding("database", Level.OK, f"{len(rows)} sessions, {len(waiting)} waiting questions")
    ]
    notice = health["key_store_notice"]
    level = Level.WARNING if notice else Level.OK
    found.append(Finding("key store", level, notice or "the system's keyring"))
    found += [Finding("storage", Level.WARNING, text) for text in health["storage_notices"]]
    found.append(Finding("model servers here", Level.OK, ", ".join(health["local"]) or "none"))
    return found
