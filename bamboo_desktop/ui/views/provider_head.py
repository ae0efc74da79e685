"""A provider at a glance: name, address, model, whether it is ready, and its switch."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bamboo_desktop.domain.model import ProviderConfig
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, ColorRole
from bamboo_desktop.ui.views.provider_kinds import words_of
from bamboo_desktop.ui.views.question_parts import button, label
from bamboo_desktop.ui.views.settings_switch import Switch


class ProviderHead(QWidget):
    """The one line a provider takes while it is closed."""

    edit_clicked = Signal()
    switched = Signal(bool)

    def __init__(self, config: ProviderConfig, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_local = config.kind.is_local
        self._theme = theme
        self._icon = QLabel()
        self._icon.setFixedSize(24, 24)
        self._name = label("")
        self._about = label("", "caption")
        self._state = label("", "caption")
        self._state.setWordWrap(False)
        self._edit = button(self.tr("Edit"), "flat", "")
        self._edit.clicked.connect(self.edit_clicked)
        self._switch = Switch(theme, self)
        self._switch.setChecked(config.is_enabled)
        self._switch.toggled.connect(self.switched)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._about)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self._state)
        row.addWidget(self._edit)
        row.addWidget(self._switch)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def set_config(self, config: ProviderConfig, *, has_key: bool) -> None:
        """Show what is stored."""
        self._name.setText(config.label)
        parts = [words_of(config.kind).about, config.base_url, config.default_model]
        self._about.setText("  \u00b7  ".join(part for part in parts if part))
        self._switch.setAccessibleName(self.tr("Use %1").replace("%1", config.label))
        self._edit.setAccessibleName(self.tr("Edit %1").replace("%1", config.label))
        state, kind = self._state_words(config, has_key=has_key)
        self._state.setText(state)
        set_kind(self._state, kind)

    def set_open(self, *, is_open: bool) -> None:
        """The details are on show, or not."""
        self._edit.setText(self.tr("Close") if is_open else self.tr("Edit"))

    def _state_words(self, config: ProviderConfig, *, has_key: bool) -> tuple[str, str]:
        if not config.is_enabled:
            return self.tr("Off"), "caption"
        if config.kind.needs_key and not has_key:
            return self.tr("Needs a key"), "waiting"
        if not config.default_model:
            return self.tr("Choose a model"), "waiting"
        return self.tr("Ready"), "caption"

    def _paint_icon(self) -> None:
        name = "computer" if self._is_local else "globe"
        self._icon.setPixmap(self._theme.icon(name, ColorRole.SOFT).pixmap(QSize(20, 20)))
