"""The model library behind our port; nothing outside this package imports it.

Everything here is imported late: the door is `providers/library_provider.py`.
"""

from __future__ import annotations
