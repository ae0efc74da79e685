"""The rules by which a task list is rewritten and tasks keep their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bamboo_desktop.domain.tasklist import TaskItem, TaskStatus
from bamboo_desktop.tools.port import ToolArgumentError

PHASES = ("planning", "execution", "verification", "handoff")
PRIORITIES = ("low", "medium", "high", "critical")
_NUMBERED = re.compile(r"task_(\d{1,9})")
_CRITERION = re.compile(r"(?:c|criterion_)(\d{1,4})")

Given = Mapping[str, Any]


def rewritten(old: tuple[TaskItem, ...], given: Sequence[Given]) -> tuple[TaskItem, ...]:
    """The new list.

    Ids are kept by explicit id, else by the same text, else by position when the count is
    unchanged; a task that is none of these is new.

    Raises:
        ToolArgumentError: blank text, ids that disagree or repeat, or a rewrite in which it is not
            clear which task became which.
    """
    ids = _ids(old, given)
    kept = {item.id: item for item in old}
    items = tuple(_item(id_, task, kept.get(id_)) for id_, task in zip(ids, given, strict=True))
    return tuple(_untangled(item) for item in items)


def _ids(old: tuple[TaskItem, ...], given: Sequence[Given]) -> list[str]:
    ids = [_explicit(task) for task in given]
    _require_unique([one for one in ids if one])
    free = [item for item in old if item.id not in ids]
    for index, task in enumerate(given):
        same = next((item for item in free if _same(item.content, task["content"])), None)
        if not ids[index] and same is not None:
            ids[index] = same.id
            free.remove(same)
    if len(old) == len(given):
        for index, item in enumerate(old):
            if not ids[index] and item in free:
                ids[index] = item.id
                free.remove(item)
    return _with_new(ids, old, free)


def _with_new(ids: list[str], old: tuple[TaskItem, ...], free: list[TaskItem]) -> list[str]:
    if free and not all(ids):
        names = ", ".join(f"{item.id} ({item.content[:40]})" for item in free[:5])
        raise ToolArgumentError(
            f"It is not clear which tasks are new and which were reworded: {names} found no match. "
            "Send the list again and give each task that stays its id; to drop a task and add "
            "others, drop it in one call and add them in the next."
        )
    taken = [*ids, *(item.id for item in old)]
    number = max((int(found[1]) for one in taken if (found := _NUMBERED.fullmatch(one))), default=0)
    for index, one in enumerate(ids):
        if not one:
            number += 1
            ids[index] = f"task_{number}"
    return ids


def _explicit(task: Given) -> str:
    if not task["content"].strip():
        raise ToolArgumentError("A task's content must not be blank.")
    first, second = str(task.get("id", "")).strip(), str(task.get("taskId", "")).strip()
    if first and second and first != second:
        raise ToolArgumentError(f"A task has the id '{first}' and the taskId '{second}'; give one.")
    return first or second


def _require_unique(ids: list[str]) -> None:
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise ToolArgumentError(f"The task id '{twice}' is given twice; each task has its own id.")


def _item(id_: str, task: Given, before: TaskItem | None) -> TaskItem:
    base = before or TaskItem(id=id_, content="", status=TaskStatus.PENDING)
    criteria = tuple(task.get("completionCriteria", base.criteria))
    met = _met(criteria, task.get("criteriaMet", base.criteria_met))
    status, notes = TaskStatus(task["status"]), ""
    missing = [one for one in criteria if one not in met]
    if status is TaskStatus.COMPLETED and missing:
        status, notes = TaskStatus.IN_PROGRESS, "Not completed yet; missing: " + "; ".join(missing)
    return TaskItem(
        id=id_,
        content=task["content"].strip(),
        status=status,
        active_form=str(task.get("activeForm", base.active_form)),
        depends_on=tuple(task.get("dependsOn", base.depends_on)),
        parent_id=task.get("parentId", base.parent_id) or None,
        phase=str(task.get("phase", base.phase)),
        priority=str(task.get("priority", base.priority)),
        criteria=criteria,
        criteria_met=met,
        notes=notes,
    )


def _met(criteria: tuple[str, ...], named: Sequence[str]) -> tuple[str, ...]:
    met = []
    for index, criterion in enumerate(criteria, start=1):
        for name in named:
            number = _CRITERION.fullmatch(name.strip().casefold())
            if _same(criterion, name) or (number and int(number[1]) == index):
                met.append(criterion)
                break
    return tuple(met)


def _untangled(item: TaskItem) -> TaskItem:
    depends_on = tuple(dict.fromkeys(one for one in item.depends_on if one != item.id))
    parent_id = None if item.parent_id == item.id else item.parent_id
    return replace(item, depends_on=depends_on, parent_id=parent_id)


def _same(left: str, right: str) -> bool:
    return " ".join(left.casefold().split()) == " ".join(right.casefold().split())
