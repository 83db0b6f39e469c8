"""Repetition between replies: read off all drafts of a side, so measured after the last of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from persona_sdk.experience import first_person
from persona_sdk.repetition import Gram, grams
from persona_sdk.training.gate.values import Measurement, Side
from persona_sdk.types import Persona


def with_echoes(
    measurements: Iterable[Measurement], personas: Iterable[Persona] = ()
) -> list[Measurement]:
    """Add `echoed` and `retold` to every draft: the runs of four words that other drafts hold.

    The others are those of the same side and character. A run that the persona itself holds
    counts as `retold`, any other as `echoed`: known answers ask for the same fact in several
    wordings, and the right answer says it again. Both are shares of all runs of the draft; a draft
    that is too short for a run repeats nothing.

    Args:
        measurements: All of a gate.
        personas: Whose statements, said in the third or the first person, are facts to retell.
    """
    found = list(measurements)
    facts = {persona.name: _told(persona) for persona in personas}
    said: dict[tuple[Side, str], Counter[Gram]] = defaultdict(Counter)
    for one in found:
        if _is_draft(one):
            said[one.side, one.persona].update(_runs(one))
    return [
        _counted(one, said[one.side, one.persona], facts.get(one.persona, frozenset()))
        if _is_draft(one)
        else one
        for one in found
    ]


def _is_draft(one: Measurement) -> bool:
    return one.task == "reply" and not one.error


def _runs(one: Measurement) -> frozenset[Gram]:
    return frozenset(grams(one.reply))


def _told(persona: Persona) -> frozenset[Gram]:
    texts = [statement.text for statement in persona.statements]
    texts += [first_person(text, persona.name) for text in texts]
    return frozenset(run for text in texts for run in grams(text))


def _counted(one: Measurement, said: Counter[Gram], facts: frozenset[Gram]) -> Measurement:
    mine = _runs(one)
    again = {run for run in mine if said[run] > 1}
    shares = {"echoed": again - facts, "retold": again & facts}
    values = {name: len(runs) / len(mine) if mine else 0.0 for name, runs in shares.items()}
    return replace(one, values={**one.values, **values})
