"""What a person sees: widgets, delegates, pages and the main window."""

from __future__ import annotations
