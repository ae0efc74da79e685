"""The toolbox of an engine, built from its options."""

from __future__ import annotations

from bamboo_desktop.engine.background import BackgroundEnds
from bamboo_desktop.engine.options import EngineOptions
from bamboo_desktop.store.database import Database
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.schedule import ScheduleBook
from bamboo_desktop.tools.toolbox import ToolBox


def toolbox_of(
    options: EngineOptions,
    database: Database,
    *,
    tasks: TaskSet,
    tool_tasks: TaskSet,
    book: ScheduleBook,
) -> ToolBox:
    """The standard tools; what a background command ends with is told to its session."""
    return ToolBox.standard(
        tasks=tool_tasks,
        clock=options.clock,
        ids=options.ids,
        environ=options.environ,
        protected=(options.data_dir, *options.protected),
        schedules=book,
        on_background_end=BackgroundEnds(database, tasks).told,
    )
