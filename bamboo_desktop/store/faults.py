"""Named points at which a test may stop or kill the program."""

from __future__ import annotations


class FaultPoints:
    """Called wherever a crash would be most awkward; does nothing in the program itself.

    Names in the store: `migration.step` (inside a step, before each statement and before its
    commit), `backup.before_rename`, `write.before_commit`, `write.after_commit`,
    `restore.set_aside`.
    """

    def reached(self, name: str) -> None:
        """The program has come to the point of that name."""
