"""The window program: options, folders, Qt and the frame first; log, loop and engine behind it."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from bamboo_desktop import __version__
from bamboo_desktop.app.first_frame import FirstFrame
from bamboo_desktop.app.qt_messages import QtMessages
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.paths import AppPaths

if TYPE_CHECKING:
    from bamboo_desktop.logs import Logs
    from bamboo_desktop.settings import BootSettings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window program; gives the exit code."""
    options = _options(sys.argv[1:] if argv is None else argv)
    try:
        paths = AppPaths.resolve(options.data_dir, os.environ)
    except UserError as error:
        sys.stderr.write(f"bamboo-desktop: {error.sentence}\n")
        return 2
    with QtMessages() as messages:
        app = _application()
        try:
            frame = FirstFrame(app, paths.data)
            frame.show(is_minimised=options.background)
            if not options.background:
                frame.wait_until_painted()
                _show_first_rows(frame, paths)
        finally:
            gc.enable()  # off since `__main__`
            # Opened behind the frame, and also when the frame fails: then its fault is kept.
            boot, log = _settings_and_log(paths)
        try:
            messages.hand_to(log)
            return _run(app, frame, paths, boot, log)
        finally:
            log.close()


def _application() -> QApplication:
    app = QApplication([sys.argv[0], "-style", "fusion"])
    app.setApplicationName("bamboo-desktop")
    app.setApplicationDisplayName("Bamboo Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("bamboo-desktop")
    return app


def _show_first_rows(frame: FirstFrame, paths: AppPaths) -> None:
    """Where the list will come into view, show its first rows without waiting for the engine."""
    from bamboo_desktop.ui.views.main_window import PAGES

    if frame.state.page in set(PAGES) - {"sessions"} or not frame.state.has_list:
        return
    from bamboo_desktop.store.first_rows import first_rows
    from bamboo_desktop.ui.models.session_groups import FIRST_SESSIONS

    rows = first_rows(paths.data, limit=FIRST_SESSIONS)
    if rows:
        frame.show_rows(rows)


def _settings_and_log(paths: AppPaths) -> tuple[BootSettings, Logs]:
    from bamboo_desktop import logs, settings

    boot = settings.load(paths.settings_file)
    level = logging.getLevelName(boot.log_level.value.upper())
    log = logs.configure(_log_dir(paths), level=level, console=sys.stderr)
    return boot, log


def _log_dir(paths: AppPaths) -> Path | None:
    """Where to log; nowhere in a folder that cannot be: the log would be the first to make it."""
    try:
        paths.make_way()
    except UserError:
        return None
    return paths.logs


def _run(
    app: QApplication, frame: FirstFrame, paths: AppPaths, boot: BootSettings, log: Logs
) -> int:
    """Everything behind the frame, on the event loop."""
    from bamboo_desktop import loop
    from bamboo_desktop.app.program import Program

    async def run() -> int:
        return await Program(frame, paths, log).run()

    return loop.run(run, app=app, kind=boot.loop)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    if not argv:
        return argparse.Namespace(data_dir=None, background=False)
    parser = argparse.ArgumentParser(
        prog="bamboo-desktop", description="Runs AI agents on this machine, in a window."
    )
    parser.add_argument("--data-dir", type=Path, help="where everything is kept")
    parser.add_argument("--background", action="store_true", help="start minimised")
    parser.add_argument("--version", action="version", version=f"Bamboo Desktop {__version__}")
    return parser.parse_args(list(argv))
