"""What a double click runs."""

from __future__ import annotations

import sys

from bamboo_desktop.tools.embedded import run_embedded


def main() -> int:
    """Run the window program, or one of the small programs a packaged build holds inside."""
    if run_embedded(sys.argv):
        return 0
    from bamboo_desktop.app import main as window_main

    return window_main()


if __name__ == "__main__":
    sys.exit(main())
