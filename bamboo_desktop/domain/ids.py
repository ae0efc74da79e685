"""Typed ids: text at run time, distinct types to the checker, so none is passed for another."""

from __future__ import annotations

from typing import NewType

SessionId = NewType("SessionId", str)
RunId = NewType("RunId", str)
MessageId = NewType("MessageId", str)
ToolCallId = NewType("ToolCallId", str)
QuestionId = NewType("QuestionId", str)
ItemId = NewType("ItemId", str)
OptionId = NewType("OptionId", str)
WorkItemId = NewType("WorkItemId", str)
QueuedId = NewType("QueuedId", str)
GrantId = NewType("GrantId", str)
ProviderId = NewType("ProviderId", str)
BootId = NewType("BootId", str)
BashId = NewType("BashId", str)
ScheduleId = NewType("ScheduleId", str)
OccurrenceId = NewType("OccurrenceId", str)
