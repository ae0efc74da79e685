"""Building what a person agrees to, bound by a digest to exactly what was shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from bamboo_desktop.domain.question import ConsentRequest
from bamboo_desktop.tools.port import Arguments
from bamboo_desktop.tools.rules import EVERY_COMMAND, Rule, matches, parse_rule
from bamboo_desktop.tools.visible import visible

__all__ = [
    "EVERY_COMMAND",
    "Rule",
    "build",
    "digest_of",
    "matches",
    "needs_consent",
    "parse_rule",
]


def needs_consent(request: ConsentRequest | None, rules: Iterable[str]) -> bool:
    """Whether the person is asked, in the one order that holds everywhere.

    First the tool itself: what it refuses never comes here, what needs nothing passes. Then the
    rules that say yes. Everything else is asked. Rules that refuse and rules that always ask
    belong before the ones that say yes; a sandbox belongs between the rules and the question.
    """
    if request is None:
        return False
    return not any(matches(rule, request.tool, request) for rule in rules)


def digest_of(tool: str, arguments: Arguments, workspace: str, *present: str) -> str:
    """SHA-256 over the tool, its arguments in one canonical form, the folder and `present`.

    `present` is what else was shown: the real path, the fingerprint of the file's content.
    """
    whole = [tool, dict(arguments), workspace, *present]
    text = json.dumps(whole, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def build(
    *,
    tool: str,
    sentence: str,
    exact: str,
    where: str,
    digest: str,
    rule: str,
    warnings: tuple[str, ...] = (),
    reason: str = "",
) -> ConsentRequest:
    """The request, with every hidden character of what is shown made visible."""
    return ConsentRequest(
        tool=tool,
        sentence=visible(sentence),
        exact=visible(exact, keep="\n\t"),
        where=visible(where),
        digest=digest,
        rule=rule,
        reason=visible(reason),
        is_unusual=bool(warnings),
        warning=_joined(warnings),
    )


def _joined(warnings: tuple[str, ...]) -> str:
    if not warnings:
        return ""
    text = "; ".join(warnings)
    return f"Look twice: this {text}."
