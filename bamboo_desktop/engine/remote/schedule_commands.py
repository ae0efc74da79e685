"""Commands that change schedules, from outside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.model import ModelRef
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.engine.remote import schedule_shapes as shapes
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.choosing import Choice, chosen_model
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.engine.remote.schedule_listings import named
from bamboo_desktop.engine.remote.schedule_wishes import changed_draft, new_draft
from bamboo_desktop.engine.remote.shapes import Json
from bamboo_desktop.engine.remote.starting import playbook_model
from bamboo_desktop.engine.schedules.drafting import draft_of
from bamboo_desktop.engine.schedules.instants import instant_of


async def add(context: CommandContext, arguments: Arguments) -> Json:
    """Make a schedule."""
    draft = new_draft(
        arguments, await _model(context, arguments), now=context.engine.schedules.now()
    )
    made = await context.engine.schedules.create(draft)
    return {**await _shape(context, made), "warnings": await _warnings(context, draft)}


async def edit(context: CommandContext, arguments: Arguments) -> Json:
    """Change what is named of a schedule."""
    present = await named(context.engine, arguments.text("schedule"))
    draft = changed_draft(
        draft_of(present),
        arguments,
        await _model(context, arguments),
        now=context.engine.schedules.now(),
    )
    edited = await context.engine.schedules.edit(
        present.id, draft, expected_revision=present.revision
    )
    return {**await _shape(context, edited), "warnings": await _warnings(context, draft)}


async def remove(context: CommandContext, arguments: Arguments) -> Json:
    """Into the bin, or for good what is in it."""
    text, schedules = arguments.text("schedule"), context.engine.schedules
    if arguments.flag("for_good"):
        present = await named(context.engine, text, in_bin=True)
        await schedules.purge(present.id)
    else:
        present = await named(context.engine, text)
        await schedules.trash(present.id)
    return {"id": present.id, "name": present.name}


async def restore(context: CommandContext, arguments: Arguments) -> Json:
    """Back from the bin."""
    present = await named(context.engine, arguments.text("schedule"), in_bin=True)
    return await _shape(context, await context.engine.schedules.restore(present.id))


async def switch(context: CommandContext, arguments: Arguments) -> Json:
    """Switch on or off."""
    present = await named(context.engine, arguments.text("schedule"))
    enabled = arguments.flag("enabled")
    return await _shape(
        context, await context.engine.schedules.set_enabled(present.id, enabled=enabled)
    )


async def pause(context: CommandContext, arguments: Arguments) -> Json:
    """Let it stand still."""
    present = await named(context.engine, arguments.text("schedule"))
    until = arguments.text("until")
    return await _shape(
        context,
        await context.engine.schedules.pause(
            present.id, until=instant_of(until, "--until") if until else None
        ),
    )


async def resume(context: CommandContext, arguments: Arguments) -> Json:
    """End a pause."""
    present = await named(context.engine, arguments.text("schedule"))
    return await _shape(context, await context.engine.schedules.resume(present.id))


async def _model(context: CommandContext, arguments: Arguments) -> ModelRef | None:
    playbook = arguments.text("playbook")
    if playbook:
        _, model = await playbook_model(context, playbook)
        return model
    return await chosen_model(context, Choice.read(arguments))


async def _warnings(context: CommandContext, draft: ScheduleDraft) -> list[str]:
    """What the person should know about what was just stored."""
    try:
        shown = await context.engine.schedules.preview(
            draft.trigger,
            draft.zone,
            window=draft.window,
            policies=draft.policies,
            run_config=draft.run_config,
        )
    except InvalidInputError:
        # It is stored already; a rule that cannot be looked at is told in its sentence.
        return []
    return list(shown.warnings)


async def _shape(context: CommandContext, schedule: Schedule) -> Json:
    views = context.engine.schedules
    return shapes.whole(await views.summary(schedule.id), views.now())


SCHEDULE_COMMANDS: Mapping[str, Callable[[CommandContext, Arguments], Awaitable[Json]]] = {
    "schedule_add": add,
    "schedule_edit": edit,
    "schedule_remove": remove,
    "schedule_restore": restore,
    "schedule_switch": switch,
    "schedule_pause": pause,
    "schedule_resume": resume,
}
