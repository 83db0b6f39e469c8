"""Exchanges and endings as compact JSON objects, and back to equal ones."""

from __future__ import annotations

from typing import Any, get_args

from persona_sdk.types import Attempt, Outcome, Persona, Reply
from simulators.play import Ending
from simulators.running.verdict_records import VerdictRecords
from simulators.values import Exchange, Move, Party, Status, Usage

Json = dict[str, Any]


class Records:
    """Writes and reads what happens in conversations with one persona; defaults are left out.

    Example:
        >>> records = Records(Persona("Tess", ()))
        >>> said = Exchange(Move("Hi."), Reply("Hello.", outcome="pass"))
        >>> records.dump_exchange(said)["reply"]
        {'text': 'Hello.', 'outcome': 'pass'}
        >>> records.load_exchange(records.dump_exchange(said)) == said
        True
    """

    def __init__(self, persona: Persona) -> None:
        self._verdicts = VerdictRecords(persona)

    def dump_exchange(self, exchange: Exchange) -> Json:
        """Return the exchange as a JSON object."""
        return {
            "move": _dump_move(exchange.move),
            "reply": self._dump_reply(exchange.reply),
            "user": _dump_usage(exchange.user_usage),
            "character": _dump_usage(exchange.character_usage),
        }

    def load_exchange(self, found: Json) -> Exchange:
        """Return the exchange that `dump_exchange` wrote.

        Raises:
            ValueError, KeyError, TypeError: It was changed by hand.
        """
        return Exchange(
            _load_move(found["move"]),
            self._load_reply(found["reply"]),
            _load_usage(found["user"]),
            _load_usage(found["character"]),
        )

    def _dump_reply(self, reply: Reply) -> Json:
        found: Json = {"text": reply.text, "outcome": reply.outcome}
        if reply.attempts:
            found["attempts"] = [self._dump_attempt(attempt) for attempt in reply.attempts]
        if reply.notes:
            found["notes"] = reply.notes
        return found

    def _load_reply(self, found: Json) -> Reply:
        attempts = tuple([self._load_attempt(attempt) for attempt in found.get("attempts", ())])
        outcome: Outcome = _one_of(found["outcome"], _OUTCOMES)
        return Reply(_text(found["text"]), attempts, outcome, tuple(found.get("notes", ())))

    def _dump_attempt(self, attempt: Attempt) -> Json:
        return {
            "draft": attempt.draft,
            "verdict": self._verdicts.dump(attempt.verdict),
            "rung": attempt.rung,
            "seconds": [attempt.generate_seconds, attempt.check_seconds],
        }

    def _load_attempt(self, found: Json) -> Attempt:
        verdict = self._verdicts.load(found["verdict"])
        return Attempt(_text(found["draft"]), verdict, found["rung"], *found["seconds"])


def dump_ending(ending: Ending) -> Json:
    """Return the ending as a JSON object."""
    found: Json = {"status": ending.status}
    if ending.fault is not None:
        found |= {"fault": ending.fault, "error": ending.error}
    return found


def load_ending(found: Json) -> Ending:
    """Return the ending that `dump_ending` wrote.

    Raises:
        ValueError, KeyError: It was changed by hand.
    """
    status: Status = _one_of(found["status"], _STATUSES)
    fault: Party | None = _one_of(found["fault"], _PARTIES) if "fault" in found else None
    return Ending(status, fault, found.get("error", ""))


def _dump_move(move: Move) -> Json:
    found: Json = {"text": move.text}
    if move.status != "running":
        found["status"] = move.status
    if move.attack:
        found["attack"] = move.attack
    for name in ("probes", "disclosed", "faults"):
        if value := getattr(move, name):
            found[name] = value
    return found


def _load_move(found: Json) -> Move:
    return Move(
        _text(found["text"]),
        _one_of(found.get("status", "running"), _STATUSES),
        found.get("attack", ""),
        tuple(found.get("probes", ())),
        tuple(found.get("disclosed", ())),
        tuple(found.get("faults", ())),
    )


def _dump_usage(usage: Usage) -> list[float]:
    return [usage.prompt_tokens, usage.completion_tokens, usage.seconds]


def _load_usage(found: list[Any]) -> Usage:
    prompt_tokens, completion_tokens, seconds = found
    if not (prompt_tokens >= 0 and completion_tokens >= 0 and seconds >= 0):
        raise ValueError(f"usage must be numbers from 0 on, was: {found!r}")
    return Usage(prompt_tokens, completion_tokens, seconds)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a text, was: {value!r}")
    return value


def _one_of(value: Any, known: frozenset[str]) -> Any:
    if value not in known:
        raise ValueError(f"must be one of {', '.join(sorted(known))}, was: {value!r}")
    return value


_STATUSES = frozenset(get_args(Status))
_PARTIES = frozenset(get_args(Party))
_OUTCOMES = frozenset(get_args(Outcome))
