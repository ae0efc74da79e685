"""Consents: was a call agreed to, by a grant, a rule of the run, or an answer bound to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bamboo_desktop.domain.ids import QuestionId, SessionId
from bamboo_desktop.domain.question import (
    ALLOW_ALWAYS,
    ALLOW_ONCE,
    ALLOW_SESSION,
    CONSENT_ITEM,
    DENY,
    EFFECT_ITEM,
    EFFECT_RUN_AGAIN,
    EFFECT_SKIP,
    EFFECT_WORKED,
    Answer,
    ConsentRequest,
    ItemKind,
    Option,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from bamboo_desktop.domain.tool import CallRecord
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.store import grants
from bamboo_desktop.tools import consent

GUARD_ITEM = EFFECT_ITEM
GUARD_GO_ON = EFFECT_RUN_AGAIN
GUARD_SKIP = EFFECT_SKIP


@dataclass(frozen=True, slots=True)
class Allowed:
    """The call may run."""

    by_rule: bool


@dataclass(frozen=True, slots=True)
class Denied:
    """The person said no; the note is what they added."""

    note: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nobody has agreed to exactly this call yet."""


Verdict = Allowed | Denied | NotAsked


class Consents:
    """Judges consent requests of one session's run."""

    def __init__(
        self, services: RunServices, session_id: SessionId, allow_rules: tuple[str, ...]
    ) -> None:
        self._services = services
        self._session_id = session_id
        self._allow_rules = allow_rules

    async def judge(self, request: ConsentRequest, asked: QuestionRecord | None) -> Verdict:
        """The verdict on a request, given the last question that was asked about the call.

        An answer counts only for exactly what it was shown: the digests have to be equal.
        """
        if asked is not None and asked.answer is not None and _is_about(asked, request):
            return _verdict(asked.answer)
        if await self._by_rule(request):
            return Allowed(by_rule=True)
        return NotAsked()

    async def _by_rule(self, request: ConsentRequest) -> bool:
        active = await self._services.database.read(lambda tx: grants.active(tx, self._session_id))
        rules = [*self._allow_rules, *(grant.rule for grant in active)]
        return not consent.needs_consent(request, rules)

    def question(self, call: CallRecord, request: ConsentRequest) -> PendingQuestion:
        """The question that asks for this consent."""
        options = [
            Option(id=ALLOW_ONCE, label="Allow once", description="Only this one call."),
            Option(
                id=ALLOW_SESSION,
                label="Allow for this session",
                description=f"Also later calls in this session that match {request.rule}.",
            ),
            Option(
                id=ALLOW_ALWAYS,
                label="Always...",
                description=f"In every session from now on: {request.rule}.",
            ),
            Option(id=DENY, label="Deny", description="The agent is told that you said no."),
        ]
        if not request.rule:
            options = [options[0], options[-1]]
        item = QuestionItem(
            id=CONSENT_ITEM,
            kind=ItemKind.SINGLE,
            prompt=request.sentence,
            options=tuple(options),
        )
        return self._about(call, QuestionKind.CONSENT, item, consent_request=request)

    def effect_question(self, call: CallRecord) -> PendingQuestion:
        """The question about an effect that may or may not have happened."""
        return effect_question(
            QuestionId(self._services.ids.fresh()), call, self._services.clock.now()
        )

    def guard_question(self, call: CallRecord, count: int) -> PendingQuestion:
        """The question whether a call that is made again and again shall run once more."""
        item = QuestionItem(
            id=GUARD_ITEM,
            kind=ItemKind.SINGLE,
            prompt=f"The agent has asked for exactly this {count} times in a row.",
            options=(
                Option(
                    id=GUARD_GO_ON,
                    label="Let it run",
                    description="Only this once. It may make sense where it waits for something.",
                ),
                Option(
                    id=GUARD_SKIP,
                    label="Skip it",
                    description="The agent is told to try something else.",
                ),
            ),
        )
        return self._about(call, QuestionKind.LOOP_GUARD, item)

    def _about(
        self,
        call: CallRecord,
        kind: QuestionKind,
        item: QuestionItem,
        *,
        consent_request: ConsentRequest | None = None,
    ) -> PendingQuestion:
        return PendingQuestion(
            id=QuestionId(self._services.ids.fresh()),
            session_id=call.session_id,
            run_id=call.run_id,
            kind=kind,
            items=(item,),
            asked_at=self._services.clock.now(),
            tool_call_id=call.call_id,
            title=_title(call),
            consent=consent_request,
        )


def effect_question(
    question_id: QuestionId, call: CallRecord, asked_at: datetime
) -> PendingQuestion:
    """The question about a call that was started, and whose end nobody saw."""
    item = QuestionItem(
        id=EFFECT_ITEM,
        kind=ItemKind.SINGLE,
        prompt=(
            "The program ended while this ran, and nobody saw whether it was done, in part or "
            "wholly. Look before you choose."
        ),
        options=(
            Option(
                id=EFFECT_RUN_AGAIN,
                label="Run again",
                description="Do it once more. Choose this when a repeat does no harm.",
            ),
            Option(
                id=EFFECT_SKIP,
                label="Skip",
                description="Leave it. The agent is told that it may have happened.",
            ),
            Option(
                id=EFFECT_WORKED,
                label="It worked",
                description="You have looked: it is done. The agent goes on from there.",
            ),
        ),
    )
    return PendingQuestion(
        id=question_id,
        session_id=call.session_id,
        run_id=call.run_id,
        kind=QuestionKind.UNKNOWN_EFFECT,
        items=(item,),
        asked_at=asked_at,
        tool_call_id=call.call_id,
        title=_title(call),
        attempt=call.attempt,
    )


def _title(call: CallRecord) -> str:
    return f"{call.tool}: {call.headline}" if call.headline else call.tool


def is_about_attempt(asked: QuestionRecord, call: CallRecord) -> bool:
    """True when the question asks about the effect of the call's latest start, and no earlier."""
    question = asked.question
    return question.kind is QuestionKind.UNKNOWN_EFFECT and question.attempt == call.attempt


def _is_about(asked: QuestionRecord, request: ConsentRequest) -> bool:
    shown = asked.question.consent
    return shown is not None and shown.digest == request.digest


def _verdict(answer: Answer) -> Verdict:
    chosen = answer.chosen(CONSENT_ITEM)
    if DENY in chosen or not chosen:
        return Denied(answer.note)
    return Allowed(by_rule=False)
