"""Writes personas as TOML or JSON that reads back as an equal value."""

from __future__ import annotations

import json
from typing import Any

from persona_sdk.types import Persona, Statement


def dump_toml(persona: Persona) -> str:
    """Write a persona as TOML; `parse` gives an equal value back."""
    data = _plain(persona)
    examples = data.pop("examples", [])
    lines = [f"{key} = {_toml(value)}" for key, value in data.items()]
    for example in examples:
        lines += [
            "",
            "[[examples]]",
            *(f"{key} = {_toml(value)}" for key, value in example.items()),
        ]
    return "\n".join(lines) + "\n"


def dump_json(persona: Persona) -> str:
    """Write a persona as JSON; `parse` gives an equal value back."""
    return json.dumps(_plain(persona), ensure_ascii=False, indent=2) + "\n"


def _plain(persona: Persona) -> dict[str, Any]:
    """Return the data of a file, without the keys that say nothing."""
    data = {
        "name": persona.name,
        "greeting": persona.greeting,
        "scenario": persona.scenario,
        "portrait": persona.portrait,
        "adapter": persona.adapter,
        "voice": list(persona.voice),
        "statements": [_plain_statement(i, s) for i, s in enumerate(persona.statements)],
        "fallbacks": list(persona.fallbacks),
        "examples": [{"user": e.user, "character": e.character} for e in persona.examples],
    }
    return {key: value for key, value in data.items() if value}


def _plain_statement(index: int, statement: Statement) -> str | dict[str, Any]:
    table: dict[str, Any] = {}
    if statement.id != f"s{index + 1}":
        table["id"] = statement.id
    table["text"] = statement.text
    if statement.hard:
        table["hard"] = True
    if statement.weight != 1.0:
        table["weight"] = statement.weight
    return table if len(table) > 1 else statement.text


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for DELETE, which only TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[\n" + "".join(f"  {_toml(v)},\n" for v in value) + "]"
    return repr(float(value))
