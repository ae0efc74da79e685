"""The page before the engine is there: it is opening, or it could not, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_PAGE, GAP_SMALL, ColorRole

_ICON = 48


class StartPage(QWidget):
    """Quiet while opening; a sentence and three ways on when the start failed."""

    retry_wanted = Signal()
    folder_wanted = Signal()
    takeover_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._is_failed = False
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = self._text("title")
        self._sentence = self._text("")
        self._details = self._text("caption")
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._retry = QPushButton(self.tr("Try again"))
        set_kind(self._retry, "primary")
        self._retry.clicked.connect(self.retry_wanted)
        self._takeover = QPushButton(self.tr("End it and open here"))
        self._takeover.clicked.connect(self.takeover_wanted)
        self._folder = QPushButton(self.tr("Open the data folder"))
        self._folder.clicked.connect(self.folder_wanted)
        self._quit = QPushButton(self.tr("Quit"))
        self._quit.clicked.connect(self.quit_wanted)
        self._lay_out()
        theme.changed.connect(self._paint_icon)
        self.show_opening()

    def show_opening(self) -> None:
        """Say nothing but that it is on its way: it takes less than a second as a rule."""
        self._is_failed = False
        self._title.setText("")
        self._sentence.setText(self.tr("Opening your sessions..."))
        set_kind(self._sentence, "soft")
        self._details.setText("")
        self._show_buttons(visible=False)

    def show_failure(self, *, title: str, sentence: str, details: str = "") -> None:
        """Say what happened and what to do; nothing was changed."""
        self._is_failed = True
        self._title.setText(title)
        self._sentence.setText(sentence)
        set_kind(self._sentence, "plain")
        self._details.setText(details)
        self._show_buttons(visible=True)
        self._retry.setFocus()

    def offer_takeover(self) -> None:
        """Say that a run of bambooctl has the folder, and offer to end it."""
        self._title.setText(self.tr("A run of bambooctl has this data"))
        self._sentence.setText(
            self.tr(
                "The window opens by itself when the run has ended. If you end it here, what it "
                "does now is interrupted; you can continue it in this window."
            )
        )
        self._takeover.show()

    def _text(self, kind: str) -> QLabel:
        label = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if kind:
            set_kind(label, kind)
        return label

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_SMALL)
        buttons.addStretch(1)
        for button in (self._retry, self._takeover, self._folder, self._quit):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PAGE, GAP_PAGE, GAP_PAGE, GAP_PAGE)
        column.setSpacing(GAP)
        column.addStretch(2)
        column.addWidget(self._icon)
        # Labels that wrap need a width of their own: aligned in a layout they are cut.
        texts = QWidget()
        texts.setFixedWidth(620)
        lines = QVBoxLayout(texts)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GAP)
        for label in (self._title, self._sentence, self._details):
            lines.addWidget(label)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(texts)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addSpacing(GAP)
        column.addLayout(buttons)
        column.addStretch(3)

    def _show_buttons(self, *, visible: bool) -> None:
        for widget in (self._retry, self._folder, self._quit, self._title, self._details):
            widget.setVisible(visible)
        self._takeover.hide()
        self._paint_icon()

    def _paint_icon(self) -> None:
        name, role = ("bamboo", ColorRole.ACCENT)
        if self._is_failed:
            name, role = ("warning", ColorRole.TROUBLE)
        self._icon.setPixmap(self._theme.sized_icon(name, role, _ICON).pixmap(QSize(_ICON, _ICON)))
