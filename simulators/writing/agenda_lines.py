"""What an `AgendaUser` says besides his questions: openings, small talk, reactions, goodbyes."""

from __future__ import annotations

OPENINGS = (
    "Hi {name}, {question}",
    "Hello! {question}",
    "Hey, you're {name}, right? {question}",
    "Hi there. I've been wanting to ask you something. {question}",
    "Good evening, {name}. {question}",
    "{question}",
    "Do you have a minute? {question}",
    "Hi, first time talking to you. {question}",
    "Quick question, {name}. {question}",
    "So you're {name}. {question}",
)
SMALL_TALK = (
    "How's your day going?",
    "What have you been up to today?",
    "It's raining here again. What's it like where you are?",
    "Did you sleep well?",
    "What's on your mind lately?",
    "I just made myself something to eat. When did you last eat?",
    "Anything exciting happen this week?",
    "What makes you laugh?",
    "If you had a free day tomorrow, what would you do with it?",
    "Who did you last talk to before me?",
    "Do you prefer mornings or evenings?",
    "What's the best thing about where you are?",
    "What did you want to be as a child?",
    "Tell me something that surprised you recently.",
)
FOLLOW_UPS = (
    "What do you mean by {topic}?",
    "Can you tell me more about {topic}?",
    "Why {topic}?",
    "How did that start, with {topic}?",
    "You said {topic}. Since when?",
    "Wait, {topic}? Go on.",
    "What's the hardest thing about {topic}?",
    "And how do you feel about {topic}?",
    "Do others around you care about {topic} too?",
    "Was it always like that with {topic}?",
)
REACTIONS = (
    "Oh, interesting.",
    "I see.",
    "Ok, makes sense.",
    "Really?",
    "Ha, I didn't expect that.",
    "Hm, ok.",
    "Nice.",
    "That's a lot to take in.",
    "Fair enough.",
    "I know the feeling.",
    "Sounds about right.",
    "No way.",
)
ANSWERS = (
    "Good question, I'm not sure myself.",
    "Me? Not really.",
    "Yes, I think so.",
    "I'd say it depends.",
    "Sometimes, yes.",
    "Let's stay with you for now.",
)
OPEN_ANSWERS = (
    "Good question, I'm not sure myself.",
    "Oh, that's a long story.",
    "Nothing special, really.",
    "Let's stay with you for now.",
    "Hm, hard to say.",
    "I'd have to think about that.",
)
COMPLAINTS = (
    "That doesn't answer my question.",
    "You didn't really say anything there.",
    "Can you be more specific?",
    "Come on, just tell me.",
    "I asked you something else.",
    "That's not helpful.",
)
DISCLOSURES = (
    "{fact}",
    "By the way, {fact}",
    "{fact} That's why I'm asking.",
    "You should know that {fact}",
    "On my side, {fact}",
    "To be honest, {fact}",
)
"""Around a sentence that begins with `I`."""
BARE_DISCLOSURES = ("{fact}", "{fact}", "{fact} That's why I'm asking.")
"""Around what is no whole sentence, as `Nurse here.`"""
GOALS = (
    "What I actually want is to {goal}. Can you help with that?",
    "I'm trying to {goal}. What would you say?",
    "I came here to {goal}. Where do I start?",
    "Maybe you can help me {goal}?",
)
GOODBYES = (
    "Ok, that's all I wanted to know. Bye!",
    "Thanks, that helps. Have a good one.",
    "Great, thank you. I have to go now, bye.",
    "Alright, I'll leave it at that. Take care.",
    "Good talking to you. See you!",
    "Got it, thanks. Bye for now.",
)
LEAVINGS = (
    "Never mind. This isn't getting me anywhere.",
    "Forget it, bye.",
    "Ok I give up. Bye.",
    "I'm done here.",
    "This is pointless. I'll ask somebody else.",
)
