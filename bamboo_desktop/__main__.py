"""What a double click runs."""

from __future__ import annotations

import gc
import sys

from bamboo_desktop.tools.embedded import run_embedded


def main() -> int:
    """Run the window program, or one of the small programs a packaged build holds inside."""
    if run_embedded(sys.argv):
        return 0
    # What a start makes lives on: the collector would look at it for nothing while a person waits.
    gc.disable()
    from bamboo_desktop.ui.binding import import_unread

    import_unread()
    from bamboo_desktop.app import main as window_main

    return window_main()


if __name__ == "__main__":
    sys.exit(main())
