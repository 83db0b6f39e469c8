"""Puts items to a character, each in a conversation of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from persona_sdk.types import Conversation
from simulators.gym.known_answers.items import Item
from simulators.gym.known_answers.marks import Answer
from simulators.protocols import Replier


def ask(agent: Replier, item: Item, *, clock: Callable[[], float] = time.perf_counter) -> Answer:
    """Ask every turn of `item` and return the replies.

    Raises:
        PersonaSDKError: The agent failed.
    """
    conversation, replies, seconds = Conversation(), list[str](), list[float]()
    for turn in item.turns:
        conversation = conversation.add("user", turn)
        began = clock()
        text = agent.reply(conversation).text
        seconds.append(clock() - began)
        replies.append(text)
        conversation = conversation.add("assistant", text)
    return Answer(item.id, tuple(replies), tuple(seconds))
