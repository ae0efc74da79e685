"""Runs: registry, supervisor, agent loop, resume, questions, recovery."""

from __future__ import annotations
