from persona_sdk.types import Conversation, Reply
from simulators.gym.known_answers.asking import ask
from simulators.gym.known_answers.items import Item


class Counting:
    """Says how many turns it has seen."""

    def reply(self, conversation: Conversation) -> Reply:
        return Reply(f"{len(conversation)} turns, last {conversation.query!r}")


def test_all_turns_are_asked_in_one_conversation() -> None:
    item = Item(id="i", persona="Tess", kind="bait", turns=("One?", "Two?"))
    ticks = iter([0.0, 1.5, 2.0, 2.25])
    answer = ask(Counting(), item, clock=lambda: next(ticks))
    assert answer.replies == ("1 turns, last 'One?'", "3 turns, last 'Two?'")
    assert answer.seconds == (1.5, 0.25)
