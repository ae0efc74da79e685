"""The window program: options, folders, log and Qt first, then the program on its loop."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from bamboo_desktop import __version__, logs, loop, settings
from bamboo_desktop.app.program import Program
from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.paths import AppPaths

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window program; gives the exit code."""
    options = _options(sys.argv[1:] if argv is None else argv)
    try:
        paths = AppPaths.resolve(options.data_dir, os.environ)
    except UserError as error:
        sys.stderr.write(f"bamboo-desktop: {error.sentence}\n")
        return 2
    boot = settings.load(paths.settings_file)
    level = logging.getLevelName(boot.log_level.value.upper())
    log = logs.configure(paths.logs, level=level, console=sys.stderr)
    app = QApplication([sys.argv[0]])
    app.setApplicationName("bamboo-desktop")
    app.setApplicationDisplayName("Bamboo Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("bamboo-desktop")

    def qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        log.qt_message(_LEVELS.get(kind, logging.WARNING), context.category or "", text)

    qInstallMessageHandler(qt_message)

    async def run() -> int:
        program = Program(app, paths, log, is_background=options.background)
        return await program.run()

    try:
        return loop.run(run, app=app, kind=boot.loop)
    finally:
        qInstallMessageHandler(None)
        log.close()


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bamboo-desktop", description="Runs AI agents on this machine, in a window."
    )
    parser.add_argument("--data-dir", type=Path, help="where everything is kept")
    parser.add_argument("--background", action="store_true", help="start minimised")
    parser.add_argument("--version", action="version", version=f"Bamboo Desktop {__version__}")
    return parser.parse_args(list(argv))
