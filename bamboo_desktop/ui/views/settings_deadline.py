"""The time limit of questions: off, a usual time, or a number of one's own."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.number_field import NumberField

_OWN = -1
_USUAL = (0, 15, 60, 480, 1440)
_LONGEST = 60 * 24 * 366


class DeadlineControl(QWidget):
    """Chooses minutes; `changed` tells them, 0 for no limit."""

    changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = QComboBox()
        self._choice.setMinimumWidth(200)
        names = (
            self.tr("Off: wait for ever"),
            self.tr("15 minutes"),
            self.tr("1 hour"),
            self.tr("8 hours"),
            self.tr("1 day"),
        )
        for minutes, name in zip(_USUAL, names, strict=True):
            self._choice.addItem(name, minutes)
        self._choice.addItem(self.tr("Another time..."), _OWN)
        self._choice.setAccessibleName(self.tr("Time limit of questions"))
        self._own = NumberField(1, _LONGEST)
        self._own.setValue(30)
        self._own.setSuffix(self.tr(" min"))
        self._own.setAccessibleName(self.tr("Minutes a question waits"))
        self._own.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._own)
        row.addWidget(self._choice)
        self.setFocusProxy(self._choice)
        self._choice.activated.connect(self._chosen)
        self._own.valueChanged.connect(self.changed)

    @property
    def minutes(self) -> int:
        """What is chosen."""
        chosen = int(self._choice.currentData())
        return self._own.value() if chosen == _OWN else chosen

    def show_minutes(self, stored: str) -> None:
        """Show what is stored; what is no number means no limit, as it does for the engine."""
        usable = stored.isascii() and stored.isdigit() and len(stored) <= 9
        minutes = min(int(stored), _LONGEST) if usable else 0
        place = self._choice.findData(minutes)
        is_own = place < 0
        if is_own:
            self._own.blockSignals(True)  # noqa: FBT003 - Qt's signature
            self._own.setValue(minutes)
            self._own.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self._choice.setCurrentIndex(self._choice.findData(_OWN) if is_own else place)
        self._own.setVisible(is_own)

    def _chosen(self) -> None:
        is_own = self._choice.currentData() == _OWN
        self._own.setVisible(is_own)
        if is_own:
            self._own.setFocus()
            self._own.selectAll()
        self.changed.emit(self.minutes)
