"""The head of a session: its title to edit in place, its folder, model, effort, tokens and cost."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from bamboo_desktop.domain.model import PLAYBOOK_PROVIDER, ModelRef, ReasoningEffort
from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionSummary
from bamboo_desktop.domain.usage import Usage
from bamboo_desktop.ui.formats import home_short, usage_details, usage_line
from bamboo_desktop.ui.models.session_words import effort_word, status_word
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL, ColorRole
from bamboo_desktop.ui.views.model_entries import short_model
from bamboo_desktop.ui.views.state_glyph import StateGlyph
from bamboo_desktop.ui.views.title_field import TitleField

_NARROW = 560


class SessionHeader(QFrame):
    """Shows a summary; says what the person wants changed."""

    renamed = Signal(str)
    model_wanted = Signal(object)
    effort_chosen = Signal(object)
    workspace_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "pane")
        self._theme = theme
        self._default: ModelRef | None = None
        self._has_folder = True
        self._glyph = StateGlyph(theme, self)
        self.title = TitleField()
        self.title.renamed.connect(self.renamed)
        self._status = QLabel()
        self._workspace = self._button(self.tr("Workspace folder"))
        self._workspace.clicked.connect(self.workspace_wanted)
        self._model = self._button(self.tr("Model"))
        self._model_name = ""
        self._model.clicked.connect(lambda: self.model_wanted.emit(self._model))
        self._effort = self._button(self.tr("Reasoning effort"))
        self._effort.setMenu(self._effort_menu())
        self._effort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._usage = QLabel()
        set_kind(self._usage, "caption")
        self._lay_out()
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def show_summary(self, summary: SessionSummary, *, has_folder: bool = True) -> None:
        """Show the newest state of the session, and whether its folder is there."""
        session = summary.session
        self.title.show_title(session.title)
        self._glyph.show_status(summary.status, open_questions=summary.open_questions)
        self._show_status(summary)
        folder = home_short(session.workspace) or self.tr("No folder")
        metrics = self._workspace.fontMetrics()
        folder = metrics.elidedText(folder, Qt.TextElideMode.ElideMiddle, 260)
        self._workspace.setText(folder if has_folder else self.tr("{} is missing").format(folder))
        tip = session.workspace or self.tr("Choose the folder to work in")
        gone = self.tr("{} is not there; bring it back, or click to choose another folder.")
        self._workspace.setToolTip(tip if has_folder else gone.format(session.workspace))
        self._has_folder = has_folder
        self._paint_folder()
        shown = session.model or self._default
        self._model_name = short_model(shown) or self.tr("Choose a model")
        self._fit()
        self._model.setToolTip(str(shown) if shown else self.tr("No model is chosen"))
        self._show_effort(session.reasoning_effort, shown)
        self.show_usage(summary.usage)

    def show_usage(self, usage: Usage) -> None:
        """Show tokens and cost of the session."""
        self._usage.setText(usage_line(usage))
        self._usage.setToolTip(usage_details(usage))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow pane the title is worth more than all the words on the buttons."""
        is_narrow = self.width() < _NARROW
        style = Qt.ToolButtonStyle
        self._effort.setToolButtonStyle(
            style.ToolButtonIconOnly if is_narrow else style.ToolButtonTextBesideIcon
        )
        room = self.width() // 4 if is_narrow else self.width()
        metrics = self._model.fontMetrics()
        mode = Qt.TextElideMode.ElideRight
        self._model.setText(metrics.elidedText(self._model_name, mode, max(room, 48)))

    def set_default_model(self, model: ModelRef | None) -> None:
        """What answers where the session names no model."""
        self._default = model

    def _show_status(self, summary: SessionSummary) -> None:
        status = summary.status
        text = self.tr("waiting for you") if summary.open_questions else status_word(status)
        self._status.setText("" if status is None else text)
        loud = "waiting" if summary.open_questions else "soft"
        is_trouble = status in {AgentStatus.ERROR, AgentStatus.INTERRUPTED}
        set_kind(self._status, "trouble" if is_trouble else loud)
        self._status.setToolTip(summary.error)

    def _show_effort(self, effort: ReasoningEffort | None, model: ModelRef | None) -> None:
        """A playbook does not think: where it plays, or nothing is chosen, there is no effort."""
        self._effort.setVisible(model is not None and model.provider != PLAYBOOK_PROVIDER)
        self._effort.setText(effort_word(effort))
        self._effort.setToolTip(self.tr("How hard the model thinks before it answers"))
        for action in self._effort_actions:
            action.setChecked(action.data() == (effort.value if effort else ""))

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setMinimumHeight(28)
        set_kind(button, "flat")
        return button

    def _effort_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("Reasoning effort"))
        self._effort_actions: list[QAction] = []
        for effort in (None, *ReasoningEffort):
            action = menu.addAction(effort_word(effort))
            action.setCheckable(True)
            action.setData("" if effort is None else effort.value)
            action.triggered.connect(lambda _=False, chosen=effort: self.effort_chosen.emit(chosen))
            self._effort_actions.append(action)
        return menu

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        first.setSpacing(GAP_SMALL)
        first.addWidget(self._glyph)
        first.addWidget(self.title, 1)
        first.addWidget(self._model)
        first.addWidget(self._effort)
        second.setSpacing(GAP_SMALL)
        second.addSpacing(18)
        second.addWidget(self._workspace)
        second.addWidget(self._status)
        second.addStretch(1)
        second.addWidget(self._usage)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP + 4, GAP_SMALL, GAP + 4, 6)
        column.setSpacing(0)
        column.addLayout(first)
        column.addLayout(second)

    def _paint_folder(self) -> None:
        icon = ("folder", ColorRole.FAINT) if self._has_folder else ("warning", ColorRole.TROUBLE)
        self._workspace.setIcon(self._theme.icon(*icon))

    def _paint_icons(self) -> None:
        self._paint_folder()
        self._model.setIcon(self._theme.icon("model", ColorRole.FAINT))
        self._effort.setIcon(self._theme.icon("effort", ColorRole.FAINT))
