"""A window on a real engine, as in the tests of the window, and schedules to show in it."""

from __future__ import annotations

import pytest

from tests.ui.window.conftest import failures, rig, theme

__all__ = ["failures", "rig", "theme"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """What Qt's platform without a screen cannot do is no fault of the window."""
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))
