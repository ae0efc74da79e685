"""The model a provider uses unless a session names another: written, or fetched and chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLineEdit, QWidget

from bamboo_desktop.domain.model import ModelInfo
from bamboo_desktop.ui.formats import exact_tokens
from bamboo_desktop.ui.theme_tokens import GAP_SMALL
from bamboo_desktop.ui.views.question_parts import button


class ModelField(QWidget):
    """An editable list of models."""

    changed = Signal(str)
    """Another model was chosen or written."""
    fetch_wanted = Signal()
    """The provider shall be asked for its models."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored = ""
        self._box = QComboBox(self)
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._box.setAccessibleName(self.tr("Model"))
        self._box.setMinimumWidth(120)
        line = QLineEdit(self._box)
        self._box.setLineEdit(line)
        line.setPlaceholderText(self.tr("Name of a model"))
        line.setAccessibleName(self.tr("Model"))
        line.editingFinished.connect(self._tell)
        self._box.activated.connect(self._tell)
        completer = QCompleter(self._box.model(), self._box)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._box.setCompleter(completer)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        fetch = button(self.tr("&Fetch models"), "", self.tr("Fetch the models of this provider"))
        fetch.clicked.connect(self.fetch_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._box, 1)
        row.addWidget(fetch)
        self.setFocusProxy(self._box)

    def set_model(self, name: str) -> None:
        """Show the stored one."""
        self._stored = name
        self._box.setCurrentText(name)

    def set_models(self, models: tuple[ModelInfo, ...]) -> None:
        """Offer what the provider has."""
        written = self._box.currentText()
        self._box.clear()
        for info in models:
            self._box.addItem(info.ref.model)
            place = self._box.count() - 1
            self._box.setItemData(place, self._about(info), Qt.ItemDataRole.ToolTipRole)
        self._box.setCurrentText(written)
        if not written and models:
            self._box.setCurrentIndex(0)
            self._tell()

    def _tell(self) -> None:
        written = self._box.currentText().strip()
        if written != self._stored:
            self._stored = written
            self.changed.emit(written)

    def _about(self, info: ModelInfo) -> str:
        if not info.context_window:
            return info.label
        return self.tr("{0}, {1} tokens").format(info.label, exact_tokens(info.context_window))
