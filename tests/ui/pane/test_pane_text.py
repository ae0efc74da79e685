from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from bamboo_desktop.domain.ids import ToolCallId
from bamboo_desktop.domain.transcript import CallState, EntryKind, ToolCallView
from bamboo_desktop.ui.formats import money, tokens
from bamboo_desktop.ui.models.transcript import TranscriptModel
from bamboo_desktop.ui.models.transcript_words import duration_words
from bamboo_desktop.ui.theme import Theme
from bamboo_desktop.ui.theme_tokens import FontRole
from bamboo_desktop.ui.views.pane import documents
from bamboo_desktop.ui.views.pane.copying import plain_of
from bamboo_desktop.ui.views.pane.layouts import RowLayouts
from bamboo_desktop.ui.views.pane.markdown import SegmentKind, segments
from bamboo_desktop.ui.views.pane.style import PaneStyle
from bamboo_desktop.ui.views.pane.visible import pretty_arguments, visible
from bamboo_desktop.ui.views.pane.wrapping import wrap_mode
from tests.ui.pane.fake import entry

NASTY = [
    "a\ud800b\x00c",
    "\u202egnp.exe\u202c",
    "مرحبا بالعالم httpx ١٢٣",
    "\ufffc\u2028\u2029\ufdd0",
    "👩‍👩‍👧 e\u0301" * 50,
    "`" * 5_000,
    "[" * 3_000 + "](x)",
    "|a|\n|-|\n" * 500,
    "> " * 400 + "deep",
    "<script>alert(1)</script><img src='file:///etc/passwd'>",
]


@pytest.fixture
def style(theme: Theme) -> PaneStyle:
    return PaneStyle(theme)


def test_fences_and_tables_are_cut_out_and_lists_stay_whole() -> None:
    listed = "# Title\n\n- a\n\n    ```py\n    x\n    ```\n\n"
    text = listed + "| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn x()\n```\nend"
    assert [part.kind for part in segments(text)] == [
        SegmentKind.PROSE,
        SegmentKind.TABLE,
        SegmentKind.CODE,
        SegmentKind.PROSE,
    ]
    code = segments(text)[2]
    assert (code.info, code.text) == ("rust", "fn x()")


def test_an_open_fence_runs_to_the_end() -> None:
    assert [part.kind for part in segments("so:\n```\nx = 1\ny")] == [
        SegmentKind.PROSE,
        SegmentKind.CODE,
    ]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    (code,) = segments("````\n```\ninside\n```\n````")
    assert code.text == "```\ninside\n```"


@given(st.text(alphabet="ab `~#|-\n>", max_size=120))
def test_cutting_loses_no_letter(text: str) -> None:
    kept = "".join(part.text + part.info for part in segments(text))
    assert sorted(letter for letter in kept if letter in "ab") == sorted(
        letter for letter in text if letter in "ab"
    )


def test_hidden_characters_of_arguments_are_written_out() -> None:
    assert visible("a\u202eb\u200bc\x1b[0m\u00a0") == "a[U+202E]b[U+200B]c[U+001B][0m[U+00A0]"
    assert visible("tab\tline\n שלום") == "tab\tline\n שלום"
    assert "[U+202E]" in pretty_arguments('{"command": "ls \\u202egnp"}')
    assert pretty_arguments("{broken") == "{broken"


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("kind", [EntryKind.USER, EntryKind.ASSISTANT, EntryKind.NOTE])
def test_any_text_can_be_laid_out(style: PaneStyle, text: str, kind: EntryKind) -> None:
    model = TranscriptModel()
    model.open(length=1, pages={0: [entry(0, kind, text)]}, tail=())
    layouts = RowLayouts(model, style)
    layouts.set_width(500)
    assert layouts.of(0).height > 10


def test_html_is_text_and_images_are_words(style: PaneStyle, tmp_path: Path) -> None:
    picture = tmp_path / "big.png"
    from PySide6.QtGui import QImage

    QImage(500, 500, QImage.Format.Format_RGB32).save(str(picture))
    document = documents.markdown(f"<b>x</b> ![logo]({picture.as_uri()}) y", style)
    document.setTextWidth(400)
    assert document.toPlainText() == "<b>x</b> [image: logo] y"
    assert document.size().height() < 100


def test_an_image_in_a_document_is_never_read(qapp: QApplication, tmp_path: Path) -> None:
    picture = tmp_path / "big.png"
    from PySide6.QtGui import QFont, QImage

    QImage(500, 500, QImage.Format.Format_RGB32).save(str(picture))
    document = documents.PaneDocument(QFont())
    document.setMarkdown(f"![logo]({picture})")
    document.setTextWidth(900)
    assert document.size().height() < 100


def test_plain_text_of_markdown_is_what_is_read(qapp: QApplication) -> None:
    text = "Some **bold** text\n\n```py\nx = 1\n```\n"
    assert plain_of(text) == "Some bold text\nx = 1"


def test_code_is_coloured_at_the_right_letters_behind_wide_ones(style: PaneStyle) -> None:
    document = documents.code('x = "👩‍👩‍👧👩‍👩‍👧" if y else 42', "python", style)
    block = document.firstBlock()
    units = block.text().encode("utf-16-le")
    words = [
        units[2 * look.start : 2 * (look.start + look.length)].decode("utf-16-le")
        for look in block.layout().formats()
    ]
    assert "if" in words
    assert "else" in words
    assert "42" in words


def test_a_long_message_is_cut_until_it_is_asked_for(style: PaneStyle) -> None:
    model = TranscriptModel()
    text = "0123456789" * 5_000
    model.open(length=1, pages={0: [entry(0, EntryKind.USER, text)]}, tail=())
    layouts = RowLayouts(model, style)
    assert layouts.of(0).length == 20_000
    layouts.show_all(0)
    assert layouts.of(0).length == 50_000


def test_a_call_opens_to_its_parts(style: PaneStyle) -> None:
    call = ToolCallView(
        call_id=ToolCallId("c"),
        tool="Edit",
        arguments='{"path": "a.py"}',
        headline="a.py",
        state=CallState.DONE,
        content="done",
        diff="--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
        duration_ms=3_100,
    )
    assert opened_texts(call, style) == ['{\n  "path": "a.py"\n}', call.diff.rstrip("\n"), "done"]


def test_changes_are_not_shown_a_second_time_as_a_result(style: PaneStyle) -> None:
    diff = "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n"
    call = ToolCallView(
        call_id=ToolCallId("c"),
        tool="Edit",
        arguments="{}",
        headline="a.py",
        state=CallState.DONE,
        content=f"Changed a.py.\n{diff}",
        diff=diff,
    )
    assert opened_texts(call, style) == [diff.rstrip("\n"), "Changed a.py."]


def opened_texts(call: ToolCallView, style: PaneStyle) -> list[str]:
    model = TranscriptModel()
    model.open(length=1, pages={0: [entry(0, EntryKind.TOOL, call=call)]}, tail=())
    layouts = RowLayouts(model, style)
    assert layouts.of(0).length == 0
    layouts.set_open(0, is_open=True)
    return [block.document.toPlainText() for block in layouts.of(0).blocks]


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (12, "12 ms"),
        (3_100, "3.1 s"),
        (9_960, "10 s"),
        (59_600, "1 min 0 s"),
        (7_800_000, "2 h 10 min"),
    ],
)
def test_durations_have_the_unit_that_fits(milliseconds: int, words: str) -> None:
    assert duration_words(milliseconds) == words


def test_numbers_are_short() -> None:
    assert [tokens(number) for number in (950, 12_400, 1_200_000)] == ["950", "12.4k", "1.2M"]
    assert [money(cost) for cost in (None, 0, 900, 31_000)] == [
        "",
        "$0.00",
        "<$0.01",
        "$0.03",
    ]


def test_an_endless_word_is_broken_anywhere() -> None:
    from PySide6.QtGui import QTextOption

    assert wrap_mode("x" * 5_000) is QTextOption.WrapMode.WrapAnywhere
    assert wrap_mode("x " * 5_000) is QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


def test_headings_are_as_large_as_their_rank(style: PaneStyle) -> None:
    document = documents.markdown("# One\n\n## Two\n\ntext", style)
    sizes = {}
    block = document.firstBlock()
    while block.isValid():
        sizes[block.text()] = block.begin().fragment().charFormat().font().pointSizeF()
        block = block.next()
    assert sizes["One"] > sizes["Two"] > style.font(FontRole.BODY).pointSizeF()
