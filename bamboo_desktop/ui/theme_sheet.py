"""The short style sheet: a few classes of widgets, chosen by the dynamic property `kind`.

Kinds: QPushButton primary, danger, flat; QToolButton flat, rail; QFrame card, pane, bar, line,
waiting, trouble, info; QLabel title, strong, soft, caption, group, waiting, trouble, info;
QLineEdit inline; QPlainTextEdit field.
"""

from __future__ import annotations

from bamboo_desktop.paths import resources
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
  border-radius: {control}px; background: transparent; padding: 3px 5px; color: {soft}; }}
QToolButton[kind="flat"]:hover, QToolButton[kind="rail"]:hover {{ background: {raised}; }}
QToolButton[kind="flat"]:focus, QToolButton[kind="rail"]:focus {{ border-color: {accent}; }}
QToolButton[kind="flat"]:checked, QToolButton[kind="rail"]:checked {{ background: {accent_tint};
  color: {accent}; }}
QToolButton[kind="flat"]::menu-indicator {{ image: none; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
"""

_FRAMES = """
QFrame[kind="card"] {{ background: {surface}; border: 1px solid {line};
  border-radius: {card}px; }}
QFrame[kind="pane"], QWidget[kind="pane"] {{ background: {surface}; border: none; }}
QFrame[kind="bar"], QWidget[kind="bar"] {{ background: {window}; border: none; }}
QFrame[kind="line"] {{ background: {line}; border: none; max-height: 1px; min-height: 1px; }}
QFrame[kind="upright"] {{ background: {line}; border: none; max-width: 1px; min-width: 1px; }}
QFrame[kind="waiting"] {{ background: {waiting_tint}; border: none; border-radius: {card}px; }}
QFrame[kind="trouble"] {{ background: {trouble_tint}; border: none; border-radius: {card}px; }}
QFrame[kind="info"] {{ background: {info_tint}; border: none; border-radius: {card}px; }}
QDialog[kind="floating"] {{ background: {surface}; border: 1px solid {edge}; }}
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
QComboBox, QSpinBox, QDateTimeEdit {{ min-height: 26px; padding: 0 4px 0 8px; color: {text};
  border: 1px solid {edge}; border-radius: {control}px; background: {button}; }}
QComboBox:focus, QSpinBox:focus, QDateTimeEdit:focus {{ border: 2px solid {accent};
  padding: 0 3px 0 7px; min-height: 24px; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ border: none; min-height: 22px;
  padding: 0 0 0 6px; background: transparent; }}
QComboBox:disabled, QSpinBox:disabled, QDateTimeEdit:disabled {{ color: {quiet};
  border-color: {line}; background: transparent; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox QAbstractItemView {{ border: 1px solid {edge}; background: {surface}; color: {text};
  selection-background-color: {accent_tint}; selection-color: {text}; outline: none; }}
QComboBox QAbstractItemView::item {{ min-height: 26px; padding: 0 6px; }}
QComboBox QAbstractItemView::item:selected {{ background: {accent_tint}; color: {text}; }}
QDateTimeEdit::drop-down {{ border: none; width: 22px; subcontrol-origin: padding;
  subcontrol-position: center right; }}
QComboBox::down-arrow, QAbstractSpinBox::down-arrow {{ image: url({down}); width: 14px;
  height: 14px; }}
QAbstractSpinBox::up-arrow {{ image: url({up}); width: 14px; height: 14px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 20px;
  background: none; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 16px; height: 16px;
  border: 1px solid {faint}; background: {surface}; }}
QCheckBox::indicator {{ border-radius: 4px; }}
QRadioButton::indicator {{ border-radius: 9px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover,
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border-color: {accent}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent};
  image: url({check}); }}
QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 5px solid {accent};
  background: {on_accent}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {line};
  background: {raised}; }}
QPlainTextEdit[kind="field"] {{ border: 1px solid {edge}; border-radius: {control}px;
  background: {surface}; padding: 2px 4px; }}
QPlainTextEdit[kind="field"]:focus {{ border: 2px solid {accent}; padding: 1px 3px; }}
QLineEdit[kind="inline"] {{ font-size: {title_field_pt}pt; font-weight: 600;
  border-color: transparent; background: transparent; }}
QLineEdit[kind="inline"]:hover {{ background: {raised}; }}
QLineEdit[kind="inline"]:focus {{ border-color: {accent}; background: {surface}; }}
"""

_BARS = """
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:vertical {{ min-height: 36px; }}
QScrollBar::handle:horizontal {{ min-width: 36px; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
QTabBar::tab {{ background: transparent; color: {soft}; border: none; padding: 6px 8px;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:hover {{ color: {text}; background: {raised}; }}
QTabBar::tab:selected {{ color: {accent}; border-bottom-color: {accent}; }}
QTabBar::tab:focus {{ color: {text}; background: {accent_tint}; }}
QMenu {{ background: {surface}; border: 1px solid {edge}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 10px; border-radius: 4px; color: {text}; }}
QMenu::item:selected {{ background: {accent_tint}; color: {text}; }}
QMenu::item:disabled {{ color: {quiet}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QMenu::icon {{ padding-left: 8px; }}
QMenuBar {{ background: {window}; color: {text}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {raised}; }}
QProgressBar {{ background: {raised}; border: none; border-radius: 3px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
"""


def sheet_of(tokens: Tokens) -> str:
    """The style sheet of a look."""
    values = {name: getattr(tokens, name) for name in tokens.__slots__}
    values |= {
        "title_field_pt": POINT_SIZES[FontRole.STRONG] + 1,
        "down": _picture("down", tokens),
        "up": _picture("up", tokens),
        "check": _picture("check", tokens),
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
    return "".join((_BUTTONS, _FRAMES, _LABELS, _FIELDS, _BARS)).format(**values)


def _picture(name: str, tokens: Tokens) -> str:
    look = "dark" if tokens.is_dark else "light"
    return (resources() / "style" / f"{name}-{look}.svg").as_posix()
