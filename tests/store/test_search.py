"""Search: whatever is typed is safe, and every word that was said is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.search import SearchHit
from bamboo_desktop.domain.session import TitleSource
from bamboo_desktop.domain.tool import ToolResult
from bamboo_desktop.domain.transcript import EntryKind
from bamboo_desktop.store import calls, search, sessions, transcript
from bamboo_desktop.store.snippets import LENGTH, Highlighter
from bamboo_desktop.store.transaction import Tx
from bamboo_desktop.store.words import query_words
from tests.store.making import C1, S1, S2, World, a_call, a_session, an_entry, opened


async def say(world: World, *texts: str) -> None:
    def add(tx: Tx) -> None:
        for text in texts:
            transcript.append(tx, S1, an_entry(text))

    await world.db.write(add)


async def found(world: World, query: str, limit: int = 50) -> tuple[SearchHit, ...]:
    return await world.db.read(lambda tx: search.find(tx, query, limit=limit))


def marked(hit: SearchHit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.ranges]


async def test_every_word_must_be_there_and_the_last_may_be_a_beginning(world: World) -> None:
    await say(world, "the quick brown fox", "the quick dog", "quickly now")
    assert [hit.position for hit in await found(world, "quick")] == [2, 1, 0]
    assert [hit.position for hit in await found(world, "quick bro")] == [0]
    assert [hit.position for hit in await found(world, "bro quick")] == []
    assert await found(world, "slow") == ()
    assert await found(world, "q") == (), "one letter stands for itself"
    assert len(await found(world, "qu")) == 3
    assert await found(world, "") == await found(world, "  \n ") == await found(world, "- *") == ()


async def test_a_hit_says_where_and_marks_the_words(world: World) -> None:
    await say(world, "x " * 200 + "here stands the needle, among hay " + "y " * 200)
    (hit,) = await found(world, "NEEDLE amo")
    assert (hit.session_id, hit.session_title, hit.position) == (S1, "A title", 0)
    assert hit.kind is EntryKind.USER
    assert marked(hit) == ["needle", "among"]
    assert len(hit.snippet) <= LENGTH
    assert "\n" not in hit.snippet


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("Ein Ärgernis", "argernis", ["Ärgernis"]),
        ("résumé du jour", "resume", ["résumé"]),
        ("竹子长得很快", "长得", ["长得"]),
        ("see foo-bar.py here", "foo-bar.py", ["foo", "bar", "py"]),
        ("НАЙДИ меня", "найди", ["НАЙДИ"]),
        ("a_name_with_lines", "name", []),
        ("said 'quoted' words", '"quoted"', ["quoted"]),
        ("שלום עולם", "שלום", ["שלום"]),
    ],
)
async def test_words_of_many_scripts_are_found(
    world: World, text: str, query: str, words: list[str]
) -> None:
    await say(world, text, "something else")
    hits = await found(world, query)
    assert [hit.position for hit in hits] == [0]
    assert marked(hits[0])[: len(words)] == words


async def test_titles_are_found_first_and_by_any_part(world: World) -> None:
    await say(world, "the budget of May")
    await world.db.write(
        lambda tx: sessions.set_title(
            tx, S1, title="Budget, yearly", source=TitleSource.MANUAL, expected_version=None
        )
    )
    hits = await found(world, "budget")
    assert [(hit.position, hit.kind) for hit in hits] == [(None, None), (0, EntryKind.USER)]
    assert [hit.position for hit in await found(world, "early")] == [None]


async def test_arguments_and_output_of_a_tool_are_found_as_one_entry(world: World) -> None:
    def happen(tx: Tx) -> None:
        calls.plan(tx, [a_call()])
        transcript.append(tx, S1, an_entry("Bash ls panda", kind=EntryKind.TOOL, ref=C1))

    await world.db.write(happen)
    assert await found(world, "secretfile") == ()
    result = ToolResult(outcome=ToolOutcome.OK, content="a secretfile of the panda")
    await world.db.write(lambda tx: calls.finish(tx, S1, C1, result, duration_ms=1))
    (hit,) = await found(world, "secretfile")
    assert (hit.kind, marked(hit)) == (EntryKind.TOOL, ["secretfile"])
    assert len(await found(world, "panda")) == 1
    assert len(await found(world, "bash")) == 1


@pytest.mark.parametrize(
    ("kind", "stored", "shown"),
    [
        (
            EntryKind.TOOL,
            'Write {"file_path": "panda.md", "content": "# A\\n\\n\\"end\\".", "n": [1, true]}',
            'Write file_path: panda.md, content: # A "end"., n: 1, true',
        ),
        (EntryKind.TOOL, 'Bash {"command": "ls panda', 'Bash {"command": "ls panda'),
        (EntryKind.ASSISTANT, "## The **panda**\n\n> eats `bamboo`", "The panda eats bamboo"),
        (EntryKind.ASSISTANT, "panda __init__ 2*3", "panda __init__ 2*3"),
        (EntryKind.USER, "a **panda**", "a **panda**"),
    ],
)
async def test_a_hit_is_shown_in_words_and_not_in_json_or_markdown(
    world: World, kind: EntryKind, stored: str, shown: str
) -> None:
    await world.db.write(lambda tx: transcript.append(tx, S1, an_entry(stored, kind=kind)))
    (hit,) = await found(world, "panda")
    assert hit.snippet == shown
    assert marked(hit) == ["panda"]


async def test_one_session_is_searched_alone_and_the_bin_is_not(world: World) -> None:
    await world.db.write(lambda tx: sessions.insert(tx, a_session(S2, title="Other")))
    await say(world, "bamboo one", "bamboo two")
    await world.db.write(lambda tx: transcript.append(tx, S2, an_entry("bamboo three")))
    hits = await world.db.read(lambda tx: search.find(tx, "bamboo", limit=9, session_id=S1))
    assert [(hit.session_id, hit.position) for hit in hits] == [(S1, 1), (S1, 0)]
    assert await world.db.read(lambda tx: search.positions(tx, S1, "bamboo")) == (0, 1)
    await world.db.write(lambda tx: sessions.trash(tx, S1))
    assert {hit.session_id for hit in await found(world, "bamboo")} == {S2}
    await world.db.write(lambda tx: sessions.restore(tx, S1))
    assert len(await found(world, "bamboo")) == 3
    assert len(await found(world, "bamboo", 2)) == 2
    assert await found(world, "bamboo", 0) == ()


async def test_a_session_id_is_no_word(world: World) -> None:
    await say(world, "bamboo")
    assert await found(world, S1) == ()
    assert await found(world, "session") == ()


NASTY = [
    '"', '""', 'x"y', 'x" NOT"', "'", "*", "a*", "NEAR(a b)", "a AND", "OR", "NOT b",
    "body:a", "-a", "^a", "a + b",
    "(", ")", "{a b}", "\x00", "a\x00b", "\ud800", "a\udfff", "\u202e", "a:b", "%", "_", ";--",
    "竹", "a" * 100_000, "a " * 10_000, "🎋", "\u0301", "ª²", "\U000e0001",
]  # fmt: skip


@pytest.mark.parametrize("query", NASTY)
async def test_whatever_is_typed_is_safe(world: World, query: str) -> None:
    await say(world, "a b NEAR OR AND not body")
    for hit in await found(world, query):
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.ranges)
    await world.db.read(lambda tx: search.positions(tx, S1, query))


@given(text=st.text(max_size=300), query=st.text(max_size=40))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_snippets_hold_together_for_any_text(text: str, query: str) -> None:
    words = query_words(query)
    if not words:
        return
    snippet = Highlighter(words).snippet(text)
    assert len(snippet.text) <= LENGTH
    assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.ranges)


async def test_text_that_cannot_be_carried_is_cleaned_once_and_everywhere(
    data_dir: Path,
) -> None:
    bad, good = "a\x00b\ud800c", "a\ufffdb\ufffdc"
    async with opened(data_dir) as world:
        await world.db.write(lambda tx: sessions.insert(tx, a_session(title=bad)))
        await say(world, bad)
        session = await world.db.read(lambda tx: sessions.get(tx, S1))
        (entry,) = await world.db.read(lambda tx: transcript.page(tx, S1, first=0, count=1))
        assert session is not None
        assert (session.title, entry.text) == (good, good)
        assert len(await found(world, bad)) >= 1
        await world.db.write(lambda tx: sessions.purge_one(tx, S1))
        assert await found(world, "a") == ()
