"""Your agent: anything with a `reply` that takes a conversation. This one answers by rule."""

from persona_sdk import Conversation, Reply

LINES = {
    "coffee": "I never drink coffee. May I pour you some tea?",
    "dog": "Dogs frighten me, I am afraid. Please keep yours outside.",
    "cello": "I play the cello when the shop is closed.",
    "music": "I play the cello when the shop is closed.",
    "brother": "My brother is called Jonas.",
    "shop": "This tea shop in Lindow is mine.",
}
OTHERWISE = "Have a cup of tea with me and tell me more."


class Shopkeeper:
    """Mira Holt, without a model. In your project this calls your own."""

    def reply(self, conversation: Conversation) -> Reply:
        """Answer the last user turn."""
        asked = conversation.query.lower()
        return Reply(next((line for word, line in LINES.items() if word in asked), OTHERWISE))
