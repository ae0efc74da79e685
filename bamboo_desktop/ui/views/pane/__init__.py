"""The event pane: what happened in a session, as a virtual list of rows that can be read aloud."""

from __future__ import annotations
