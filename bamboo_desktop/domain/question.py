"""Questions a run stops for, and their answers.

A question has one id and one to n items; one answer covers all its items. Answers go by option
id, never by label: labels may repeat, be translated or be reworded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bamboo_desktop.domain.errors import InvalidAnswerError
from bamboo_desktop.domain.ids import ItemId, OptionId, QuestionId, RunId, SessionId, ToolCallId


class QuestionKind(StrEnum):
    """What the question is about; it decides which dialog shows it and what the answer does."""

    ASK = "ask"
    CONSENT = "consent"
    UNKNOWN_EFFECT = "unknown_effect"
    CONTEXT_FULL = "context_full"
    LOOP_GUARD = "loop_guard"
    BUDGET = "budget"


class ItemKind(StrEnum):
    """What kind of answer an item takes."""

    SINGLE = "single"
    MULTI = "multi"
    CONFIRM = "confirm"
    TEXT = "text"


CONFIRM_YES = OptionId("yes")
CONFIRM_NO = OptionId("no")

ALLOW_ONCE = OptionId("allow_once")
ALLOW_SESSION = OptionId("allow_session")
ALLOW_ALWAYS = OptionId("allow_always")
DENY = OptionId("deny")

EFFECT_RUN_AGAIN = OptionId("run_again")
EFFECT_SKIP = OptionId("skip")
EFFECT_WORKED = OptionId("it_worked")

CONSENT_ITEM = ItemId("consent")
EFFECT_ITEM = ItemId("effect")


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One thing that can be chosen; the id is stable, the label is for people."""

    id: OptionId
    label: str
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionItem:
    """One thing that is asked.

    `min_choices` and `max_choices` bound a MULTI item (None: no upper bound). A CONFIRM item has
    the options yes and no. `allow_custom` lets the person write an answer of their own instead.
    `default` names the options taken when a deadline passes; empty means that none is.
    """

    id: ItemId
    kind: ItemKind
    prompt: str
    options: tuple[Option, ...] = ()
    allow_custom: bool = False
    min_choices: int = 1
    max_choices: int | None = None
    default: tuple[OptionId, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentRequest:
    """What an approval is bound to: exactly these arguments, by their SHA-256 in `digest`.

    `sentence` says in words what will happen, `exact` is the command or the unified diff, `where`
    the folder, file or host it touches. `rule` is the text of the rule that "Always" would add.
    `is_unusual` marks what deserves a second look (leaves the workspace, hides characters).
    """

    tool: str
    sentence: str
    exact: str
    where: str
    digest: str
    rule: str
    reason: str = ""
    is_unusual: bool = False
    warning: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingQuestion:
    """A question that a session waits for. It waits for ever unless a person set a deadline.

    `attempt` is the number of the start that a question about an effect asks about: its answer
    says nothing about a later start of the same call.
    """

    id: QuestionId
    session_id: SessionId
    run_id: RunId
    kind: QuestionKind
    items: tuple[QuestionItem, ...]
    asked_at: datetime
    tool_call_id: ToolCallId | None = None
    title: str = ""
    consent: ConsentRequest | None = None
    deadline_at: datetime | None = None
    attempt: int = 0

    def item(self, item_id: ItemId) -> QuestionItem | None:
        """The item with that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemAnswer:
    """The answer to one item: chosen options, or text of the person's own, or both empty."""

    item_id: ItemId
    option_ids: tuple[OptionId, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer to all items of a question.

    `answered_by` is where it came from: "window", "bambooctl", "deadline" or "engine".
    """

    question_id: QuestionId
    items: tuple[ItemAnswer, ...]
    answered_at: datetime
    answered_by: str
    note: str = ""

    @property
    def whereby(self) -> str:
        """Where it came from, as words in a sentence."""
        return {
            "window": "in the window",
            "deadline": "by its own default when the time limit passed",
            "engine": "by a rule",
        }.get(self.answered_by, f"by {self.answered_by}")

    def chosen(self, item_id: ItemId) -> tuple[OptionId, ...]:
        """The option ids chosen for that item."""
        return next((item.option_ids for item in self.items if item.item_id == item_id), ())


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionRecord:
    """A question with its answer, or with None while it is open.

    `withdrawn_at` is set when the session was stopped or deleted while it waited.
    """

    question: PendingQuestion
    answer: Answer | None = None
    withdrawn_at: datetime | None = None
    session_title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerDraft:
    """What a person has begun to answer; kept so that closing the dialog loses nothing."""

    question_id: QuestionId
    items: tuple[ItemAnswer, ...]
    note: str = ""


def check_answer(question: PendingQuestion, items: tuple[ItemAnswer, ...]) -> None:
    """Check that the items fit the question.

    Raises:
        InvalidAnswerError: with a sentence that names the item and what it takes.
    """
    given = [item.item_id for item in items]
    if len(set(given)) != len(given):
        raise InvalidAnswerError("The answer names the same item twice; give each item once.")
    unknown = [item_id for item_id in given if question.item(item_id) is None]
    if unknown:
        names = ", ".join(item.id for item in question.items)
        raise InvalidAnswerError(
            f"The question has no item '{unknown[0]}'; its items are: {names}."
        )
    by_id = {item.item_id: item for item in items}
    for item in question.items:
        _check_item(item, by_id.get(item.id))


def _check_item(item: QuestionItem, answer: ItemAnswer | None) -> None:
    if answer is None:
        raise InvalidAnswerError(f"'{item.prompt}' has no answer yet (item '{item.id}').")
    if item.kind is ItemKind.TEXT:
        if answer.option_ids or not answer.text.strip():
            raise InvalidAnswerError(f"'{item.prompt}' takes a text (item '{item.id}').")
        return
    _check_options(item, answer)


def _check_options(item: QuestionItem, answer: ItemAnswer) -> None:
    known = {option.id for option in item.options}
    wrong = [chosen for chosen in answer.option_ids if chosen not in known]
    if wrong:
        raise InvalidAnswerError(
            f"'{wrong[0]}' is no option of item '{item.id}'; its options are: "
            f"{', '.join(option.id for option in item.options)}."
        )
    if answer.text.strip() and not item.allow_custom:
        raise InvalidAnswerError(f"Item '{item.id}' takes one of its options, not a text.")
    if answer.text.strip() and not answer.option_ids:
        return
    low, high = (1, 1) if item.kind is not ItemKind.MULTI else (item.min_choices, item.max_choices)
    count = len(set(answer.option_ids))
    if count < low or (high is not None and count > high):
        raise InvalidAnswerError(f"'{item.prompt}' takes {_bounds(low, high)} (item '{item.id}').")


def _bounds(low: int, high: int | None) -> str:
    if high is None:
        return f"at least {low} choices"
    return "exactly one choice" if low == high == 1 else f"{low} to {high} choices"
