"""The inspector gives way to the conversation in a narrow window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from bamboo_desktop.ui.views.inspector_fold import ROOMY, InspectorFold


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    del qapp  # it has to be there, no more
    made = QWidget()
    made.resize(ROOMY + 100, 600)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def fold_in(window: QWidget) -> tuple[InspectorFold, QAction]:
    action = QAction(window)
    action.setCheckable(True)
    action.setChecked(True)
    return InspectorFold(window, action), action


def test_a_narrow_window_folds_it_and_a_wide_one_brings_it_back(window: QWidget) -> None:
    fold, action = fold_in(window)
    window.resize(ROOMY - 1, 600)
    assert not action.isChecked()
    assert fold.is_wanted
    window.resize(ROOMY, 600)
    assert action.isChecked()


def test_what_was_hidden_by_hand_stays_hidden(window: QWidget) -> None:
    fold, action = fold_in(window)
    action.setChecked(False)
    window.resize(ROOMY - 1, 600)
    window.resize(ROOMY, 600)
    assert not action.isChecked()
    assert not fold.is_wanted


def test_what_is_shown_by_hand_in_a_narrow_window_stays(window: QWidget) -> None:
    fold, action = fold_in(window)
    window.resize(ROOMY - 1, 600)
    action.setChecked(True)
    window.resize(ROOMY - 50, 600)
    assert action.isChecked()
    window.resize(ROOMY, 600)
    assert action.isChecked()
    action.setChecked(False)
    assert not fold.is_wanted


def test_hiding_it_again_in_a_narrow_window_is_kept(window: QWidget) -> None:
    fold, action = fold_in(window)
    window.resize(ROOMY - 1, 600)
    action.setChecked(True)
    action.setChecked(False)
    window.resize(ROOMY, 600)
    assert not action.isChecked()
    assert not fold.is_wanted
