"""SQLite behind plain functions: domain values in, domain values out; the only place of SQL.

`database.Database` runs a function of one `Tx` on its writer or on a reader; the modules named
after nouns hold those functions, and the engine composes them inside one transaction.
"""

from __future__ import annotations
