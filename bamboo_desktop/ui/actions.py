"""Everything a person can do by name: one registry feeds menus, palette and keyboard help."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class ActionGroup(StrEnum):
    """The menu an action is in, and its heading in the keyboard help."""

    SESSION = "session"
    VIEW = "view"
    SCHEDULE = "schedule"
    GO = "go"
    HELP = "help"


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionSpec:
    """What an action is: `name` is stable, `text` is for people, already translated.

    `shortcuts` are portable texts such as `Ctrl+Shift+F`, the first one is shown. `needs_session`
    actions are off while there is no session, or schedule, for them. `starts_block` puts a line
    before it in the menu.
    """

    name: str
    text: str
    group: ActionGroup
    shortcuts: tuple[str, ...]
    icon: str = ""
    is_checkable: bool = False
    needs_session: bool = False
    starts_block: bool = False


class Actions(QObject):
    """The named actions of one window.

    Args:
        window: gets every action, so that its shortcut works wherever the focus is.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}

    def add(self, spec: ActionSpec) -> QAction:
        """Make the action of a spec; connect its `triggered`.

        Raises:
            ValueError: its name or a shortcut is taken; that would make both dead keys.
        """
        if spec.name in self._specs:
            raise ValueError(f"the action {spec.name} exists")
        taken = {key for other in self._specs.values() for key in other.shortcuts}
        if both := taken & set(spec.shortcuts):
            raise ValueError(f"{sorted(both)} of {spec.name} is taken")
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.name)
        action.setShortcuts([QKeySequence(key) for key in spec.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(spec.is_checkable)
        self._window.addAction(action)
        self._specs[spec.name] = spec
        self._actions[spec.name] = action
        return action

    def add_all(self, specs: Iterable[ActionSpec]) -> None:
        """Make the actions of a table."""
        for spec in specs:
            self.add(spec)

    def on(self, name: str, slot: Callable[[], object]) -> None:
        """Call a slot without arguments when the person triggers the action."""

        def call(checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signature
            del checked
            slot()

        self._actions[name].triggered.connect(call)

    def get(self, name: str) -> QAction:
        """The action of that name.

        Raises:
            KeyError: there is none.
        """
        return self._actions[name]

    def spec(self, name: str) -> ActionSpec:
        """The description of the action of that name."""
        return self._specs[name]

    def all(self) -> tuple[tuple[ActionSpec, QAction], ...]:
        """Every action in the order of the table."""
        return tuple((spec, self._actions[name]) for name, spec in self._specs.items())

    def of_group(self, group: ActionGroup) -> tuple[tuple[ActionSpec, QAction], ...]:
        """The actions of one menu."""
        return tuple(pair for pair in self.all() if pair[0].group is group)
