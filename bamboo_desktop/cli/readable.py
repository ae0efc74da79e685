"""What people read: the answer as it is written, lists, sessions and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bamboo_desktop.cli.plain import one_line, plain

Json = Mapping[str, Any]


def event(item: Json) -> str:
    """One short line an event."""
    from bamboo_desktop.cli.outlet import json_line

    text = one_line(json_line(item["data"]), longest=160)
    return f"{item['seq']:>8} {item['at']} {item['session_id'][:8]} {item['type']} {text}\n"


def session_row(row: Json) -> str:
    """One line of the session list."""
    state = row["status"] or "new"
    title = one_line(row["title"])
    return f"{row['id'][:8]}  {row['last_activity_at']}  {state:<17} {title}\n"


def session_head(shown: Json, *, entries: int) -> str:
    """The beginning of a session that is shown."""
    session = shown["session"]
    text = f"{one_line(session['title'])}\n{session['id']}  {session['status'] or 'new'}\n\n"
    skipped = shown["entries_in_all"] - entries
    return f"{text}... {skipped} earlier entries\n" if skipped > 0 else text


def entry(item: Json) -> str:
    """One entry of a transcript."""
    match item["kind"]:
        case "user":
            return f"you: {plain(item['text'])}\n"
        case "assistant":
            return f"{plain(item['text'])}\n"
        case "tool":
            call = item.get("call") or {}
            state = call.get("outcome") or call.get("state") or ""
            headline = one_line(call.get("headline", ""))
            return f"> {one_line(call.get('tool', ''))} {headline}  [{state}]\n"
        case "run_end":
            end = item.get("run_end") or {}
            return f"-- {end.get('status', '')} {plain(end.get('error', ''))}".rstrip() + "\n"
        case "note":
            return f"({plain(item['text'])})\n"
        case _:
            return ""


def questions(waiting: Sequence[Json]) -> str:
    """Open questions, with the ids an answer needs."""
    if not waiting:
        return "Nothing waits for an answer.\n"
    return "".join(_question(question) for question in waiting)


def _question(question: Json) -> str:
    title = one_line(question["title"] or question["kind"])
    lines = [f"? {title}  ({one_line(question['session_title'])})"]
    if question["consent"] is not None:
        lines += _consent(question["consent"])
    for item in question["items"]:
        lines += _item(item, says_prompt=question["consent"] is None)
    lines.append(f"  answer with: bambooctl answer {question['id'][:8]} ...")
    return "\n".join(lines) + "\n"


def _consent(consent: Json) -> list[str]:
    """What would happen, exactly: nothing in it may hide."""
    from bamboo_desktop.tools.visible import visible

    lines = [f"  {plain(consent['sentence'])}"]
    lines += [f"    | {visible(line, keep=chr(9))}" for line in consent["exact"].split("\n")]
    if consent["warning"]:
        lines.append(f"  {plain(consent['warning'])}")
    return lines


def _item(item: Json, *, says_prompt: bool) -> list[str]:
    lines = [f"  {plain(item['prompt'])}"] if says_prompt else []
    for option in item["options"]:
        about = f"  {one_line(option['description'])}" if option["description"] else ""
        choice = f"--item {item['id']}={option['id']}"
        lines.append(f"    {plain(choice)}   {one_line(option['label'])}{about}")
    if item["allow_custom"] or item["kind"] == "text":
        lines.append(f"    --text {plain(item['id'])}='...'")
    return lines
