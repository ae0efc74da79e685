"""The part of a transcript that is in memory: pages of entries, the least used ones dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from bamboo_desktop.domain.ids import QuestionId, ToolCallId
from bamboo_desktop.domain.transcript import TranscriptEntry

PAGE_ROWS = 100
KEPT_PAGES = 40


def page_of(position: int) -> int:
    """The number of the page that holds a position."""
    return position // PAGE_ROWS


class TranscriptPages:
    """Entries by position, kept page by page, with the way back from a call or a question."""

    def __init__(self, *, kept: int = KEPT_PAGES) -> None:
        self._kept = kept
        self._pages: OrderedDict[int, tuple[TranscriptEntry, ...]] = OrderedDict()
        self._calls: dict[ToolCallId, int] = {}
        self._questions: dict[QuestionId, int] = {}

    def is_whole(self, page: int, length: int) -> bool:
        """True when every entry the page has in a transcript of that length is in memory."""
        return len(self._pages.get(page, ())) >= min(PAGE_ROWS, length - page * PAGE_ROWS)

    def clear(self) -> None:
        """Forget everything: another session is shown."""
        self._pages.clear()
        self._calls.clear()
        self._questions.clear()

    def entry(self, position: int) -> TranscriptEntry | None:
        """The entry at a position, or None while its page is not loaded."""
        page = self._pages.get(page_of(position))
        offset = position % PAGE_ROWS
        return page[offset] if page is not None and offset < len(page) else None

    def touch(self, page: int) -> None:
        """Mark a page as used just now, so that it stays."""
        if page in self._pages:
            self._pages.move_to_end(page)

    def put(self, page: int, entries: Sequence[TranscriptEntry]) -> tuple[int, ...]:
        """Keep a page as it was read; returns the positions whose entry is new or different."""
        before = self._pages.get(page, ())
        self._pages[page] = tuple(entries)
        self._pages.move_to_end(page)
        self._index(entries)
        while len(self._pages) > self._kept:
            self._pages.popitem(last=False)
        changed = (
            entry.position
            for number, entry in enumerate(entries)
            if number >= len(before) or before[number] != entry
        )
        return tuple(changed)

    def of_call(self, call_id: ToolCallId) -> int | None:
        """Where a tool call's row is, if it was ever loaded."""
        return self._calls.get(call_id)

    def of_question(self, question_id: QuestionId) -> int | None:
        """Where a question's row is, if it was ever loaded."""
        return self._questions.get(question_id)

    def _index(self, entries: Iterable[TranscriptEntry]) -> None:
        for entry in entries:
            if entry.call is not None:
                self._calls[entry.call.call_id] = entry.position
            if entry.question is not None:
                self._questions[entry.question.question.id] = entry.position
