"""What the model reads where a person, and not a tool, decided how a call ended."""

from __future__ import annotations

import json

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.question import (
    EFFECT_ITEM,
    EFFECT_RUN_AGAIN,
    EFFECT_SKIP,
    EFFECT_WORKED,
    Answer,
    ItemAnswer,
    PendingQuestion,
)
from bamboo_desktop.domain.tool import CallRecord, ToolResult


def answered(question: PendingQuestion, answer: Answer) -> ToolResult:
    """The answer to an asked question as JSON: option ids, labels, text, note."""
    items = [_item(question, item) for item in answer.items]
    content = json.dumps({"answers": items, "note": answer.note}, ensure_ascii=False)
    return ToolResult(outcome=ToolOutcome.OK, content=content)


def _item(question: PendingQuestion, answer: ItemAnswer) -> dict[str, object]:
    return {
        "item": answer.item_id,
        "options": list(answer.option_ids),
        "labels": list(labels(question, answer)),
        "text": answer.text,
    }


def labels(question: PendingQuestion, answer: ItemAnswer) -> tuple[str, ...]:
    """The labels of the chosen options, for people; decisions are made by id only."""
    item = question.item(answer.item_id)
    options = item.options if item is not None else ()
    return tuple(option.label for option in options if option.id in answer.option_ids)


def denied(call: CallRecord, note: str) -> ToolResult:
    """The person said no."""
    reason = f" They wrote: {note}" if note.strip() else ""
    return ToolResult(
        outcome=ToolOutcome.DENIED,
        content=f"The person did not allow this call. {_done_so_far(call)}{reason}",
    )


def withdrawn(call: CallRecord) -> ToolResult:
    """The question was taken back."""
    return ToolResult(
        outcome=ToolOutcome.CANCELLED,
        content=f"The question was withdrawn before it was answered. {_done_so_far(call)}",
    )


def _done_so_far(call: CallRecord) -> str:
    if not call.may_have_happened:
        return "Nothing was done."
    return (
        "It had been started before, and the program ended meanwhile: it may or may not have had "
        "its effect. Look before you rely on it."
    )


def repeated(tool: str, count: int) -> ToolResult:
    """The same call was made too often in a row."""
    return ToolResult(
        outcome=ToolOutcome.ERROR,
        content=(
            f"This is call number {count} of {tool} with the same arguments in a row, so it was "
            "not run. The result would be the same: try something else, or say what is missing."
        ),
    )


def skipped() -> ToolResult:
    """The person let a call that was made again and again not run once more."""
    return ToolResult(
        outcome=ToolOutcome.DENIED,
        content=(
            "The person chose not to run this call: you have made it several times in a row with "
            "the same arguments. Try something else, or say what is missing."
        ),
    )


def too_many(limit: int) -> ToolResult:
    """The model asked for more calls than one round may have."""
    return ToolResult(
        outcome=ToolOutcome.ERROR,
        content=f"Not run: one round may have {limit} calls. Make the rest in the next one.",
    )


def is_skip(answer: Answer) -> bool:
    """True when the person chose not to run the call again."""
    return EFFECT_RUN_AGAIN not in answer.chosen(EFFECT_ITEM)


def after_unknown(answer: Answer | None) -> ToolResult | None:
    """What the person decided about an effect nobody saw the end of; None means: run it again."""
    chosen = answer.chosen(EFFECT_ITEM) if answer is not None else (EFFECT_SKIP,)
    if EFFECT_RUN_AGAIN in chosen:
        return None
    if EFFECT_WORKED in chosen:
        return ToolResult(
            outcome=ToolOutcome.OK,
            content=(
                "The program ended during this call. The person has looked and says that it "
                "worked. Its output is not known."
            ),
        )
    return ToolResult(
        outcome=ToolOutcome.INTERRUPTED,
        content=(
            "The program ended during this call. It may or may not have had its effect, and the "
            "person chose not to repeat it. Look before you rely on it."
        ),
    )
