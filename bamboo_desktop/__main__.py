"""What a double click runs."""

from __future__ import annotations

import sys

from bamboo_desktop.app import main

if __name__ == "__main__":
    sys.exit(main())
