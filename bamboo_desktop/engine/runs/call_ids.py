"""Call ids: unique in a session, whatever the server that made them up counts by."""

from __future__ import annotations

from dataclasses import replace

from bamboo_desktop.domain.ids import SessionId, ToolCallId
from bamboo_desktop.domain.message import Part, ToolCallPart
from bamboo_desktop.engine.runs import rounds
from bamboo_desktop.engine.runs.services import RunServices
from bamboo_desktop.providers.port import Finished


async def with_own_ids(
    services: RunServices, session_id: SessionId, finished: Finished
) -> Finished:
    """The answer with a fresh id for each call whose id is taken.

    Some local servers count calls anew in each answer.
    """
    ids = tuple(part.call_id for part in finished.parts if isinstance(part, ToolCallPart))
    taken = set(await rounds.known_calls(services, session_id, ids))
    if not taken and len(set(ids)) == len(ids):
        return finished
    renamed: list[Part] = []
    for part in finished.parts:
        if isinstance(part, ToolCallPart):
            if part.call_id in taken:
                part = replace(part, call_id=ToolCallId(services.ids.fresh()))  # noqa: PLW2901
            taken.add(part.call_id)
        renamed.append(part)
    return replace(finished, parts=tuple(renamed), library_json=None)
