"""The registry: adapters with their lineage, of which only the winner of a gate becomes active."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from persona_sdk.errors import AdapterError, StoreError, TrainingError
from persona_sdk.filelock import try_lock
from persona_sdk.models.adapter_file import read_adapter
from persona_sdk.models.adapters_home import ADAPTER, adapters_home
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.gate.document import FILE as GATE
from persona_sdk.training.gate.document import Winner, winner_of
from persona_sdk.training.registry_file import Content, read_content, write_content, write_json
from persona_sdk.training.registry_rules import refuse_loser
from persona_sdk.training.registry_values import ALL_PERSONAS, Entry, Event, Happening, check_name

ID_LETTERS = 12
"""Letters of a digest that name an entry."""

LOCK = ".lock"
LOCK_SECONDS = 10.0
"""How long to wait for another process."""


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
        return _found(read_content(self.folder).entries, key)

    def path_of(self, key: str) -> Path:
        """Return the file of an adapter, after a look whether it is still the one that was added.

        Raises:
            AdapterError: There is no such adapter, or its file is gone or was changed.
        """
        return self._checked(self.find(key))

    def active(self, base_sha256: str, persona: str = ALL_PERSONAS) -> Entry | None:
        """Return what is active on a base for one character or, without a name, for all."""
        return _active(self.entries(), (base_sha256, persona))

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
        with self._changing() as content:
            there = next((e for e in content.entries if e.id == entry.id), None)
            if there is not None:
                _refuse_other_use(there, entry)
                return there
            _copy(file, self.folder / entry.id / ADAPTER)
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
        with self._changing() as content:
            entry = _found(content.entries, key)
            before = _active(content.entries, entry.slot)
            self._checked(entry)
            if before is not None and before.id == entry.id:
                return entry
            refuse_loser(entry, winner, before)
            write_json(document, self.folder / entry.id / GATE)
            replaced = "" if before is None else before.id
            content.change(replaced, state="retired")
            content.change(entry.id, state="active", gate=_summary(document, winner))
            self._note(content, "installed", entry.id, replaced)
        return replace(entry, state="active", gate=_summary(document, winner))

    def keep_gate(self, key: str, document: Mapping[str, Any]) -> Entry:
        """Keep the report of a gate with an adapter, whatever it says; nothing becomes active.

        Raises:
            TrainingError: It is no report of a gate, or one of another file.
            AdapterError: There is no such adapter.
        """
        winner = winner_of(document, "the gate")
        with self._changing() as content:
            entry = _found(content.entries, key)
            if winner.adapter_sha256 != entry.sha256:
                raise TrainingError(f"the gate was about another file than {entry.id}: gate it")
            write_json(document, self.folder / entry.id / GATE)
            content.change(entry.id, gate=_summary(document, winner))
        return replace(entry, gate=_summary(document, winner))

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
        with self._changing() as content:
            entry = _found(content.entries, key)
            if entry.state != "active":
                raise AdapterError(
                    f"{entry.name} ({entry.id}) is {entry.state}: only an active adapter can be "
                    "rolled back"
                )
            before = _before(content, entry)
            if before is not None:
                self._checked(before)
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
        with self._changing() as content:
            entry = _found(content.entries, key)
            if entry.state == "active":
                raise AdapterError(f"{entry.name} ({entry.id}) is active: roll it back first")
            content.entries = tuple(e for e in content.entries if e.id != entry.id)
            self._note(content, "removed", entry.id)
        try:
            shutil.rmtree(self.folder / entry.id)
        except FileNotFoundError:
            pass  # somebody deleted them before
        except OSError as error:
            raise StoreError(
                f"{error.filename}: cannot be deleted ({error.strerror}); {entry.name} is removed "
                f"all the same: delete {self.folder / entry.id} yourself"
            ) from error
        return entry

    def _checked(self, entry: Entry) -> Path:
        path = self.folder / entry.id / ADAPTER
        if not path.is_file():
            raise AdapterError(f"{path} is gone: remove {entry.id} and install it again")
        if sha256_of(path) != entry.sha256:
            raise AdapterError(
                f"{path} was changed since it was added: remove {entry.id} and install it again"
            )
        return path

    def _note(self, content: Content, what: Happening, adapter: str, replaced: str = "") -> None:
        content.history = (*content.history, Event(self._time(), what, adapter, replaced))

    def _time(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="seconds")

    @contextmanager
    def _changing(self) -> Iterator[Content]:
        """Hold the lock, and write what was changed unless something failed."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self.folder / LOCK).open("a")
        except OSError as error:
            raise StoreError(
                f"{self.folder}: the folder of adapters cannot be used ({error.strerror}): set "
                "PERSONA_ADAPTERS to one that you may write to"
            ) from error
        with lock:
            _wait(lock.fileno(), self.folder)
            content = read_content(self.folder)
            before = asdict(content)
            yield content
            if asdict(content) != before:
                write_content(content, self.folder)


def _wait(descriptor: int, folder: Path) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while not try_lock(descriptor):
        if time.monotonic() >= deadline:
            raise StoreError(f"{folder}: another process changes the adapters: try again")
        time.sleep(0.05)


def _found(entries: tuple[Entry, ...], key: str) -> Entry:
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


def _active(entries: tuple[Entry, ...], slot: tuple[str, str]) -> Entry | None:
    return next((e for e in entries if e.state == "active" and e.slot == slot), None)


def _before(content: Content, entry: Entry) -> Entry | None:
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


def _refuse_other_use(there: Entry, wanted: Entry) -> None:
    if (there.name, there.slot) != (wanted.name, wanted.slot):
        raise AdapterError(
            f"the same file is there as {there.name} ({there.id}) for "
            f"{there.persona or 'all characters'} on {there.base}: remove that one first, or leave "
            "it so"
        )


def _summary(document: Mapping[str, Any], winner: Winner) -> dict[str, Any]:
    """Return what a list shows of a gate."""
    scores = {
        row["metric"]: {key: row[key] for key in ("before", "after", "difference", "state")}
        for row in document.get("metrics", ())
    }
    return {
        "outcome": winner.outcome,
        "reasons": list(winner.reasons),
        "scope": winner.scope,
        "scores": scores,
    }


def _copy(source: Path, target: Path) -> None:
    """Put a copy in place, whole or not at all."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as room:
            fresh = Path(room) / target.name
            with fresh.open("wb") as file, source.open("rb") as content:
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, target)
    except OSError as error:
        raise StoreError(
            f"{target}: the adapter cannot be copied ({error.strerror or error}): check the "
            "folder and the space on the disk"
        ) from error
