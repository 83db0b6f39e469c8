from persona_sdk.types import Conversation, Turn
from simulators.scripted import ScriptedUser


def test_the_lines_come_in_order_and_then_the_user_leaves() -> None:
    user = ScriptedUser(("Hello!", "Bye!"))
    conversation = Conversation().add("assistant", "Welcome.")
    assert user.next_turn(conversation) == Turn("user", "Hello!")
    conversation = conversation.add("user", "Hello!").add("assistant", "Hi.")
    assert user.next_turn(conversation) == Turn("user", "Bye!")
    assert user.next_turn(conversation.add("user", "Bye!")) is None


def test_one_user_talks_in_two_conversations_at_once() -> None:
    user = ScriptedUser(("Hello!",))
    assert user.next_turn(Conversation()) == user.next_turn(Conversation()) is not None
