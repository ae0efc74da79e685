"""The head of the editor: back, title, the switch, test run, save, and what there is to say."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bamboo_desktop.domain.occurrence import Occurrence
from bamboo_desktop.ui.models.schedule_words import fate_line, state_glyph
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_SMALL
from bamboo_desktop.ui.views.question_parts import button, label, line
from bamboo_desktop.ui.views.settings_switch import Switch
from bamboo_desktop.ui.views.state_glyph import StateGlyph


class EditorHead(QWidget):
    """Buttons only; the editor decides.

    `session_wanted` carries the id of the session of the test run.
    """

    back_wanted = Signal()
    save_wanted = Signal()
    test_wanted = Signal()
    session_wanted = Signal(object)
    switched = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._occurrence: Occurrence | None = None
        self._back = button(self.tr("Schedules"), "flat", self.tr("Back to the schedules"))
        self._back.setToolTip(self.tr("Back to the schedules (Esc)"))
        self._title = label("", "title")
        self._title.setWordWrap(False)
        self._unsaved = label("", "caption")
        self._unsaved.setWordWrap(False)
        self.switch = Switch(theme)
        self.switch.setAccessibleName(self.tr("Switched on"))
        self._on = QLabel()
        self._test = button(self.tr("Test run"), "", self.tr("Save and run once now"))
        self._test.setToolTip(self.tr("Saves it and runs it once now, by hand"))
        self.save = button(self.tr("Save"), "primary", self.tr("Save the schedule"))
        self.save.setToolTip(self.tr("Save (Ctrl+S)"))
        self._strip = self._make_strip(theme)
        self._lay_out()
        self._back.clicked.connect(self.back_wanted)
        self._test.clicked.connect(self.test_wanted)
        self.save.clicked.connect(self.save_wanted)
        self.switch.toggled.connect(self._say_on)
        self.switch.toggled.connect(self.switched)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self._say_on()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP, GAP + GAP_SMALL, GAP_SMALL)
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._back)
        row.addWidget(self._title)
        row.addSpacing(GAP_SMALL)
        row.addWidget(self._unsaved, 1)
        row.addWidget(self._on)
        row.addWidget(self.switch)
        row.addSpacing(GAP_SMALL)
        row.addWidget(self._test)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._strip)
        column.addWidget(line())

    def show_title(self, title: str) -> None:
        """Say what is edited."""
        self._title.setText(title)

    def show_unsaved(self, *, unsaved: bool) -> None:
        """Say whether there is something to save."""
        self._unsaved.setText(self.tr("not saved yet") if unsaved else "")
        self.save.setEnabled(unsaved)

    def show_test(self, occurrence: Occurrence | None) -> None:
        """Say how the test run is; None hides it."""
        self._occurrence = occurrence
        self._strip.setVisible(occurrence is not None)
        if occurrence is not None:
            self._glyph.show_state(state_glyph(occurrence.state))
            self._words.setText(self.tr("Test run: {}").format(fate_line(occurrence)))
            self._open.setVisible(occurrence.session_id is not None)

    @property
    def test_text(self) -> str:
        """How the test run is, empty without one."""
        return "" if self._occurrence is None else self._words.text()

    def _make_strip(self, theme: Theme) -> QWidget:
        frame = QFrame()
        set_kind(frame, "info")
        self._glyph = StateGlyph(theme, side=15)
        self._words = label("")
        self._open = button(self.tr("Open its session"), "flat", self.tr("Open its session"))
        self._open.clicked.connect(self._want_session)
        row = QHBoxLayout(frame)
        row.setContentsMargins(GAP, 2, GAP_SMALL, 2)
        row.addWidget(self._glyph)
        row.addWidget(self._words, 1)
        row.addWidget(self._open)
        holder = QWidget()
        outer = QHBoxLayout(holder)
        outer.setContentsMargins(GAP, 0, GAP, GAP_SMALL)
        outer.addWidget(frame)
        holder.hide()
        return holder

    def _want_session(self) -> None:
        if self._occurrence is not None and self._occurrence.session_id is not None:
            self.session_wanted.emit(self._occurrence.session_id)

    def _say_on(self) -> None:
        self._on.setText(self.tr("On") if self.switch.isChecked() else self.tr("Off"))

    def _paint_icon(self) -> None:
        self._back.setIcon(self._theme.icon("left"))
