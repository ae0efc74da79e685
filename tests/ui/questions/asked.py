"""Questions and approvals as tests ask them."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from bamboo_desktop.domain.ids import ItemId, OptionId, QuestionId, RunId, SessionId
from bamboo_desktop.domain.question import (
    ALLOW_ALWAYS,
    ALLOW_ONCE,
    ALLOW_SESSION,
    CONSENT_ITEM,
    DENY,
    ConsentRequest,
    ItemKind,
    Option,
    PendingQuestion,
    QuestionItem,
    QuestionKind,
    QuestionRecord,
)
from tests.sim import START


def options(*labels: str, description: str = "") -> tuple[Option, ...]:
    return tuple(
        Option(id=OptionId(f"o{place}"), label=text, description=description)
        for place, text in enumerate(labels, start=1)
    )


def item(
    prompt: str = "Update httpx now?",
    *,
    kind: ItemKind = ItemKind.SINGLE,
    labels: tuple[str, ...] = ("Yes", "No", "Later"),
    item_id: str = "i1",
    allow_custom: bool = False,
    low: int = 1,
    high: int | None = None,
    description: str = "",
) -> QuestionItem:
    return QuestionItem(
        id=ItemId(item_id),
        kind=kind,
        prompt=prompt,
        options=options(*labels, description=description) if kind is not ItemKind.TEXT else (),
        allow_custom=allow_custom,
        min_choices=low,
        max_choices=high,
    )


def ask(
    *items: QuestionItem,
    name: str = "q1",
    session: str = "s1",
    session_title: str = "Nightly dependency check",
    kind: QuestionKind = QuestionKind.ASK,
    title: str = "",
    minutes_ago: int = 5,
) -> QuestionRecord:
    return QuestionRecord(
        question=PendingQuestion(
            id=QuestionId(name),
            session_id=SessionId(session),
            run_id=RunId("r1"),
            kind=kind,
            items=items or (item(),),
            asked_at=START - timedelta(minutes=minutes_ago),
            title=title,
        ),
        session_title=session_title,
    )


def approval(
    exact: str = "rm -rf build",
    *,
    name: str = "q1",
    session: str = "s1",
    sentence: str = "Run a command in the shop folder",
    where: str = "/home/me/code/shop",
    reason: str = "The build folder holds stale files.",
    rule: str = "Bash(rm -rf build)",
    warning: str = "",
    minutes_ago: int = 5,
) -> QuestionRecord:
    labels = (
        (ALLOW_ONCE, "Allow once"),
        (ALLOW_SESSION, "Allow for this session"),
        (ALLOW_ALWAYS, "Always"),
        (DENY, "Deny"),
    )
    made = QuestionItem(
        id=CONSENT_ITEM,
        kind=ItemKind.SINGLE,
        prompt=sentence,
        options=tuple(Option(id=option_id, label=text) for option_id, text in labels),
    )
    record = ask(
        made, name=name, session=session, kind=QuestionKind.CONSENT, minutes_ago=minutes_ago
    )
    consent = ConsentRequest(
        tool="Bash",
        sentence=sentence,
        exact=exact,
        where=where,
        digest="d",
        rule=rule,
        reason=reason,
        is_unusual=bool(warning),
        warning=warning,
    )
    question = dataclasses.replace(record.question, consent=consent)
    return dataclasses.replace(record, question=question)
