"""Whether a user speaks as the character or as an assistant: small models swap the roles."""

from __future__ import annotations

import re

from simulators.writing.naming import own_names


def is_inverted(text: str, character: str) -> bool:
    """Whether `text` speaks as the character or as an assistant.

    The rules read English, and a few phrases of other languages.

    Example:
        >>> is_inverted("I'm Ada, nice to meet you.", "Ada"), is_inverted("hi Ada", "Ada")
        (True, False)
    """
    if _ASSISTANT.search(_APOSTROPHE.sub(r"\1'\2", text)):
        return True
    names = "|".join(map(re.escape, own_names(character)))
    speaks = (
        rf"(?:\A\s*(?:{names}|assistant)\s*:|\b(?:I am|I'm|my name is|this is)\s+(?:{names})\b)"
    )
    return re.search(speaks, text.replace("’", "'"), re.IGNORECASE) is not None


_APOSTROPHE = re.compile(r"\b(i)[’]?(m|d)\b", re.IGNORECASE)
_ASSISTANT = re.compile(
    r"\bas an? (?:ai|assistant|(?:large )?language model|chatbot)\b|\bi(?:'m| am) an? (?:ai|"
    r"(?:virtual |helpful )?assistant|language model|chatbot)\b|\bhow (?:can|may) i (?:help|assist)"
    r"(?: you)?\b|\bhow (?:can|may) i be of (?:help|service|assistance)\b|\blet me know how i can "
    r"(?:help|assist)\b|\bi(?:'m| am) (?:always )?here (?:to (?:help|assist)|if you need)\b|"
    r"\bi(?:'d| would) (?:be (?:happy|glad)|love|like) to (?:help|assist)\b|\bi(?:'m| am) (?:ready|"
    r"excited|happy|glad) to (?:help|assist)\b|\bfeel free to (?:ask|reach)\b|\blet me know if "
    r"(?:you (?:have|need|want|would)|you'd|there)\b|\banything else (?:i can|you(?:'d| would) "
    r"like)\b|\bi(?:'m| am) sorry, but i (?:can't|cannot)\b|\bwhat can i do for you\b|"
    r"\bgreat question\b|\bglad (?:i|you) could (?:help|ask)\b|\b(?:happy|glad|great|delighted|"
    r"pleased|nice|lovely|wonderful) to have you (?:here|with us|on board|join)\b|\b(?:thank you|"
    r"thanks) for (?:reaching out|contacting|your (?:question|inquiry|patience|understanding))\b|"
    r"\A\s*(?:sure|certainly|of course|absolutely)[,!.]? (?:here(?:'s| is| are)|(?:i can|i'd|i'll|"
    r"let me) (?:be |love |help|assist|explain))|\bi apologi[sz]e for (?:the|any) (?:confusion|"
    r"inconvenience|misunderstanding|error)|\bplease provide (?:me )?(?:with )?(?:more|additional|"
    r"further) (?:details|information|context)|\bit(?:'s| is) (?:a|my) pleasure to (?:assist|help)"
    r"|\bi understand your (?:concern|frustration)|\bwhat brings you (?:here today|in today)\b|"
    r"作为(?:一个|一名)?(?:AI|人工智能)|\bcomo (?:una )?(?:ia|inteligencia artificial)\b|"
    r"\ben tant qu['’](?:ia|intelligence artificielle)\b|\bals (?:eine )?(?:ki|künstliche "
    r"intelligenz)\b|как искусственный интеллект",
    re.IGNORECASE,
)
"""What those say who serve and not those who are served."""
