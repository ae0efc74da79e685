"""How the session list is put in order: what needs a person first, then what runs, then days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from bamboo_desktop.domain.run import AgentStatus
from bamboo_desktop.domain.session import SessionSummary
from bamboo_desktop.ui.formats import day_title

FIRST_SESSIONS = 100
"""Enough for a screen: the rest of the list follows when these are painted."""


class GroupKind(StrEnum):
    """What keeps the sessions of a group together."""

    NEEDS_YOU = "needs_you"
    RUNNING = "running"
    PINNED = "pinned"
    DAY = "day"


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRow:
    """A heading of the list; `count` is None while nobody knows how many belong to it."""

    kind: GroupKind
    title: str
    count: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceKey:
    """The group of a session and the instant that orders it there."""

    kind: GroupKind
    title: str
    at: datetime


ListRow = GroupRow | SessionSummary

_ORDER = {kind: place for place, kind in enumerate(GroupKind)}


def needs_person(summary: SessionSummary) -> bool:
    """True while a session waits for an answer or a decision of the person."""
    status = summary.status
    if summary.open_questions:
        return True
    return status is not None and status.is_waiting and status is not AgentStatus.WAITING_CHILDREN


def is_running(summary: SessionSummary) -> bool:
    """True while a runner, or a child of the session, works on it."""
    status = summary.status
    return status is not None and (status.is_live or status is AgentStatus.WAITING_CHILDREN)


def rows_of(
    summaries: Iterable[SessionSummary], *, today: date, is_grouped_by_state: bool = True
) -> tuple[ListRow, ...]:
    """The rows of the list with their headings.

    Args:
        summaries: the sessions in any order.
        today: the day where the person is.
        is_grouped_by_state: False for the archive and the bin, which only know days.
    """
    keyed = (
        (place_key(one, today=today, is_grouped_by_state=is_grouped_by_state), one)
        for one in summaries
    )
    return ordered_rows(keyed)


def ordered_rows(
    keyed: Iterable[tuple[PlaceKey, SessionSummary]], *, is_whole: bool = True
) -> tuple[ListRow, ...]:
    """The rows of sessions whose places are known, and whether they are all there are."""
    groups: dict[tuple[GroupKind, str], list[tuple[datetime, SessionSummary]]] = {}
    for key, summary in keyed:
        groups.setdefault((key.kind, key.title), []).append((key.at, summary))
    rows: list[ListRow] = []
    for (kind, title), members in sorted(groups.items(), key=_group_order):
        members.sort(key=_instant, reverse=True)
        rows.append(GroupRow(kind=kind, title=title, count=len(members) if is_whole else None))
        rows.extend(summary for _, summary in members)
    return tuple(rows)


def place_key(
    summary: SessionSummary, *, today: date, is_grouped_by_state: bool = True
) -> PlaceKey:
    """Where a session belongs; two states of a session with one key keep its row in its place.

    What runs is ordered by its age, not by its last step: rows shall not dance.
    """
    kind = _kind(summary) if is_grouped_by_state else GroupKind.DAY
    is_still = kind in {GroupKind.RUNNING, GroupKind.PINNED}
    at = summary.session.created_at if is_still else summary.last_activity_at
    title = _title(kind) or day_title(at.astimezone().date(), today)
    return PlaceKey(kind=kind, title=title, at=at)


def _instant(member: tuple[datetime, SessionSummary]) -> datetime:
    return member[0]


def _group_order(
    group: tuple[tuple[GroupKind, str], list[tuple[datetime, SessionSummary]]],
) -> tuple[int, float]:
    (kind, _), members = group
    return _ORDER[kind], -max(at for at, _ in members).timestamp()


def _kind(summary: SessionSummary) -> GroupKind:
    if needs_person(summary):
        return GroupKind.NEEDS_YOU
    if is_running(summary):
        return GroupKind.RUNNING
    return GroupKind.PINNED if summary.session.is_pinned else GroupKind.DAY


def _title(kind: GroupKind) -> str:
    if kind is GroupKind.DAY:
        return ""
    return {
        GroupKind.NEEDS_YOU: QCoreApplication.translate("SessionGroups", "Needs you"),
        GroupKind.RUNNING: QCoreApplication.translate("SessionGroups", "Running"),
        GroupKind.PINNED: QCoreApplication.translate("SessionGroups", "Pinned"),
    }[kind]
