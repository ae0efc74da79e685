"""Is a variable safe where it stands in a shell command? Decided when the playbook is loaded."""

from __future__ import annotations

import re

from bamboo_desktop.providers.playbook.errors import FlawError
from bamboo_desktop.providers.playbook.template import Placeholder, Template

_HERE_DOCUMENT = re.compile(r"(?<!<)<<(?!<)")


def check_command(command: Template) -> None:
    """Refuse a command in which a value could be read as anything but one word.

    Raises:
        FlawError: a variable is not quoted, or stands where quoting does not hold.
    """
    if not command.placeholders:
        return
    literal = "".join(part for part in command.parts if isinstance(part, str))
    if _HERE_DOCUMENT.search(literal):
        raise _flaw(command, "A command with a here-document ('<<') cannot take variables")
    reader = _ShellReader()
    for part in command.parts:
        if isinstance(part, Placeholder):
            _check(command, part, reader)
        else:
            reader.read(part)


def _check(command: Template, part: Placeholder, reader: _ShellReader) -> None:
    if not part.is_quoted:
        raise _flaw(
            command,
            f"In a command every variable has to be quoted: write '{{{{{part.name} | quote}}}}'; "
            "otherwise a file name with a space or a ';' would change what the command does",
        )
    if reader.where:
        raise _flaw(
            command,
            f"'{{{{{part.name} | quote}}}}' stands inside {reader.where}, where its quotes do not "
            "hold; put it outside: it brings its own quotes",
        )
    reader.pass_word()


def _flaw(command: Template, sentence: str) -> FlawError:
    return FlawError(f"{sentence}.", command.line, command.column)


class _ShellReader:
    """Follows quotes, comments and arithmetic through the literal pieces of a command."""

    def __init__(self) -> None:
        self._quote = ""
        self._backticks = False
        self._arithmetic = 0
        self._braces = 0
        self._escaped = False
        self._before = ""
        self.word_begins = True

    @property
    def where(self) -> str:
        """Where the reader stands, in words; empty where a quoted word is safe."""
        if self._escaped:
            return "an escape (behind a backslash)"
        if self._quote:
            return {"#": "a comment"}.get(self._quote, "quotes")
        if self._backticks:
            return "backticks"
        if self._braces:
            return "'${...}'"
        if self._before == "$":
            return "'$'...''"
        return "'((...))'" if self._arithmetic > 0 else ""

    def pass_word(self) -> None:
        """Go on behind a quoted value."""
        self._before = ""
        self.word_begins = False

    def read(self, text: str) -> None:
        """Go on through a literal piece."""
        for letter in text:
            self._letter(letter)
            self._before = letter

    def _letter(self, letter: str) -> None:
        if self._escaped:
            self._escaped = False
            self.word_begins = False
        elif self._quote:
            self._in_quotes(letter)
        elif letter == "\\":
            self._escaped = True
        elif letter == "#" and self.word_begins:
            self._quote = "#"
        elif letter in "'\"":
            self._quote = "$'" if letter == "'" and self._before == "$" else letter
            self.word_begins = False
        else:
            self._plain(letter)

    def _in_quotes(self, letter: str) -> None:
        if self._quote == "#":
            if letter == "\n":
                self._quote, self.word_begins = "", True
        elif letter == "\\" and self._quote != "'":
            self._escaped = True
        elif letter == self._quote[-1]:
            self._quote = ""

    def _plain(self, letter: str) -> None:
        pair = self._before + letter
        if letter == "`":
            self._backticks = not self._backticks
        elif pair == "((":
            self._arithmetic += 1
        elif pair == "))":
            self._arithmetic = max(0, self._arithmetic - 1)
        elif pair == "${":
            self._braces += 1
        elif letter == "}":
            self._braces = max(0, self._braces - 1)
        self.word_begins = letter.isspace() or letter in ";|&()"
