"""`python -m bamboo_desktop.cli`: bambooctl without an installed script."""

from __future__ import annotations

import sys

from bamboo_desktop.cli import main

sys.exit(main())
