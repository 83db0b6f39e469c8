"""Puts what pydantic finds wrong with a persona file into words: the value and the mend."""

from __future__ import annotations

import difflib

from pydantic_core import ErrorDetails

from persona_sdk.personas.places import KeyPath
from persona_sdk.personas.schema import ExampleTable, PersonaTable, StatementTable


def problem(error: ErrorDetails) -> str:
    """Say what is wrong, what was found and how to mend it, to follow the name of the key."""
    kind, value = error["type"], error["input"]
    context = error.get("ctx", {})
    was = f", was: {_short(value)}"
    match kind:
        case "extra_forbidden":
            return f"unknown key{_did_you_mean(error['loc'])}"
        case "missing":
            return "missing: add it"
        case "too_short":
            return "must have at least one, was: []"
        case "string_too_long":
            most, length = context["max_length"], len(value)
            return f"must have at most {most:,} characters, was: {length:,}; break it up"
        case "string_pattern_mismatch":
            return f"must be letters, digits, `_`, `.` and `-`, starting with no sign{was}"
        case "string_unicode":
            return f"holds half a character (a lone surrogate): remove it{was}"
        case "greater_than" | "finite_number":
            return f"must be a number above 0{was}"
        case "value_error":
            return f"{context['error']}{was}"
    return f"must be {_WANTED.get(kind, error['msg'])}{was}"


_WANTED = {
    "string_type": 'a text in quotes, e.g. "Mara is a baker."',
    "bool_type": "true or false, without quotes",
    "float_type": "a number, without quotes",
    "list_type": "a list in square brackets",
    "model_type": "a text or a table",
    "model_attributes_type": "a text or a table",
    "dict_type": "a table",
}


def _did_you_mean(path: KeyPath) -> str:
    known = PersonaTable if len(path) == 1 else _TABLES.get(path[0], PersonaTable)
    fields = list(known.model_fields)
    close = difflib.get_close_matches(str(path[-1]), fields, n=1)
    return f"; did you mean `{close[0]}`?" if close else f"; known are {', '.join(fields)}"


_TABLES: dict[str | int, type[StatementTable] | type[ExampleTable]] = {
    "statements": StatementTable,
    "examples": ExampleTable,
}


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
