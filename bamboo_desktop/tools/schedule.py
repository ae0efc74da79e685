"""Schedule: lets an agent see schedules, and make or change one if the person agrees."""

from __future__ import annotations

from typing import Any, Protocol

from typing_extensions import override

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.domain.schedule_order import OrderText, ScheduleAction, ScheduleOrder
from bamboo_desktop.domain.tool import ScheduleRequest, ToolClass, ToolReply, ToolSpec
from bamboo_desktop.tools import consent
from bamboo_desktop.tools.plainkind import PlainKind
from bamboo_desktop.tools.port import Arguments, ToolArgumentError, ToolCallError, ToolContext
from bamboo_desktop.tools.visible import one_line

_TEXT = {"type": "string", "maxLength": 200}

SPEC = ToolSpec(
    name="Schedule",
    description=(
        "See and manage what runs by itself at certain times. `list` shows all schedules with "
        "their ids. `create` needs name, prompt and one rule: `cron` (five fields, such as "
        "0 9 * * 1-5), `every_minutes`, or `once_at` (an instant with its zone, such as "
        "2026-03-29T09:00:00Z). A new schedule is switched off unless `enabled` is true. `edit` "
        "changes only what is given; `delete` moves it to the bin; `run_now` runs it once more. "
        "The person is shown all of it and asked before anything is made, changed or run. The "
        "prompt has to stand by itself: a run starts in a session of its own and knows nothing of "
        "this one."
    ),
    parameters={
        "type": "object",
        "properties": {
            "action": {"type": "string", "enum": [action.value for action in ScheduleAction]},
            "schedule": {**_TEXT, "description": "Id or name, for edit, delete and run_now."},
            "name": _TEXT,
            "cron": _TEXT,
            "every_minutes": {"type": "integer", "minimum": 1, "maximum": 527_040},
            "once_at": _TEXT,
            "timezone": {**_TEXT, "description": "Such as Europe/Berlin; UTC when left out."},
            "prompt": {"type": "string", "maxLength": 100_000},
            "workspace": {"type": "string", "maxLength": 4096},
            "enabled": {"type": "boolean"},
        },
        "required": ["action"],
        "additionalProperties": False,
    },
)


class ScheduleBook(Protocol):
    """What the engine tells of schedules."""

    async def described(self, order: ScheduleOrder, session_id: SessionId) -> OrderText:
        """What an order would come to; it has no effect.

        Raises:
            UserError: it cannot be carried out, or not from that session.
        """
        ...


class Schedule(PlainKind):
    """Turns a call into an order, which the engine carries out."""

    def __init__(self, book: ScheduleBook) -> None:
        super().__init__(SPEC, ToolClass.EFFECT, headline="action")
        self._book = book

    @override
    def classify(self, arguments: Arguments) -> ToolClass:
        """Looking changes nothing."""
        is_look = arguments.get("action") == ScheduleAction.LIST
        return ToolClass.READ if is_look else ToolClass.EFFECT

    @override
    def headline(self, arguments: Arguments) -> str:
        """What is done, and to which schedule."""
        about = arguments.get("name") or arguments.get("schedule") or ""
        return one_line(f"{arguments.get('action', '')} {about}".strip())

    @override
    async def consent(self, arguments: Arguments, context: ToolContext) -> ConsentRequest | None:
        """The whole schedule as it would be; no rule stands for having seen it."""
        order = _order(arguments)
        if order.action is ScheduleAction.LIST:
            return None
        try:
            told = await self._book.described(order, context.session_id)
        except UserError as error:
            raise ToolCallError(error.sentence) from error
        return consent.build(
            tool=SPEC.name,
            sentence=told.sentence,
            exact=told.whole,
            where=told.about,
            digest=consent.digest_of(SPEC.name, arguments, context.workspace, told.whole),
            rule="",
        )

    @override
    async def run(self, arguments: Arguments, context: ToolContext) -> ToolReply:
        """The request."""
        return ScheduleRequest(order=_order(arguments))


def _order(arguments: Arguments) -> ScheduleOrder:
    values: dict[str, Any] = {**arguments, "action": ScheduleAction(arguments["action"])}
    order = ScheduleOrder(**values)
    if order.action in {ScheduleAction.LIST, ScheduleAction.CREATE}:
        return order
    if not order.schedule:
        raise ToolArgumentError(f"{order.action} needs `schedule`, an id or a name from `list`.")
    return order
