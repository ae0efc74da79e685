"""The Qt binding, kept from reading the source of everything that is imported after it."""

from __future__ import annotations

import builtins


def import_unread() -> None:
    """Load the binding, and give imports back the way they had before it; call it first of all.

    The binding looks through the source text of each module for its own name, for the sake of
    `from __feature__ import`, which nothing here uses. The standard library's cache of source
    lines then keeps all that text: a quarter of the program's memory, and much of its start.
    """
    import PySide6  # noqa: F401 - from here on there is a hook

    names = vars(builtins)
    names["__import__"] = names.get("__orig_import__", names["__import__"])
