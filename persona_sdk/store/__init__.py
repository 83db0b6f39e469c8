"""Where conversations live: sessions, turns, verdicts and attempts, in SQLite or PostgreSQL."""

from persona_sdk.store.database import default_path
from persona_sdk.store.store import Store
from persona_sdk.store.values import Session, StoredTurn

__all__ = ["Session", "Store", "StoredTurn", "default_path"]
