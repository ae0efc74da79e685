"""`python -m tests.faults.schedule_world --seeds N --days D`: play N stories of D days.

Prints one JSON line. Ends with 1 when an instant was lost, doubled, or passed over in silence; the
seeds and what was wrong go to stderr.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import sys
import time
from collections.abc import Iterable, Iterator
from multiprocessing import get_context

from tests.faults.schedule_world.inline_store import MemoryFile, threads_inline
from tests.faults.schedule_world.story import Story, Told

LANES = 2
SHOWN = 20
PART = 20


def told(seeds: Iterable[int], days: int) -> Iterator[Told]:
    """Play seeds in this process."""
    file = MemoryFile()
    with threads_inline():
        for seed in seeds:
            yield Story(file, seed, days).play()


def _lane(work: tuple[range, int]) -> list[Told]:
    seeds, days = work
    logging.getLogger("bamboo_desktop").setLevel(logging.CRITICAL)
    gc.freeze()
    gc.disable()  # a few cycles a story; they are collected between parts
    try:
        return list(told(seeds, days))
    finally:
        gc.enable()
        gc.collect()


def figures(stories: Iterable[Told], began: float) -> dict[str, float]:
    """The one line."""
    counted = {"seeds": 0, "events": 0, "lost": 0, "double": 0, "silent": 0}
    shown = 0
    for story in stories:
        found = story.found
        counted["seeds"] += 1
        counted["events"] += story.events
        counted["lost"] += len(found.lost)
        counted["double"] += len(found.double)
        counted["silent"] += len(found.silent)
        if not found.are_none and shown < SHOWN:
            shown += 1
            first = [*found.lost[:2], *found.double[:2], *found.silent[:2]]
            print(f"seed {story.seed}: {first}", file=sys.stderr)  # noqa: T201
    return {**counted, "seconds": round(time.monotonic() - began, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    asked = parser.parse_args()
    began = time.monotonic()
    seeds = range(asked.first, asked.first + asked.seeds)
    parts = [(seeds[at : at + PART], asked.days) for at in range(0, len(seeds), PART)]
    with get_context("fork").Pool(LANES) as pool:
        stories = (story for part in pool.imap(_lane, parts) for story in part)
        counted = figures(stories, began)
    print(json.dumps(counted))  # noqa: T201
    return int(any(counted[name] for name in ("lost", "double", "silent")))


if __name__ == "__main__":
    sys.exit(main())
