"""What the entailment network reads of an exchange, in training as under the guard."""

from __future__ import annotations

from collections.abc import Sequence

from guards.formats import nli_premise
from guards.utterances import as_prose, utterances


def premise(character: str, history: Sequence[tuple[str, str]], query: str, reply: str) -> str:
    """Return the first half of an entailment pair, actions and thoughts of the reply spelled out.

    Args:
        character: Name under which the reply is spoken.
        history: Earlier turns, oldest first, as `(role, text)`; role is `user` or `assistant`.
        query: The user turn that the reply answers; empty when there is none.
        reply: The whole reply, with `(actions)` and `[thoughts]`.

    Raises:
        ValueError: A role is neither `user` nor `assistant`.

    Example:
        >>> premise("Alice", [], "Do you like coffee?", "(smiles) No.")
        'User: Do you like coffee? Alice: Alice smiles. No.'
    """
    return nli_premise(character, history, query, as_prose(utterances(reply, character), reply))
