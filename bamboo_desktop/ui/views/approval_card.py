"""What an approval shows above its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.ui.glyphs import GlyphState
from bamboo_desktop.ui.theme import Theme, set_kind
from bamboo_desktop.ui.theme_tokens import GAP, GAP_LARGE, GAP_SMALL
from bamboo_desktop.ui.views.approval_exact import ExactView
from bamboo_desktop.ui.views.question_parts import label
from bamboo_desktop.ui.views.question_scroll import SnugScroll
from bamboo_desktop.ui.views.state_glyph import StateGlyph
from bamboo_desktop.ui.visible_text import VisibleText, make_visible


class ApprovalCard(SnugScroll):
    """In words, exactly, where, why, and what is unusual about it."""

    def __init__(
        self, consent: ConsentRequest, theme: Theme, parent: QWidget | None = None
    ) -> None:
        inner = QWidget()
        super().__init__(inner, parent)
        self._theme = theme
        column = QVBoxLayout(inner)
        column.setContentsMargins(GAP_LARGE, GAP_SMALL, GAP_LARGE, GAP_SMALL)
        column.setSpacing(GAP)
        column.addWidget(label(make_visible(consent.sentence).plain, "strong"))
        if consent.is_unusual or consent.warning:
            column.addWidget(self._warning(consent.warning))
        self.exact = ExactView(theme, self)
        self.exact.set_exact(consent.exact)
        column.addWidget(self.exact, 1 if self.exact.is_long else 0)
        hidden = self._hidden(self.exact.visible_text)
        if hidden:
            column.addWidget(label(hidden, "trouble"))
        column.addLayout(self._facts(consent))
        self.set_snug(snug=not self.exact.is_long)

    def _warning(self, text: str) -> QFrame:
        frame = QFrame()
        set_kind(frame, "trouble")
        row = QHBoxLayout(frame)
        row.setContentsMargins(GAP, GAP_SMALL, GAP, GAP_SMALL)
        row.setSpacing(GAP_SMALL)
        row.addWidget(
            StateGlyph(self._theme, frame, state=GlyphState.FAILED, side=18, margin=2),
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        words = text or self.tr("This is unusual. Read it twice before you allow it.")
        row.addWidget(label(make_visible(words).plain, "trouble"), 1)
        return frame

    def _facts(self, consent: ConsentRequest) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(GAP_SMALL)
        grid.setColumnStretch(1, 1)
        facts = (
            (self.tr("Tool"), consent.tool),
            (self.tr("Where"), consent.where),
            (self.tr("Why, says the agent"), consent.reason),
        )
        for name, text in facts:
            if not text:
                continue
            place = grid.rowCount()
            value = label(make_visible(text).plain)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label(name, "caption"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
        return grid

    def _hidden(self, text: VisibleText) -> str:
        said: list[str] = []
        if text.hidden_count:
            told = self.tr("What cannot be seen is shown as marks:")
            said.append(f"{told} {', '.join(text.hidden[:6])}.")
        if text.has_right_to_left:
            said.append(
                self.tr(
                    "It has letters that read from right to left: their order on screen may "
                    "differ from the order in which they are used."
                )
            )
        return " ".join(said)
