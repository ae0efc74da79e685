"""Exports of a session: Markdown for people, JSON for programs. Keys are in neither."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bamboo_desktop.domain.codec import second_text, to_jsonable
from bamboo_desktop.domain.ids import SessionId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.transcript import (
    EntryKind,
    RunEndView,
    ToolCallView,
    TranscriptEntry,
)
from bamboo_desktop.engine.runs.replies import labels

FORMAT_VERSION = 1
_BACKTICKS = re.compile("`+")


def to_json(session_id: SessionId, title: str, entries: Sequence[TranscriptEntry]) -> str:
    """The whole session as one JSON document."""
    document = {
        "format": "bamboo-desktop session",
        "version": FORMAT_VERSION,
        "session_id": session_id,
        "title": title,
        "entries": [to_jsonable(entry) for entry in entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def to_markdown(title: str, entries: Sequence[TranscriptEntry]) -> str:
    """The whole session as a Markdown document."""
    blocks = [f"# {title}"]
    blocks += [text for entry in entries if (text := _entry(entry))]
    return "\n\n".join(blocks) + "\n"


def _entry(entry: TranscriptEntry) -> str:
    match entry.kind:
        case EntryKind.USER:
            return f"## You, {second_text(entry.at)}\n\n{entry.text}"
        case EntryKind.ASSISTANT:
            return entry.text + ("\n\n*(not finished)*" if entry.is_partial else "")
        case EntryKind.THINKING:
            return "\n".join(f"> {line}" for line in entry.text.splitlines())
        case EntryKind.NOTE:
            return f"*{entry.text}*"
        case _:
            return _joined(entry)


def _joined(entry: TranscriptEntry) -> str:
    if entry.call is not None:
        return _call(entry.call)
    if entry.question is not None:
        return _question(entry.question)
    return _run_end(entry.run_end) if entry.run_end is not None else ""


def _call(call: ToolCallView) -> str:
    outcome = call.outcome.value if call.outcome is not None else call.state.value
    head = f"**{call.tool}** {call.headline} ({outcome})"
    blocks = [head, _fenced(call.arguments, "json")]
    if call.diff:
        blocks.append(_fenced(call.diff, "diff"))
    if call.content:
        blocks.append(_fenced(call.content, ""))
    return "\n\n".join(blocks)


def _fenced(text: str, language: str) -> str:
    """A fence longer than any run of backticks in the text."""
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def _question(record: QuestionRecord) -> str:
    lines = [f"**Question:** {record.question.title}".rstrip()]
    lines += [f"- {item.prompt}" for item in record.question.items]
    if record.answer is not None:
        for item in record.answer.items:
            told = ", ".join(labels(record.question, item)) or item.text
            lines.append(f"- Answer ({record.answer.whereby}): {told}")
        if record.answer.note:
            lines.append(f"- Note: {record.answer.note}")
    elif record.withdrawn_at is not None:
        lines.append("- Withdrawn.")
    else:
        lines.append("- Not answered yet.")
    return "\n".join(lines)


def _run_end(end: RunEndView) -> str:
    tokens = end.usage.total_tokens
    error = f": {end.error}" if end.error else ""
    return (
        f"---\n\n*Run {end.status.value}{error}, {end.duration_ms / 1000:.1f} s, {tokens} tokens*"
    )
