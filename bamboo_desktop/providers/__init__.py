"""Model back ends behind one port; nothing heavy is imported before the first use."""

from __future__ import annotations
