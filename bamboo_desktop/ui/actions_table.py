"""The table of actions of the main window."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.ui.actions import ActionGroup, ActionSpec


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


def window_actions() -> tuple[ActionSpec, ...]:
    """Every action of the main window, in the order of the menus."""
    return (*_session(), *_view(), *_schedule(), *_go(), *_help())


def group_title(group: ActionGroup) -> str:
    """The name of a menu."""
    return {
        ActionGroup.SESSION: _tr("&Session"),
        ActionGroup.VIEW: _tr("&View"),
        ActionGroup.SCHEDULE: _tr("S&chedule"),
        ActionGroup.GO: _tr("&Go"),
        ActionGroup.HELP: _tr("&Help"),
    }[group]


def _spec(
    name: str,
    text: str,
    *shortcuts: str,
    icon: str = "",
    checkable: bool = False,
    session: bool = False,
    block: bool = False,
) -> ActionSpec:
    return ActionSpec(
        name=name,
        text=text,
        group=ActionGroup.SESSION,
        shortcuts=shortcuts,
        icon=icon,
        is_checkable=checkable,
        needs_session=session,
        starts_block=block,
    )


def _choice(
    name: str, text: str, shortcut: str, icon: str = "", *, block: bool = False
) -> ActionSpec:
    """One of several of which one holds; the menu marks which."""
    return _spec(name, text, shortcut, icon=icon, checkable=True, block=block)


def _in(group: ActionGroup, *specs: ActionSpec) -> tuple[ActionSpec, ...]:
    return tuple(replace(spec, group=group) for spec in specs)


def _session() -> tuple[ActionSpec, ...]:
    return _in(
        ActionGroup.SESSION,
        _spec("session.new", _tr("New session"), "Ctrl+N", icon="plus"),
        _spec("session.playbook", _tr("Play a playbook file..."), "Ctrl+Shift+P", icon="book"),
        _spec("session.rename", _tr("Rename session"), "Ctrl+R", icon="pencil", session=True),
        _spec("session.pin", _tr("Pin or unpin session"), "Ctrl+D", icon="pin", session=True),
        _spec(
            "session.archive",
            _tr("Archive or unarchive session"),
            "Ctrl+E",
            icon="archive",
            session=True,
        ),
        _spec(
            "session.workspace",
            _tr("Choose workspace folder..."),
            "Ctrl+Shift+O",
            icon="folder",
            session=True,
        ),
        _spec(
            "session.continue",
            _tr("Continue run"),
            "Ctrl+Shift+Return",
            icon="play",
            session=True,
            block=True,
        ),
        _spec("session.stop", _tr("Stop run"), "Ctrl+.", icon="stop", session=True),
        _spec(
            "session.export_markdown",
            _tr("Export as Markdown..."),
            "Ctrl+S",
            icon="export",
            session=True,
            block=True,
        ),
        _spec(
            "session.export_json",
            _tr("Export as JSON..."),
            "Ctrl+Shift+S",
            icon="export",
            session=True,
        ),
        _spec(
            "session.trash",
            _tr("Move session to the bin"),
            "Ctrl+Shift+Delete",
            icon="bin",
            session=True,
            block=True,
        ),
        _spec(
            "session.undo_move",
            _tr("Undo bin or archive"),
            "Ctrl+Alt+Z",
            icon="undo",
            session=True,
        ),
        _spec(
            "session.restore",
            _tr("Restore session from the bin"),
            "Ctrl+Shift+R",
            icon="restore",
            session=True,
        ),
        _spec(
            "session.purge",
            _tr("Delete session for good..."),
            "Ctrl+Alt+X",
            icon="bin",
            session=True,
        ),
        _spec("window.close", _tr("Close window"), "Ctrl+W", block=True),
        _spec("app.quit", _tr("Quit"), "Ctrl+Q"),
    )


def _view() -> tuple[ActionSpec, ...]:
    return _in(
        ActionGroup.VIEW,
        _spec("view.inspector", _tr("Inspector"), "Ctrl+I", icon="inspector", checkable=True),
        _spec("view.list", _tr("Session list"), "Ctrl+B", icon="list", checkable=True),
        _choice("view.active", _tr("Show current sessions"), "Ctrl+Shift+1", block=True),
        _choice("view.archived", _tr("Show archived sessions"), "Ctrl+Shift+2", "archive"),
        _choice("view.bin", _tr("Show the bin"), "Ctrl+Shift+3", "bin"),
        _choice("view.theme_system", _tr("Look: as the desktop"), "Ctrl+Alt+1", block=True),
        _choice("view.theme_light", _tr("Look: light"), "Ctrl+Alt+2", "sun"),
        _choice("view.theme_dark", _tr("Look: dark"), "Ctrl+Alt+3", "moon"),
        _spec("view.calm", _tr("Reduce motion"), "Ctrl+Alt+M", checkable=True),
        _spec("view.full_screen", _tr("Full screen"), "F11", checkable=True, block=True),
    )


def _schedule() -> tuple[ActionSpec, ...]:
    return _in(
        ActionGroup.SCHEDULE,
        _spec("schedule.new", _tr("New schedule"), "Ctrl+Shift+N", icon="plus"),
        _on_schedule("edit", _tr("Edit schedule"), "Ctrl+Alt+E", "pencil"),
        _on_schedule("history", _tr("History of schedule"), "Ctrl+H", "list"),
        _spec("schedule.calendar", _tr("Calendar of schedules"), "Ctrl+Shift+K", icon="schedules"),
        _on_schedule("run", _tr("Run schedule now"), "Ctrl+Alt+R", "play", block=True),
        _on_schedule("switch", _tr("Switch schedule on or off"), "Ctrl+Alt+S", "check"),
        _on_schedule("pause_hour", _tr("Pause schedule for an hour"), "Ctrl+Alt+H", "pause"),
        _on_schedule("pause_day", _tr("Pause schedule until tomorrow"), "Ctrl+Alt+G", "pause"),
        _on_schedule("pause", _tr("Pause schedule until resumed"), "Ctrl+Alt+P", "pause"),
        _on_schedule("resume", _tr("Resume schedule"), "Ctrl+Alt+U", "play"),
        _on_schedule("duplicate", _tr("Duplicate schedule"), "Ctrl+Alt+C", "copy", block=True),
        _on_schedule("trash", _tr("Move schedule to the bin"), "Ctrl+Alt+B", "bin"),
        _on_schedule("undo", _tr("Bring schedule back from the bin"), "Ctrl+Alt+Y", "undo"),
    )


def _on_schedule(
    name: str, text: str, shortcut: str, icon: str, *, block: bool = False
) -> ActionSpec:
    """An action on the schedule that is chosen; off while there is none."""
    return _spec(f"schedule.{name}", text, shortcut, icon=icon, session=True, block=block)


def _go() -> tuple[ActionSpec, ...]:
    return _in(
        ActionGroup.GO,
        _spec("go.palette", _tr("Command palette..."), "Ctrl+K", icon="command"),
        _spec("go.sessions", _tr("Sessions"), "Ctrl+1", icon="sessions", block=True),
        _spec("go.inbox", _tr("Inbox"), "Ctrl+2", icon="inbox"),
        _spec("go.schedules", _tr("Schedules"), "Ctrl+3", icon="schedules"),
        _spec("go.search", _tr("Search everything"), "Ctrl+Shift+F", icon="search"),
        _spec("go.settings", _tr("Settings"), "Ctrl+4", "Ctrl+,", icon="settings"),
        _spec("go.next", _tr("Next session"), "Alt+Down", icon="down", block=True),
        _spec("go.previous", _tr("Previous session"), "Alt+Up", icon="up"),
        _spec("go.waiting", _tr("Next session that waits for you"), "Ctrl+J", icon="question"),
        _spec("go.filter", _tr("Filter the session list"), "Ctrl+L", icon="filter"),
        _spec("go.composer", _tr("Write a message"), "Ctrl+M", icon="pencil", session=True),
        _spec("go.find", _tr("Find in this session"), "Ctrl+F", icon="search", session=True),
    )


def _help() -> tuple[ActionSpec, ...]:
    return _in(
        ActionGroup.HELP,
        _spec("help.keyboard", _tr("Keyboard shortcuts"), "F1", icon="keyboard"),
        _spec("help.start", _tr("Ways to start"), "Shift+F1", icon="play"),
        _spec("help.data_folder", _tr("Open the data folder"), "Ctrl+Alt+D", icon="folder"),
        _spec("help.logs", _tr("Open the log folder"), "Ctrl+Alt+L", icon="list"),
        _spec("help.about", _tr("About Bamboo Desktop"), "Ctrl+F1", icon="bamboo"),
    )
