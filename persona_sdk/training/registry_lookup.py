"""Which entry of a registry is meant: by a key, by a place, or as what another one replaced."""

from __future__ import annotations

from persona_sdk.errors import AdapterError
from persona_sdk.training.registry_file import Content
from persona_sdk.training.registry_values import Entry


def find_entry(entries: tuple[Entry, ...], key: str) -> Entry:
    """Return the adapter of an id or a name; of several of a name the active one.

    Raises:
        AdapterError: There is none, or several and none or more than one is active.
    """
    if by_id := [e for e in entries if e.id == key]:
        return by_id[0]
    named = [e for e in entries if e.name == key]
    active = [e for e in named if e.state == "active"]
    if len(active) == 1 or len(named) == 1:
        return (active or named)[0]
    if not named:
        known = ", ".join(dict.fromkeys(e.name for e in entries)) or "none"
        raise AdapterError(f"no adapter is called {key!r}, there are: {known}")
    told = ", ".join(f"{e.id} ({e.state}{f', {e.persona}' if e.persona else ''})" for e in named)
    raise AdapterError(f"{key!r} stands for several adapters: name one of {told}")


def active_in(entries: tuple[Entry, ...], slot: tuple[str, str]) -> Entry | None:
    """Return what is active in a place (`Entry.slot`); None where nothing is."""
    return next((e for e in entries if e.state == "active" and e.slot == slot), None)


def entry_before(content: Content, entry: Entry) -> Entry | None:
    """Return what the last installation of an adapter replaced, past what was removed since."""
    replaced = {
        event.adapter: event.replaced for event in content.history if event.what == "installed"
    }
    there = {e.id: e for e in content.entries}
    key, passed = replaced.get(entry.id, ""), {entry.id}
    while key and key not in there and key not in passed:
        passed.add(key)
        key = replaced.get(key, "")
    return there.get(key) if key not in passed else None
