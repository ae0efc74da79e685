"""The part of the tool port that most tools fill in the same way."""

from __future__ import annotations

from typing_extensions import override

from bamboo_desktop.domain.tool import ToolClass, ToolSpec
from bamboo_desktop.tools.port import Arguments, Tool
from bamboo_desktop.tools.visible import one_line


class PlainKind(Tool):
    """A tool whose calls are all of one class and whose headline is one argument.

    Args:
        spec: how a model sees it.
        tool_class: the class of every call.
        headline: the name of the argument that matters.
    """

    def __init__(self, spec: ToolSpec, tool_class: ToolClass, *, headline: str) -> None:
        self._spec = spec
        self._tool_class = tool_class
        self._headline = headline

    @property
    @override
    def spec(self) -> ToolSpec:
        """How a model sees the tool."""
        return self._spec

    @override
    def classify(self, arguments: Arguments) -> ToolClass:
        """The same for every call."""
        del arguments
        return self._tool_class

    @override
    def headline(self, arguments: Arguments) -> str:
        """The argument that matters, one line."""
        return one_line(str(arguments.get(self._headline, "")))
