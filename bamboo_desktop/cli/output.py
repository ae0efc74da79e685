"""What bambooctl prints: lines for people, JSON for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


def _line(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


class JsonLines:
    """One event a line."""

    def event(self, item: Json) -> None:
        """Print an event."""
        _line(item)

    def end(self, _: Json) -> None:
        """The exit code says the rest."""


class EventLines:
    """One short line an event, for people."""

    def event(self, item: Json) -> None:
        """Print an event."""
        data = json.dumps(item["data"], ensure_ascii=False)
        text = data if len(data) <= 160 else f"{data[:160]}..."
        sys.stdout.write(
            f"{item['seq']:>8} {item['at']} {item['session_id'][:8]} {item['type']} {text}\n"
        )
        sys.stdout.flush()

    def end(self, _: Json) -> None:
        """Nothing follows the last event."""


class Readable:
    """The answer on stdout as it is written; what the tools do on stderr."""

    def __init__(self) -> None:
        self._is_open = False

    def event(self, item: Json) -> None:
        """Print what a person wants to follow."""
        data = item["data"]
        match item["type"]:
            case "token":
                sys.stdout.write(data["content"])
                sys.stdout.flush()
                self._is_open = not data["content"].endswith("\n")
            case "tool_start":
                self._note(f"> {data['tool_name']} {_short(data['arguments'])}")
            case "tool_error":
                self._note(f"! {data['tool_name']}: {_short(data['error'])}")
            case "model_retry":
                self._note(f"~ again in {data['delay_seconds']:.1f} s: {data['reason']}")
            case _:
                pass

    def _note(self, text: str) -> None:
        self._close_line()
        sys.stderr.write(f"{text}\n")

    def _close_line(self) -> None:
        if self._is_open:
            sys.stdout.write("\n")
            sys.stdout.flush()
            self._is_open = False

    def end(self, end: Json) -> None:
        """Say how it ended, and how to answer what waits."""
        self._close_line()
        if end["error"]:
            sys.stderr.write(f"bambooctl: {end['error']}\n")
        if end["questions"]:
            questions(end["questions"], as_json=False)


def questions(waiting: Sequence[Json], *, as_json: bool) -> None:
    """Open questions, with the ids an answer needs."""
    if as_json:
        for question in waiting:
            _line(question)
        return
    if not waiting:
        sys.stdout.write("Nothing waits for an answer.\n")
    for question in waiting:
        _question(question)


def _question(question: Json) -> None:
    write = sys.stdout.write
    write(f"? {question['title'] or question['kind']}  ({question['session_title']})\n")
    if question["consent"] is not None:
        consent = question["consent"]
        write(f"  {consent['sentence']}\n")
        for line in consent["exact"].splitlines():
            write(f"    | {line}\n")
        if consent["warning"]:
            write(f"  {consent['warning']}\n")
    for item in question["items"]:
        write(f"  {item['prompt']}\n" if question["consent"] is None else "")
        for option in item["options"]:
            about = f"  {option['description']}" if option["description"] else ""
            write(f"    --item {item['id']}={option['id']}   {option['label']}{about}\n")
        if item["allow_custom"] or item["kind"] == "text":
            write(f"    --text {item['id']}='...'\n")
    write(f"  answer with: bambooctl answer {question['id'][:8]} ...\n")


def answered(result: Json, *, as_json: bool) -> None:
    """An answer was taken."""
    if as_json:
        _line(result)
    else:
        sys.stdout.write("Answered; the session goes on.\n")


def sessions(rows: Sequence[Json], *, as_json: bool) -> None:
    """The session list."""
    if as_json:
        for row in rows:
            _line(row)
        return
    if not rows:
        sys.stdout.write("No sessions yet. Start one: bambooctl run 'what you want done'\n")
    for row in rows:
        state = row["status"] or "new"
        sys.stdout.write(
            f"{row['id'][:8]}  {row['last_activity_at']}  {state:<17} {row['title']}\n"
        )


def show(shown: Json, *, as_json: bool) -> None:
    """One session."""
    if as_json:
        _line(shown)
        return
    session = shown["session"]
    sys.stdout.write(f"{session['title']}\n{session['id']}  {session['status'] or 'new'}\n\n")
    skipped = shown["entries_in_all"] - len(shown["entries"])
    if skipped > 0:
        sys.stdout.write(f"... {skipped} earlier entries\n")
    for entry in shown["entries"]:
        _entry(entry)
    questions(shown["questions"], as_json=False) if shown["questions"] else None


def _entry(entry: Json) -> None:
    write = sys.stdout.write
    match entry["kind"]:
        case "user":
            write(f"you: {entry['text']}\n")
        case "assistant":
            write(f"{entry['text']}\n")
        case "tool":
            call = entry["call"] or {}
            state = call.get("outcome") or call.get("state") or ""
            write(f"> {call.get('tool', '')} {call.get('headline', '')}  [{state}]\n")
        case "run_end":
            end = entry["run_end"] or {}
            write(f"-- {end.get('status', '')} {end.get('error', '')}\n")
        case "note":
            write(f"({entry['text']})\n")
        case _:
            return


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:120]}..."
