"""The registry: adapters with their lineage, of which only the winner of a gate becomes active."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from persona_sdk.errors import AdapterError, TrainingError
from persona_sdk.models.adapter_file import read_adapter
from persona_sdk.models.adapters_home import adapters_home
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.gate.document import FILE as GATE
from persona_sdk.training.gate.document import summary_of, winner_of
from persona_sdk.training.registry_file import Content, read_content, write_json
from persona_sdk.training.registry_folder import changing, checked_file, copy_in, delete_files
from persona_sdk.training.registry_lookup import active_in, entry_before, find_entry
from persona_sdk.training.registry_rules import refuse_loser, refuse_other_use
from persona_sdk.training.registry_values import ALL_PERSONAS, Entry, Event, Happening, check_name

ID_LETTERS = 12
"""Letters of a digest that name an entry."""


class Registry:
    """The adapters in one folder; several processes may use it at once.

    Every change is written whole or not at all: whoever reads sees the state before or after.

    Args:
        folder: None is `adapters_home()`: `$PERSONA_ADAPTERS` or the user's data folder.
        now: Tells the time.

    Example:
        >>> registry = Registry("adapters")  # doctest: +SKIP
        >>> registry.install(entry.id, gate)  # doctest: +SKIP
    """

    def __init__(
        self,
        folder: str | Path | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.folder = Path(folder).expanduser() if folder is not None else adapters_home()
        self._now = now

    def entries(self) -> tuple[Entry, ...]:
        """Return all adapters, the oldest first.

        Raises:
            AdapterError: The registry is broken.
        """
        return read_content(self.folder).entries

    def history(self) -> tuple[Event, ...]:
        """Return what happened, the oldest first.

        Raises:
            AdapterError: The registry is broken.
        """
        return read_content(self.folder).history

    def find(self, key: str) -> Entry:
        """Return the adapter of an id or a name; of several of a name the active one.

        Raises:
            AdapterError: There is none, or several and none or more than one is active.
        """
        return find_entry(read_content(self.folder).entries, key)

    def path_of(self, key: str) -> Path:
        """Return the file of an adapter, after a look whether it is still the one that was added.

        Raises:
            AdapterError: There is no such adapter, or its file is gone or was changed.
        """
        return checked_file(self.folder, self.find(key))

    def active(self, base_sha256: str, persona: str = ALL_PERSONAS) -> Entry | None:
        """Return what is active on a base for one character or, without a name, for all."""
        return active_in(self.entries(), (base_sha256, persona))

    def add(
        self,
        file: Path,
        *,
        name: str,
        base: str,
        base_sha256: str,
        persona: str = ALL_PERSONAS,
        lineage: Mapping[str, str] | None = None,
    ) -> Entry:
        """Copy an adapter in as a candidate; one that is there already is returned as it is.

        Args:
            file: A GGUF adapter.
            name: What it is called from now on.
            base: Name of the model that it is for.
            base_sha256: Digest of that model's file.
            persona: The one character that it is for.
            lineage: Where it comes from, beside what the file itself says.

        Raises:
            AdapterError: The file is no adapter.
            ValueError: The name cannot stand in a model's name.
            StoreError: The folder cannot be written.
        """
        check_name(name)
        header, sha256 = read_adapter(file), sha256_of(file)
        entry = Entry(
            id=sha256[:ID_LETTERS],
            name=name,
            base=base,
            base_sha256=base_sha256,
            sha256=sha256,
            size=header.size,
            persona=persona,
            added=self._time(),
            lineage={**(header.lineage or {}), **(lineage or {})},
        )
        with changing(self.folder) as content:
            there = next((e for e in content.entries if e.id == entry.id), None)
            if there is not None:
                refuse_other_use(there, entry.name, entry.slot)
                return there
            copy_in(file, self.folder, entry.id)
            content.entries = (*content.entries, entry)
            self._note(content, "added", entry.id)
        return entry

    def install(self, key: str, document: Mapping[str, Any]) -> Entry:
        """Make an adapter active, for it won a gate.

        What was active in its place retires, and `rollback` brings it back.

        Args:
            key: Its id or name.
            document: What the gate left (`persona_sdk.training.gate.document`).

        Raises:
            TrainingError: The gate does not say promote, or is not about this file on this base,
                or did not compare it with what is active, or holds for other characters only.
            AdapterError: There is no such adapter, or its file is gone or was changed.
        """
        winner = winner_of(document, "the gate")
        with changing(self.folder) as content:
            entry = find_entry(content.entries, key)
            before = active_in(content.entries, entry.slot)
            checked_file(self.folder, entry)
            if before is not None and before.id == entry.id:
                return entry
            refuse_loser(entry, winner, before)
            write_json(document, self.folder / entry.id / GATE)
            replaced = "" if before is None else before.id
            content.change(replaced, state="retired")
            content.change(entry.id, state="active", gate=summary_of(document, winner))
            self._note(content, "installed", entry.id, replaced)
        return replace(entry, state="active", gate=summary_of(document, winner))

    def keep_gate(self, key: str, document: Mapping[str, Any]) -> Entry:
        """Keep the report of a gate with an adapter, whatever it says; nothing becomes active.

        Raises:
            TrainingError: It is no report of a gate, or one of another file.
            AdapterError: There is no such adapter.
        """
        winner = winner_of(document, "the gate")
        with changing(self.folder) as content:
            entry = find_entry(content.entries, key)
            if winner.adapter_sha256 != entry.sha256:
                raise TrainingError(f"the gate was about another file than {entry.id}: gate it")
            write_json(document, self.folder / entry.id / GATE)
            content.change(entry.id, gate=summary_of(document, winner))
        return replace(entry, gate=summary_of(document, winner))

    def rollback(self, key: str) -> Entry | None:
        """Take back the installation of an active adapter.

        Args:
            key: Its id or name.

        Returns:
            What is active in its place now: what was before it, or None for the plain base.

        Raises:
            AdapterError: There is no such adapter, it is not active, or the file of the one
                before is gone or was changed.
        """
        with changing(self.folder) as content:
            entry = find_entry(content.entries, key)
            if entry.state != "active":
                raise AdapterError(
                    f"{entry.name} ({entry.id}) is {entry.state}: only an active adapter can be "
                    "rolled back"
                )
            before = entry_before(content, entry)
            if before is not None:
                checked_file(self.folder, before)
                content.change(before.id, state="active")
            content.change(entry.id, state="retired")
            self._note(content, "rolled back", entry.id, before.id if before else "")
        return None if before is None else replace(before, state="active")

    def remove(self, key: str) -> Entry:
        """Delete an adapter that is not active; the history keeps that it was there.

        Raises:
            AdapterError: There is no such adapter, or it is active.
            StoreError: Its files cannot be deleted; the registry has forgotten it already.
        """
        with changing(self.folder) as content:
            entry = find_entry(content.entries, key)
            if entry.state == "active":
                raise AdapterError(f"{entry.name} ({entry.id}) is active: roll it back first")
            content.entries = tuple(e for e in content.entries if e.id != entry.id)
            self._note(content, "removed", entry.id)
        delete_files(self.folder, entry)
        return entry

    def _note(self, content: Content, what: Happening, adapter: str, replaced: str = "") -> None:
        content.history = (*content.history, Event(self._time(), what, adapter, replaced))

    def _time(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="seconds")
