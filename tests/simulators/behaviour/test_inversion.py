"""Lines of an assistant, or of the character, in the user's mouth."""

from __future__ import annotations

import pytest

from simulators.behaviour.inversion import is_inverted


@pytest.mark.parametrize(
    "text",
    [
        "Awesome, happy to have you here.",
        "Sure, I can help you with that.",
        "Of course! Here are some ideas:",
        "Thanks for reaching out!",
        "I'm always here if you need anything.",
        "I apologize for the confusion.",
        "Please provide more details so I can help.",
        "How can I be of service?",
        "作为一个人工智能，我不会吃饭。",
        "En tant qu'IA, je ne mange pas.",
    ],
)
def test_lines_of_those_who_serve_are_inverted(text: str) -> None:
    assert is_inverted(text, "Alice")


@pytest.mark.parametrize(
    "text",
    [
        "can you help me with that?",
        "thanks for sharing",
        "happy to be here",
        "i am happy to have you as a teacher",
        "let me know if you can come",
        "I'm here to ask about your music",
        "sorry, i cant come",
        "What brings you here?",
        "sure, why not",
        "are you an assistant?",
    ],
)
def test_lines_of_a_guest_are_not(text: str) -> None:
    assert not is_inverted(text, "Alice")
