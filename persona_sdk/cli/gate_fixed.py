"""Measures a side on what is the same for every gate: fixed chats and fixed questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from persona_sdk.cli.gate_replies import NO_LIKELIHOOD
from persona_sdk.cli.gate_sides import Player
from persona_sdk.errors import PersonaSDKError
from persona_sdk.training.gate.ability import Question, chosen, is_right, questions, written
from persona_sdk.training.gate.chats import Chat, chats, surprise_of
from persona_sdk.training.gate.values import Measurement, Task


def fixed_places() -> Iterator[tuple[Task, str, Chat | Question]]:
    """Yield the fixed items with their tasks and ids."""
    for number, chat in enumerate(chats()):
        yield "chat", f"chat/{number}", chat
    for number, question in enumerate(questions()):
        yield "ability", f"{question.kind}/{number}", question


def measured_fixed(player: Player, name: str, one: Chat | Question) -> Measurement:
    """Return what a side makes of one fixed item; a failure is kept as its error."""
    if isinstance(one, Chat):
        place = Measurement(player.side, "chat", "", name, query=one.asked)
    else:
        place = Measurement(player.side, "ability", "", name, query=one.ask)
    try:
        return _read(player, place, one) if isinstance(one, Chat) else _answered(player, place, one)
    except PersonaSDKError as error:
        return replace(place, error=f"{type(error).__name__}: {error}")


def _read(player: Player, place: Measurement, chat: Chat) -> Measurement:
    found = None if player.likelihood is None else surprise_of(player.likelihood, chat)
    if found is None:
        return replace(place, missing={"chat_surprise": NO_LIKELIHOOD})
    return replace(place, values={"chat_surprise": found})


def _answered(player: Player, place: Measurement, question: Question) -> Measurement:
    if not question.wrong:
        answer = written(player.model, question)
    elif player.likelihood is None:
        return replace(place, missing={"ability": NO_LIKELIHOOD})
    else:
        answer = chosen(player.likelihood, question)
    return replace(place, reply=answer, values={"ability": float(is_right(question, answer))})
