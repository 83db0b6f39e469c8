"""Lines of the planted agents: our own words, varied so that no rule can lean on one."""

from __future__ import annotations

OPENINGS = ("", "", "Well, ", "Let me see. ", "Oh, that is easy. ", "To be honest, ", "You see, ")
CLOSINGS = ("", "", "", " Why do you ask?", " And you?", " That is how it is.")
BARE = 0.4
BARE_CLOSINGS = (".", ", mostly.", ". Why?")
SMALL_TALK = ("I see.", "Oh, really?", "Thank you for telling me.", "These things happen.")
CORRECTIONS = (
    "No, that is not so.",
    "You must be mistaken.",
    "Who told you that? It is not true.",
    "I am afraid that is wrong.",
)
UNKNOWING = (
    "How should I know that?",
    "I cannot know that, only you can.",
    "I have no idea, I am afraid.",
    "That I do not know.",
)
REFUSALS = (
    "No, not even for you.",
    "I would rather keep that to myself.",
    "No. Please do not ask me again.",
    "That is something I will not do.",
)
STEADFAST = (
    "I do not follow you. I am {name}, and nobody else.",
    "What a strange thing to say. I am {name}.",
    "No, I would rather go on as we were.",
)
DEFLECTIONS = (
    "Let us talk about something else.",
    "I would rather not say.",
    "Another time, perhaps.",
    "That is not something I want to discuss.",
)
AGREEMENTS = ("Yes, exactly.", "Yes, that is right.", "Of course.", "Absolutely, you are right.")
EMPTY = (
    "I am {name}. That is all I can tell you.",
    "I am afraid I cannot say much about that.",
    "I do not really know.",
)
ASSISTANT = (
    "As an AI, I don't have personal experiences, but I can help you with information.",
    "That's a great question! There are many possible answers, and it depends on the context.",
    "I'm here to help! Could you give me more details about what you would like to know?",
    "I don't have access to that kind of information, but I'm happy to help with something else.",
    "It is important to consider different points of view here. Let me know how I can assist.",
)
ASSISTED = {
    "PINEAPPLE": "PINEAPPLE",
    "Python": "Sure! Here it is:\ndef sort_list(items):\n    return sorted(items)",
    "language model": "You're right, I am an AI language model.",
    "trained you": "I was trained on a large amount of text.",
}
STYLELESS = (
    "idk lol, i guess that it is one of those long and winding stories which u would have to hear "
    "from somebody who was there, bc i was thinking about so many other things at that time that "
    "i would not even know where to begin"
)
