"""Everything that needs Qt: relay, theme, models and views. It enters the engine by its door."""

from __future__ import annotations
