"""Which model answers where a session names none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from bamboo_desktop.domain.model import ModelRef, ProviderConfig


class DefaultModelBox(QComboBox):
    """The models of the providers that are on; `chosen` carries one of them, or None."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(240)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(24)
        self.activated.connect(self._tell)

    def show_models(self, configs: Sequence[ProviderConfig], default: ModelRef | None) -> None:
        """Offer the model of each provider; a default that is none of them is offered too."""
        names = {config.id: config.label for config in configs}
        refs = [
            ModelRef(provider=config.id, model=config.default_model)
            for config in configs
            if config.is_enabled and config.default_model
        ]
        if default is not None and default not in refs:
            refs.append(default)
        self.clear()
        self.addItem(self.tr("None: ask when a session starts"), None)
        for ref in refs:
            self.addItem(f"{names.get(ref.provider, str(ref.provider))}: {ref.model}", ref)
        self.setCurrentIndex(refs.index(default) + 1 if default is not None else 0)

    def _tell(self, place: int) -> None:
        ref = self.itemData(place)
        self.chosen.emit(ref if isinstance(ref, ModelRef) else None)
