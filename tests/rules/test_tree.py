"""What the tree as a whole keeps to, and no linter can say."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from bamboo_desktop.domain import events
from bamboo_desktop.domain.events.kinds import Event

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "bamboo_desktop"
TOP = {
    "pyproject.toml",
    "uv.lock",
    "README.md",
    "LICENSE",
    "bamboo_desktop",
    "resources",
    "packaging",
    "tests",
}
MADE_BY_TOOLS = {"build", "dist", "__pycache__"}
WITH_QT = {"ui", "app", "loop", "__main__"}


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def fresh_interpreter(code: str) -> str:
    """What the code prints in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def without_qt() -> list[str]:
    """Every top-level module that must do without Qt."""
    names = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py"}
    names |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return sorted(f"bamboo_desktop.{name}" for name in names - WITH_QT - {"__init__"})


def test_everything_below_the_window_does_without_qt() -> None:
    code = (
        f"import importlib, sys\nfor name in {without_qt()!r}: importlib.import_module(name)\n"
        "import bamboo_desktop.engine.door, bamboo_desktop.engine.remote.server\n"
        "roots = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(roots & {'PySide6', 'shiboken6', 'qasync', 'PyQt6'}))"
    )
    assert fresh_interpreter(code) == "[]"


def test_the_engine_opens_without_the_heavy_libraries() -> None:
    code = (
        "import sys, bamboo_desktop.engine.door\n"
        "heavy = ('pydantic_ai', 'openai', 'anthropic', 'google.genai', 'mcp', 'pygments')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert fresh_interpreter(code) == "[]"


def test_who_speaks_to_another_program_imports_no_engine() -> None:
    code = (
        "import sys, bamboo_desktop.cli.running\n"
        "heavy = ('sqlite3', 'sqlalchemy', 'sqlmodel', 'pydantic', 'psutil', 'httpx', 'ruamel')\n"
        "ours = ('engine.door', 'engine.runs', 'store', 'providers', 'tools', 'domain.events')\n"
        "names = (*heavy, *(f'bamboo_desktop.{name}' for name in ours))\n"
        "print([name for name in names if name in sys.modules])"
    )
    assert fresh_interpreter(code) == "[]"


def test_the_door_of_the_engine_opens_all_it_offers() -> None:
    code = (
        "import bamboo_desktop.engine as door, bamboo_desktop.engine.remote as remote\n"
        "print([name for one in (door, remote) for name in one.__all__ if not hasattr(one, name)])"
    )
    assert fresh_interpreter(code) == "[]"


def test_the_frame_is_painted_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    code = f"""
import os, sys
os.environ.update(QT_QPA_PLATFORM="offscreen", BAMBOO_DATA_DIR={str(tmp_path)!r})
sys.argv = ["bamboo-desktop"]
from bamboo_desktop.app import first_frame
wait = first_frame.FirstFrame.wait_until_painted
def waited(self):
    self.window.painted.connect(lambda: shown.append(1))
    wait(self)
    heavy = ("asyncio", "sqlmodel", "sqlalchemy", "httpx", "pygments", "ssl", "qasync")
    ours = ("engine", "store", "ui.relay", "ui.views.workbench", "domain.events", "logs")
    names = (*heavy, *(f"bamboo_desktop.{{name}}" for name in ours))
    print(len(shown), [name for name in names if name in sys.modules], flush=True)
    os._exit(0)
shown = []
first_frame.FirstFrame.wait_until_painted = waited
from bamboo_desktop.__main__ import main
main()
"""
    assert fresh_interpreter(code) == "1 []"


def test_nothing_nests_a_qt_loop() -> None:
    """A nested loop inside a task loses the wake-ups of all the others."""
    forbidden = {"exec", "exec_", "processEvents"}
    before_any_task = {"app/first_frame.py"}
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        if name_of(path) not in before_any_task
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _called(node) in forbidden
    ]
    assert found == []


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def test_a_file_is_one_noun_of_at_most_250_lines() -> None:
    lines = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()
    }
    assert {name: count for name, count in lines.items() if count > 250} == {}


def test_no_file_is_named_after_nothing() -> None:
    empty_words = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert [name_of(path) for path in sources() if path.stem in empty_words] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in sources()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


# --- events --------------------------------------------------------------------------------------


def event_classes() -> list[type[Event]]:
    """Every event of every module of the package, whether anybody exports it or not."""
    modules = [
        importlib.import_module(f"{events.__name__}.{found.name}")
        for found in pkgutil.iter_modules(events.__path__)
    ]
    return [
        member
        for module in modules
        for member in vars(module).values()
        if dataclasses.is_dataclass(member)
        and isinstance(member, type)
        and issubclass(member, Event)
    ]


def test_every_event_is_in_the_union_and_nothing_else() -> None:
    assert set(event_classes()) == set(get_args(events.AgentEvent))


def test_every_event_can_be_had_from_the_package_itself() -> None:
    assert {kind.__name__ for kind in event_classes()} <= set(events.__all__)


def test_the_wire_names_of_events_are_unique() -> None:
    counts = Counter(kind.type_name() for kind in event_classes())
    assert [name for name, count in counts.items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in counts)


def test_every_event_is_a_frozen_value() -> None:
    loose = [
        kind.__name__
        for kind in event_classes()
        if not kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    ]
    assert loose == []


# --- the tree ------------------------------------------------------------------------------------


def test_the_top_of_the_tree_is_fixed() -> None:
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    present = {name for name in present if not name.endswith(".egg-info")} - MADE_BY_TOOLS
    assert present == TOP


def shipped_texts() -> Iterator[tuple[str, str]]:
    """Every text file of the tree with its name; pictures and caches are left out."""
    tops = [ROOT / name for name in TOP - {"uv.lock"}] + [ROOT / ".ci", ROOT / ".gitignore"]
    for top in tops:
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if not path.is_file() or "__pycache__" in path.parts:
                continue
            try:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_the_tree_does_not_know_the_machine_it_was_made_on() -> None:
    folders = "|".join(("work", "root", "home/[a-z]+/work", "var/tmp", "Users/[a-z]+/work"))
    private = re.compile(rf"(?<![\w.~}}$)-])/(?:{folders})/\w")
    found = [name for name, text in shipped_texts() if private.search(text)]
    assert found == []
