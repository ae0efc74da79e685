"""Faults of our own: told once, beside the work, never a storm of dialogs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.views.crash_dialog import CrashDialog
from tests.ui.window.rig import button, labels


@pytest.fixture
def dialog(theme: Theme) -> Iterator[CrashDialog]:
    window = QWidget()
    window.show()
    yield CrashDialog(theme, window)
    window.close()
    window.deleteLater()


def fault(line: int, words: str) -> str:
    return f'Traceback:\n  File "pane.py", line {line}, in paint\n    paint()\nValueError: {words}'


def details(dialog: CrashDialog) -> str:
    return dialog.findChildren(QPlainTextEdit)[0].toPlainText()


def test_a_fault_that_keeps_coming_is_counted_and_not_shown_again(dialog: CrashDialog) -> None:
    for number in range(50):
        dialog.report("the main thread", fault(7, f"round {number}"))
    assert details(dialog).count("ValueError") == 1
    assert any("49" in text for text in labels(dialog))


def test_who_closed_it_is_left_in_peace_until_something_new_fails(dialog: CrashDialog) -> None:
    dialog.report("the main thread", fault(7, "first"))
    button(dialog, "Go on").click()
    dialog.report("the main thread", fault(7, "first"))
    assert not dialog.isVisible()
    dialog.report("the main thread", fault(8, "second"))
    assert dialog.isVisible()
    assert "second" in details(dialog)


def test_the_window_can_be_used_beside_it(dialog: CrashDialog) -> None:
    dialog.report("the main thread", fault(7, "first"))
    assert dialog.windowModality() is Qt.WindowModality.NonModal
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
