"""The short style sheet: a few classes of widgets, chosen by the dynamic property `kind`.

Kinds: QPushButton primary, danger, flat; QToolButton flat, rail; QFrame card, pane, bar, line,
waiting, trouble, info; QLabel title, strong, soft, caption, group, waiting, trouble, info.
"""

from __future__ import annotations

from bamboo_desktop.ui.theme_palette import mixed
from bamboo_desktop.ui.theme_tokens import (
    POINT_SIZES,
    RADIUS_CARD,
    RADIUS_CONTROL,
    FontRole,
    Tokens,
)

_BUTTONS = """
QPushButton {{ min-height: 28px; padding: 0 12px; border-radius: {control}px;
  border: 1px solid {edge}; background: {button}; color: {text}; }}
QPushButton:hover {{ background: {raised}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:disabled {{ color: {quiet}; background: transparent; border-color: {line}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 0 11px; min-height: 26px; }}
QPushButton[kind="primary"] {{ background: {accent}; color: {on_accent}; border-color: {accent};
  font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {text}; }}
QPushButton[kind="primary"]:disabled {{ background: {line}; color: {soft}; border-color: {line}; }}
QPushButton[kind="danger"] {{ color: {trouble}; }}
QPushButton[kind="danger"]:hover {{ background: {trouble_tint}; }}
QPushButton[kind="flat"] {{ border-color: transparent; background: transparent; color: {accent}; }}
QPushButton[kind="flat"]:hover {{ background: {raised}; }}
QPushButton[kind="flat"]:focus {{ border-color: {accent}; }}
QPushButton[kind="danger"]:disabled, QPushButton[kind="flat"]:disabled {{ color: {quiet}; }}
QToolButton[kind="flat"], QToolButton[kind="rail"] {{ border: 2px solid transparent;
  border-radius: {control}px; background: transparent; padding: 3px; color: {soft}; }}
QToolButton[kind="flat"]:hover, QToolButton[kind="rail"]:hover {{ background: {raised}; }}
QToolButton[kind="flat"]:focus, QToolButton[kind="rail"]:focus {{ border-color: {accent}; }}
QToolButton[kind="flat"]:checked, QToolButton[kind="rail"]:checked {{ background: {accent_tint};
  color: {accent}; }}
QToolButton[kind="flat"]::menu-indicator {{ image: none; }}
"""

_FRAMES = """
QFrame[kind="card"] {{ background: {surface}; border: 1px solid {line};
  border-radius: {card}px; }}
QFrame[kind="pane"], QWidget[kind="pane"] {{ background: {surface}; border: none; }}
QFrame[kind="bar"], QWidget[kind="bar"] {{ background: {window}; border: none; }}
QFrame[kind="line"] {{ background: {line}; border: none; max-height: 1px; min-height: 1px; }}
QFrame[kind="waiting"] {{ background: {waiting_tint}; border: none; border-radius: {card}px; }}
QFrame[kind="trouble"] {{ background: {trouble_tint}; border: none; border-radius: {card}px; }}
QFrame[kind="info"] {{ background: {info_tint}; border: none; border-radius: {card}px; }}
QSplitter::handle {{ background: {line}; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px; }}
"""

_LABELS = """
QLabel[kind="title"] {{ font-size: {title_pt}pt; font-weight: 600; color: {text}; }}
QLabel[kind="strong"] {{ font-size: {strong_pt}pt; font-weight: 600; color: {text}; }}
QLabel[kind="soft"] {{ color: {soft}; }}
QLabel[kind="caption"] {{ font-size: {caption_pt}pt; color: {faint}; }}
QLabel[kind="group"] {{ font-size: {caption_pt}pt; font-weight: 600; color: {faint}; }}
QLabel[kind="waiting"] {{ background: transparent; color: {waiting}; }}
QLabel[kind="trouble"] {{ background: transparent; color: {trouble}; }}
QLabel[kind="info"] {{ background: transparent; color: {info}; }}
"""

_FIELDS = """
QLineEdit {{ min-height: 26px; padding: 0 8px; border: 1px solid {edge};
  border-radius: {control}px; background: {surface}; color: {text};
  selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus {{ border: 2px solid {accent}; padding: 0 7px; min-height: 24px; }}
QLineEdit:disabled {{ color: {quiet}; background: {window}; }}
QComboBox, QSpinBox, QDateTimeEdit {{ min-height: 28px; }}
QLineEdit[kind="inline"] {{ border-color: transparent; background: transparent; }}
QLineEdit[kind="inline"]:hover {{ background: {raised}; }}
QLineEdit[kind="inline"]:focus {{ border-color: {accent}; background: {surface}; }}
"""


def sheet_of(tokens: Tokens) -> str:
    """The style sheet of a look."""
    values = {name: getattr(tokens, name) for name in tokens.__slots__}
    values |= {
        "control": RADIUS_CONTROL,
        "card": RADIUS_CARD,
        "button": tokens.raised if tokens.is_dark else tokens.surface,
        "edge": mixed(tokens.line, tokens.text, 0.18),
        "quiet": mixed(tokens.faint, tokens.window, 0.35),
        "accent_hover": mixed(tokens.accent, tokens.text, 0.15),
        "title_pt": POINT_SIZES[FontRole.TITLE],
        "strong_pt": POINT_SIZES[FontRole.STRONG],
        "caption_pt": POINT_SIZES[FontRole.CAPTION],
    }
    return "".join((_BUTTONS, _FRAMES, _LABELS, _FIELDS)).format(**values)
