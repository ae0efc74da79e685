"""Book: what agents may do with schedules, and how it is put to the person first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice

from bamboo_desktop.domain.codec import second_text
from bamboo_desktop.domain.errors import ConflictError, InvalidInputError, NotFoundError
from bamboo_desktop.domain.ids import ScheduleId, SessionId
from bamboo_desktop.domain.run_config import ModelSource, RunConfig
from bamboo_desktop.domain.schedule import Schedule
from bamboo_desktop.domain.schedule_order import OrderText, ScheduleAction, ScheduleOrder
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.domain.session import Session
from bamboo_desktop.domain.trigger import Cron, Interval, Once, Trigger
from bamboo_desktop.engine.schedules.desk import Schedules
from bamboo_desktop.engine.schedules.drafting import draft_of
from bamboo_desktop.engine.schedules.founding import SCHEDULE_ID
from bamboo_desktop.engine.schedules.instants import instant_of
from bamboo_desktop.engine.schedules.occurrence_desk import Occurrences
from bamboo_desktop.store import schedules, sessions
from bamboo_desktop.store.database import Database
from bamboo_desktop.store.transaction import Tx

MOST_LISTED = 200
_SHOWN_FIRES = 3
_NOT_A_CHILD = (
    "Only a session that a person or a schedule began may manage schedules; report what is needed "
    "to the session that started this one."
)
_NOT_SCHEDULED = (
    "A scheduled run may not make or change schedules, unless its own schedule allows it; tell the "
    "person what you would change."
)
_NO_RULE = "A schedule needs one rule: cron, every_minutes or once_at."


class Book:
    """Describes and carries out the orders of agents."""

    def __init__(self, database: Database, desk: Schedules, occurrences: Occurrences) -> None:
        self._database = database
        self._desk = desk
        self._occurrences = occurrences

    async def described(self, order: ScheduleOrder, session_id: SessionId) -> OrderText:
        """What an order would come to; it has no effect.

        Raises:
            UserError: it cannot be carried out, or not from that session.
        """
        session = await self._checked(order, session_id)
        if order.action is ScheduleAction.CREATE:
            draft = self._new(order, session)
            return OrderText(
                sentence=f"Make the schedule '{draft.name}'.",
                whole=await self._whole(draft),
                about=draft.name,
            )
        present = await self._named(order.schedule)
        draft = draft_of(present)
        words = {
            ScheduleAction.EDIT: "Change the schedule '{}' to what is shown.",
            ScheduleAction.DELETE: "Move the schedule '{}' to the bin.",
            ScheduleAction.RUN_NOW: "Run the schedule '{}' once, now.",
        }
        if order.action is ScheduleAction.EDIT:
            draft = self._changed(order, draft)
        return OrderText(
            sentence=words[order.action].format(present.name),
            whole=await self._whole(draft),
            about=present.name,
        )

    async def act(self, order: ScheduleOrder, session_id: SessionId) -> str:
        """Carry an order out; returns what the agent reads.

        Raises:
            UserError: it cannot be carried out, or not from that session; nothing was changed.
        """
        session = await self._checked(order, session_id)
        if order.action is ScheduleAction.LIST:
            return await self._list()
        if order.action is ScheduleAction.CREATE:
            made = await self._desk.create(self._new(order, session))
            return f"Made: {self._line(made)}"
        present = await self._named(order.schedule)
        if order.action is ScheduleAction.EDIT:
            edited = await self._desk.edit(
                present.id,
                self._changed(order, draft_of(present)),
                expected_revision=present.revision,
            )
            return f"Changed: {self._line(edited)}"
        if order.action is ScheduleAction.DELETE:
            await self._desk.trash(present.id)
            return f"'{present.name}' is in the bin."
        await self._occurrences.run_now(present.id)
        return f"'{present.name}' is queued to run once, in a session of its own."

    async def _checked(self, order: ScheduleOrder, session_id: SessionId) -> Session:
        """The session an order comes from, if it may give it."""

        def work(tx: Tx) -> tuple[Session, Schedule | None]:
            session = sessions.get(tx, session_id)
            if session is None:
                raise NotFoundError("This session does not exist any more.")
            made_by = session.metadata.get(SCHEDULE_ID)
            found = schedules.get(tx, ScheduleId(made_by)) if made_by else None
            return session, found

        session, made_by = await self._database.read(work)
        if session.parent_session_id is not None:
            raise ConflictError(_NOT_A_CHILD)
        may_change = made_by is not None and made_by.run_config.may_change_schedules
        if order.action.changes and SCHEDULE_ID in session.metadata and not may_change:
            raise ConflictError(_NOT_SCHEDULED)
        return session

    def _new(self, order: ScheduleOrder, session: Session) -> ScheduleDraft:
        """A draft that uses the model and the folder of the session it is made in."""
        trigger = self._trigger(order)
        if trigger is None:
            raise InvalidInputError(_NO_RULE)
        if not (order.name or "").strip() or not (order.prompt or "").strip():
            raise InvalidInputError("A schedule needs a name and a prompt.")
        config = RunConfig(
            prompt=order.prompt or "",
            model=session.model,
            model_source=ModelSource.NONE if session.model is None else ModelSource.SCHEDULE,
            reasoning_effort=session.reasoning_effort,
            workspace=session.workspace if order.workspace is None else order.workspace,
        )
        return ScheduleDraft(
            name=order.name or "",
            trigger=trigger,
            zone=order.timezone or "UTC",
            run_config=config,
            is_enabled=bool(order.enabled),
        )

    def _changed(self, order: ScheduleOrder, draft: ScheduleDraft) -> ScheduleDraft:
        config = draft.run_config
        if order.prompt is not None:
            config = replace(config, prompt=order.prompt)
        if order.workspace is not None:
            config = replace(config, workspace=order.workspace)
        return replace(
            draft,
            name=order.name or draft.name,
            trigger=self._trigger(order) or draft.trigger,
            zone=order.timezone or draft.zone,
            run_config=config,
            is_enabled=draft.is_enabled if order.enabled is None else order.enabled,
        )

    def _trigger(self, order: ScheduleOrder) -> Trigger | None:
        given = [each for each in (order.cron, order.every_minutes, order.once_at) if each]
        if len(given) > 1:
            raise InvalidInputError(_NO_RULE)
        if order.cron:
            return Cron(expression=order.cron)
        if order.every_minutes:
            now = self._desk.now().replace(second=0, microsecond=0)
            return Interval(every=timedelta(minutes=order.every_minutes), anchor_at=now)
        return Once(at=instant_of(order.once_at, "once_at")) if order.once_at else None

    async def _named(self, text: str) -> Schedule:
        every = await self._desk.listed()
        found = [each for each in every if text in {each.id, each.name}]
        if len(found) != 1:
            known = "fits several schedules" if found else "is no schedule"
            raise NotFoundError(f"{text[:60]!r} {known}; give an id from the action list.")
        return found[0]

    async def _list(self) -> str:
        every = await self._desk.listed()
        lines = [self._line(each) for each in islice(every, MOST_LISTED)]
        if len(every) > MOST_LISTED:
            lines.append(f"... and {len(every) - MOST_LISTED:,} more")
        return "\n".join(lines) or "There are no schedules."

    def _line(self, schedule: Schedule) -> str:
        next_at = schedule.plan.next_at
        state = "on" if schedule.is_enabled else "off"
        after = f", next {second_text(next_at)}" if next_at is not None else ""
        return (
            f"{schedule.id}  {schedule.name}  ({self._desk.sentence_of(schedule)}; {state}{after})"
        )

    async def _whole(self, draft: ScheduleDraft) -> str:
        """Everything a schedule would be, for the person to read."""
        shown = await self._desk.preview(
            draft.trigger, draft.zone, window=draft.window, policies=draft.policies,
            count=_SHOWN_FIRES,
        )  # fmt: skip
        config = draft.run_config
        rule = draft.trigger.expression if isinstance(draft.trigger, Cron) else ""
        lines = [
            f"Name: {draft.name}",
            f"When: {shown.sentence}{f'  ({rule})' if rule else ''}",
            f"Next: {', '.join(second_text(fire.at) for fire in shown.fires) or 'never'}",
            *(f"Note: {warning}" for warning in shown.warnings),
            f"Switched on: {'yes' if draft.is_enabled else 'no'}",
            f"Model: {config.model or 'the default one'}",
            f"Folder: {config.workspace or 'none'}",
            *(f"Allowed without asking: {each}" for each in config.allow_rules),
            "Prompt:",
            config.prompt,
        ]
        return "\n".join(lines)
