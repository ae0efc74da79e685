"""Shapes: what values look like in the control protocol and in `--json` output."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from bamboo_desktop.domain.codec import second_text, to_jsonable
from bamboo_desktop.domain.events import Envelope, StoredEvent
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.domain.session import SessionSummary
from bamboo_desktop.domain.transcript import TranscriptEntry

Json = dict[str, Any]
_FRACTION = re.compile(r"\A(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z\Z")

log = logging.getLogger(__name__)


def value(item: object) -> Any:
    """A frozen value as JSON whose instants are whole seconds, as in all output."""
    return _whole(to_jsonable(item), "")


def _whole(item: Any, name: str) -> Any:
    if isinstance(item, dict):
        return {key: _whole(inner, key) for key, inner in item.items()}
    if isinstance(item, list):
        return [_whole(inner, name) for inner in item]
    if isinstance(item, str) and (name == "at" or name.endswith("_at")):
        return _FRACTION.sub(r"\1Z", item)
    return item


def stored_event(event: StoredEvent) -> Json:
    """A durable event of the feed; of one that is damaged, what can still be read."""
    return {
        "seq": event.account_sequence,
        "session_id": event.session_id,
        "run_id": event.run_id,
        "at": second_text(event.at),
        "type": event.type,
        "data": _whole(_data(event), ""),
    }


def _data(event: StoredEvent) -> Json:
    try:
        found = json.loads(event.data)
    except (ValueError, TypeError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    log.warning("the stored event %d is damaged: %.80r", event.account_sequence, event.data)
    return {}


def envelope(item: Envelope, last_sequence: int) -> Json:
    """A live event; a transient one carries the last durable sequence and its own index."""
    shape: Json = {
        "seq": item.account_sequence or last_sequence,
        "session_id": item.session_id,
        "run_id": item.run_id,
        "at": second_text(item.at),
        "type": item.event.type_name(),
        "data": value(item.event),
    }
    if item.index is not None:
        shape["index"] = item.index
    return shape


def summary(row: SessionSummary) -> Json:
    """One session of the list."""
    session = row.session
    return {
        "id": session.id,
        "title": session.title,
        "status": row.status.value if row.status is not None else None,
        "open_questions": row.open_questions,
        "question": row.question,
        "last_line": row.last_line,
        "error": row.error,
        "model": str(session.model) if session.model is not None else None,
        "workspace": session.workspace,
        "pinned": session.is_pinned,
        "archived": session.is_archived,
        "messages": row.message_count,
        "tokens": row.usage.total_tokens,
        "cost_micros": row.usage.cost_micros,
        "created_at": second_text(session.created_at),
        "last_activity_at": second_text(row.last_activity_at),
    }


def question(record: QuestionRecord) -> Json:
    """A question with the ids an answer needs."""
    asked = record.question
    return {
        "id": asked.id,
        "session_id": asked.session_id,
        "session_title": record.session_title,
        "kind": asked.kind.value,
        "title": asked.title,
        "asked_at": second_text(asked.asked_at),
        "items": [value(item) for item in asked.items],
        "consent": value(asked.consent) if asked.consent is not None else None,
        "answered": record.answer is not None,
    }


def entry(item: TranscriptEntry) -> Json:
    """One row of a session's transcript."""
    shape: Json = {
        "position": item.position,
        "kind": item.kind.value,
        "at": second_text(item.at),
        "run_id": item.run_id,
        "text": item.text,
        "partial": item.is_partial,
    }
    if item.call is not None:
        shape["call"] = value(item.call)
    if item.question is not None:
        shape["question"] = question(item.question)
    if item.run_end is not None:
        shape["run_end"] = value(item.run_end)
    return shape
