"""Rows of tool calls: one line that opens in place to arguments, output, result and changes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.transcript import CallState, ToolCallView
from bamboo_desktop.ui.glyphs import GlyphState, glyph_role
from bamboo_desktop.ui.models.transcript_words import duration_words, outcome_words
from bamboo_desktop.ui.theme_tokens import ColorRole, FontRole
from bamboo_desktop.ui.views.pane import documents
from bamboo_desktop.ui.views.pane.build import LONGEST_OPENED, Build, words
from bamboo_desktop.ui.views.pane.row_layout import Chevron, Glyph, Hot, HotKind, Label
from bamboo_desktop.ui.views.pane.style import EDGE
from bamboo_desktop.ui.views.pane.visible import one_line, pretty_arguments, visible

_LINE = 26
_SHOWN_LINES = 24
_SHOWN_CHARACTERS = 6_000
_OUTPUT_LINES = 12
_CUT_IN_PAGE = 20_000
"""Longer results come cut with their page of the transcript; the rest is fetched when wanted."""
_INDENT = EDGE + 24


def glyph_of_call(call: ToolCallView) -> GlyphState:
    """The shape of a call's state."""
    if call.outcome is ToolOutcome.OK:
        return GlyphState.DONE
    if call.outcome in {ToolOutcome.CANCELLED, ToolOutcome.DENIED}:
        return GlyphState.PAUSED
    if call.outcome is not None:
        return GlyphState.FAILED
    if call.state is CallState.GATED:
        return GlyphState.WAITING
    return GlyphState.RUNNING if call.state is CallState.RUNNING else GlyphState.IDLE


def tool_call(build: Build, call: ToolCallView) -> None:
    """A call: glyph, tool, the argument that matters, duration, outcome."""
    build.y = 2
    _head(build, call)
    build.y += _LINE
    if build.is_open:
        _details(build, build.whole_call or call)
    elif call.state is CallState.RUNNING and build.output:
        _last_line(build)
    build.y += 2


def _head(build: Build, call: ToolCallView) -> None:
    layout, style, top = build.layout, build.style, build.y
    state = glyph_of_call(call)
    width = min(build.full, max(build.measure, 560))
    chevron = QRectF(EDGE - 12, top + (_LINE - 8) / 2, 8, 8)
    layout.chevrons.append(Chevron(rect=chevron, is_open=build.is_open))
    layout.glyphs.append(Glyph(rect=QRectF(EDGE + 1, top + (_LINE - 13) / 2, 13, 13), state=state))
    name_width = style.metrics(FontRole.BODY).horizontalAdvance(call.tool) * 1.1 + 10
    name = QRectF(_INDENT, top, name_width, _LINE)
    layout.labels.append(
        Label(rect=name, text=call.tool, font=FontRole.BODY, color=ColorRole.TEXT, is_strong=True)
    )
    outcome_width = _outcome(build, call, state, QRectF(EDGE, top, width, _LINE))
    left = name.right() + 6
    room = EDGE + width - outcome_width - 12 - left
    headline = one_line(call.headline) if call.headline else ""
    layout.labels.append(
        Label(
            rect=QRectF(left, top, max(room, 10), _LINE),
            text=headline,
            font=FontRole.CODE,
            color=ColorRole.SOFT,
            tip=headline,
        )
    )
    tip = "" if build.is_open else headline
    hot = Hot(rect=QRectF(EDGE - 12, top, width + 12, _LINE), kind=HotKind.TOGGLE, tip=tip)
    layout.hots.append(hot)


def _outcome(build: Build, call: ToolCallView, state: GlyphState, rect: QRectF) -> float:
    """Duration and outcome at the right edge; returns how much room they take."""
    text = outcome_words(call)
    color = ColorRole.FAINT if state in {GlyphState.DONE, GlyphState.IDLE} else glyph_role(state)
    metrics = build.style.metrics(FontRole.CAPTION)
    taken = max(metrics.horizontalAdvance(text) + 4, metrics.horizontalAdvance("failed") + 8)
    right = Qt.AlignmentFlag.AlignRight
    place = QRectF(rect.right() - taken, rect.top(), taken, rect.height())
    build.layout.labels.append(Label(rect=place, text=text, color=color, align=right))
    if call.duration_ms is None:
        return taken
    room = metrics.horizontalAdvance("00 min 00 s") + 4
    place = QRectF(place.left() - room - 8, rect.top(), room, rect.height())
    duration = duration_words(call.duration_ms)
    tip = f"{call.duration_ms:,} ms"
    build.layout.labels.append(Label(rect=place, text=duration, align=right, tip=tip))
    return taken + room + 8


def _last_line(build: Build) -> None:
    lines = build.output.rstrip().rsplit("\n", 1)
    rect = QRectF(_INDENT, build.y, build.measure - 24, build.style.line(FontRole.CODE))
    text = visible(lines[-1])[:400]
    label = Label(rect=rect, text=text, font=FontRole.CODE, color=ColorRole.FAINT)
    build.layout.labels.append(label)
    build.y += build.style.line(FontRole.CODE) + 4


def _details(build: Build, call: ToolCallView) -> None:
    build.y += 2
    arguments = pretty_arguments(call.arguments)
    if arguments.strip() not in {"", "{}"}:
        _part(build, words("arguments"), arguments, "json", call.arguments)
    if call.state is not CallState.DONE and build.output:
        lines = visible(build.output).split("\n")
        title = words("output so far")
        _part(build, title, "\n".join(lines[-_OUTPUT_LINES:]), "", build.output)
    if call.diff:
        shown = _cut(build, call.diff)
        document = documents.diff(shown, build.style)
        build.code(document, caption=words("changes"), source=call.diff, x=_INDENT)
        build.y += 6
    told = _besides(call.diff.strip(), call.content)
    if told:
        _part(build, words("result"), visible(_cut(build, told)), "", call.content)
    _offer_all(build, call)


def _besides(diff: str, content: str) -> str:
    """What a result tells besides the changes that are shown already."""
    return content.replace(diff, "", 1).strip() if diff and diff in content else content


def _part(build: Build, title: str, text: str, language: str, source: str) -> None:
    document = documents.code(text, language, build.style)
    build.code(document, caption=title, source=source, x=_INDENT)
    build.y += 6


def _cut(build: Build, text: str) -> str:
    if build.shows_all:
        return text[:LONGEST_OPENED]
    return "\n".join(text[:_SHOWN_CHARACTERS].split("\n")[:_SHOWN_LINES])


def _offer_all(build: Build, call: ToolCallView) -> None:
    is_cut = any(_cut(build, text) != text for text in (call.content, call.diff))
    is_cut = is_cut or (build.whole_call is None and len(call.content) >= _CUT_IN_PAGE)
    if build.whole_call is None and not is_cut:
        return
    line = build.style.line(FontRole.CAPTION)
    rect = QRectF(_INDENT, build.y, build.measure, line)
    if build.shows_all and is_cut:
        build.label(words("Too long to show in full; Copy takes all of it."), x=_INDENT)
    elif not build.shows_all:
        hidden = max(call.content.count("\n") + 1 - _SHOWN_LINES, 0)
        text = words("Show all ({0} more lines)").format(hidden) if hidden else words("Show all")
        build.link(text, rect, HotKind.SHOW_ALL)
        build.y += line
    build.y += 6
