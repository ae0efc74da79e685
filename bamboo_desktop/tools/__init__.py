"""What an agent can do on the machine; consent stands in front of everything with an effect."""

from __future__ import annotations
