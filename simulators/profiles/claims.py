"""Finds what a user turn says of the user himself, as atomic facts in the second person.

Questions, wishes, conditions, other people's words and remarks on the conversation say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from persona_sdk.personas.clauses import split_facts
from persona_sdk.personas.referents import to_third_person
from persona_sdk.personas.verbs import is_base, third_person
from persona_sdk.sentences import split_segments
from persona_sdk.words import content_words
from simulators.profiles.persons import open_contractions, to_second

LONGEST = 300
"""Characters in a sentence; longer ones are pasted text more often than talk."""

MAX_TURN = 20_000
"""Characters of a turn that are read."""

_SELF = "Xself"
"""Stands for the user while a sentence is cut into facts."""


def claims(turn: str) -> list[str]:
    """Return the facts that a turn states about its speaker, in order.

    Example:
        >>> claims("Hi! I'm a nurse and my wife teaches. Do you like tea? I would fly if I could.")
        ['You are a nurse.', 'Your wife teaches.']
    """
    found: list[str] = []
    for sentence in sentences(turn):
        for clause in _clauses(sentence):
            found += _facts(clause)
    return list(dict.fromkeys(found))


def sentences(turn: str) -> list[str]:
    """Return the sentences of a turn that people say: no code, quotes or pasted text."""
    text = _CODE.sub(" ", turn[:MAX_TURN])
    kept = (segment.text for segment in split_segments(text) if segment.kind == "speech")
    return [s for s in kept if len(s) <= LONGEST and not s.startswith((">", "|", "#"))]


def _clauses(sentence: str) -> Iterator[str]:
    """Cut a sentence where the user begins to speak of himself anew."""
    text = open_contractions(sentence.strip())
    parts = re.split(
        r",? (?:and|but|so|because|since|cause|cuz|though|plus) "
        r"(?=(?:I|we|my|our) (?!and\b)\S+ \S+)"
        r"|[,;:–—]+ (?:and |but |so )?(?=(?:I|my) \S+ \S+)|\.\.+ ?|\s[-–—]+ ",
        text,
    )
    for index, part in enumerate(parts):
        closing = sentence.rstrip()[-1:] if index == len(parts) - 1 else ""
        opening = index == 0 and len(parts) > 1 and _CONDITION.search(part) is not None
        if opening:  # `If I win, I buy a boat`: the condition holds for the rest as well
            return
        yield part if closing != "?" or part.endswith("?") else part + "?"


def _facts(clause: str) -> list[str]:
    text = _OPENERS.sub("", clause.strip()).strip()
    text = _LEAD.sub(r"\2", text)
    if not _SPEAKS_OF_SELF.match(text) or text.endswith("?") or _unsure(text):
        return []
    text = _TAIL.sub("", text.rstrip(".!… ,")) + "."
    if _is_remark(text) or _SUM.search(text):
        return []
    return [fact for fact in _cut(text) if _tells(fact)]


def _unsure(text: str) -> bool:
    """Whether a clause is hypothetical, quotes somebody, or speaks to the other side."""
    return bool(_CONDITION.search(text) or _OTHERS_WORDS.search(text) or _YOU.search(text))


def _is_remark(text: str) -> bool:
    """Whether a clause is about the conversation or a passing feeling, not about the user."""
    return bool(_REMARK.match(text) or _STRANGER.match(text))


def _cut(text: str) -> list[str]:
    """Return the facts of a first-person clause; those that cannot be cut stay one."""
    text = re.sub(r"\b[Ww]e\b", "I", re.sub(r"\b([Oo]ur)\b", "my", text))
    words = set(re.findall(r"[a-z']+", text))
    base = {third_person(w): w for w in words if third_person(w) not in words}
    named = to_third_person(text, _SELF)
    lists = _WHOLE.search(text) is None
    cut = [_back(fact, base) for fact in split_facts(named, _SELF, lists=lists)]
    return [item for fact in cut for item in _listed(fact)]


def _back(fact: str, base: dict[str, str]) -> str:
    """Turn `Xself bakes with Xself's wife` into the second person again."""
    text = re.sub(r"[a-z']+", lambda m: base.get(m[0], m[0]), fact)
    text = re.sub(rf"\b{_SELF}'s\b", "my", text)
    text = re.sub(rf"\b{_SELF} ((?:(?:\w+ly|{_ADVERB}) )*)(is|was)\b", _being, text)
    return to_second(re.sub(rf"\b{_SELF}\b", "I", text))


def _being(match: re.Match[str]) -> str:
    return f"I {match[1] or ''}{'am' if match[2] == 'is' else 'was'}"


def _listed(fact: str) -> list[str]:
    """Cut `You like to read, cook, and sing.` where each item is a verb of the same form."""
    match = _LIST.match(fact)
    if match is None:
        return [fact]
    items = [item.strip() for item in re.split(r",? (?:and|or) |, ", match[2])]
    first = [item.split()[0].removesuffix(",").lower() for item in items if item]
    verbs = (
        all(map(is_base, first))
        if match[1].endswith(" to")
        else all(word.endswith("ing") for word in first)
    )
    if len(items) < 2 or len(first) < len(items) or not verbs:
        return [fact]
    return [f"{match[1]} {item}." for item in items]


def _tells(fact: str) -> bool:
    """Whether a fact says something by itself: `You love it.` does not."""
    if len(fact.split()) > 30 or any(p.search(fact) for p in (_DEICTIC, _ALREADY_NAMED, _BROKEN)):
        return False
    return bool(content_words(fact) - _IDLE) and bool(re.match(r"(?:You|Your) \S", fact))


_ADVERB = "also|always|never|often|sometimes|usually|rarely|still|just|now|even|currently|recently"
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|<[^>\n]{1,80}>", re.DOTALL)
_OPENERS = re.compile(
    r"\A(?:(?:well|yes|yeah|yep|no|nope|nah|oh|ok|okay|hi|hello|hey|hmm+|um|uh|haha+|lol|wow|cool|"
    r"nice|great|sure|so|and|but|also|actually|honestly|basically|anyway|btw|by the way|true|right|"
    r"thanks|thank you|same|same here|me too|oh no|oh wow|awesome|too bad|sorry|unfortunately|"
    r"luckily|of course|for me|personally|fyi|ah|aww?|yea|ya|currently|right now|lately|well then|"
    r"sometimes|then|now|plus|because|since)[\s,.!:-]+)+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\A((?:in|on|at|as|for|during|after|before|when|growing|every|most|last|this|these|back|over|"
    r"since|once|besides|with|these days|nowadays|today|yesterday)\b[^,.;?!]{0,60}?),? (I\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(
    r"(?:,? (?:too|as well|though|you know|lol|haha|tho|actually|myself|by the way|btw|please|"
    r"to be honest|tbh|of course|right now|at the moment|so|and|but|or)"
    r"|,? (?:and|but) (?:I )?(?:\w+ )?(?:love|hate|enjoy|like) (?:it|them|that)\b[^,.]*)+$",
    re.IGNORECASE,
)
_SPEAKS_OF_SELF = re.compile(
    r"(?:I|we|my|our|me and my|both I|neither I)\b(?!['’]?ll\b)", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\b(?:if|unless|suppos(?:e|ing)|imagine|pretend|wish|hypothetical\w*|as though|let's say|"
    r"could|might|may|maybe|perhaps|probably|possibly|should|would(?! (?:like|love|rather))|"
    r"used to think|dream(?:ed|t) (?:that|I)|were to|guess|assume|feel like|must)\b",
    re.IGNORECASE,
)
_OTHERS_WORDS = re.compile(
    r"[\"“”]|\b(?:say|says|said|saying|thinks?|thought|claims?|claimed|believes|tells|told|asks|"
    r"asked|insists?|calls me|according to)\b(?! (?:about|of)\b)",
    re.IGNORECASE,
)
_YOU = re.compile(r"\b(?:you|your|yours|yourself|ur|u|ya|y'all)\b", re.IGNORECASE)
_FEELING = (
    r"(?:very |so |just |also |pretty |quite |too |still |a (?:bit|little) |always |not |now |"
    r"\w+ly )*"
    r"(?:glad|happy (?:to|for|that|about)|sorry|sure|afraid (?:I|not|that)|"
    r"excited|impressed|curious|good|fine|well|great|ok|okay|alright|here|back|done|confused|lost|"
    r"stuck|interested to|jealous|surprised|amazed|kidding|joking|serious|wondering|asking|"
    r"thinking|talking|looking (?:for|forward|at|to)|trying|going to|gonna|doing|able|ready|"
    r"guessing|assuming|hoping|wrong|right|correct|certain|aware|referring|saying|getting|with|"
    r"on (?:it|board)|in\b(?! )|up for|about to|at a loss|all (?:ears|set|good)|free (?:to|at|on)|"
    r"envious|grateful|thankful|familiar|convinced|positive|pleased|honou?red|having (?:trouble|a "
    r"hard|difficult|issues|problems))\b"
)
_REMARK = re.compile(
    rf"(?:I|we) (?:am|are|was|were|feel|felt) {_FEELING}"
    r"|(?:I|we) (?:(?:just|really|also|do|totally|completely|always|still|dont|don't|"
    r"do not|didn't|did not|can't|cant|cannot|can|will|won't|am|have|\w+ly) )*"
    r"(?:think|know|see|mean|guess|hope|bet|agree|disagree|understand|appreciate|suppose|wonder|"
    r"apologi[sz]e|thank|doubt|imagine|expect|remember|forget|forgot|notice|noticed|realize|"
    r"realise|suggest|recommend|swear|promise|believe(?! in\b)|relate|tell|figure|figured|found "
    r"(?:that|out)|wait|help|check|try|tried|look|looked|get it|got it|say|ask|mind|care if|feel "
    r"(?:the same|better|good|bad)|heard?|read (?:that|about)|saw (?:that|your)|see|have to (?:go|"
    r"run|say|admit|agree|leave)|got to go|gotta|gotcha|need to (?:go|run)|"
    r"need (?:help|some help|you)|"
    r"want (?:you|to (?:know|ask|say|see|hear|understand|make sure|be sure))|would (?:like|love) "
    r"(?:to (?:know|hear|see|ask|understand|try|hear|check|meet)|that|you)|like (?:that|how|the "
    r"(?:idea|sound|way))|love (?:that|how|the (?:idea|sound|way))|take|let|keep|come back|"
    r"enjoyed (?:talking|chatting|our)|did (?:not|n't)|do (?:too|that|so)|do\.|am\.|have\.|"
    r"did\.|was\.|can\.|will\.|ever|made a mistake|meant|multiplied|divided|added|calculated)\b"
    r"|(?:I|we) (?:\w+ly |do |have )*(?:have no (?:idea|clue|problem)|have (?:an idea|a question|"
    r"\d+ [a-z]\b)|(?:get|got|missed|took|made|need|have) (?:to (?:\w+ )?)?(?:an? |the )?"
    r"(?:-?\d|error|mistake))"
    r"|(?:I|we) (?:will|am going to|was going to) (?:definitely |just |also )?(?:have to|"
    r"be sure|make sure|never|check|try|give|do|see|use|go|let|keep|take|look|remember|think|tell|send|get)\b"
    r"|my (?:pleasure|question|point|apologies|bad|mistake|answer|guess|goodness|god|problem is|"
    r"thoughts?|next question|understanding|(?:code|prompt|previous|last|first) )",
    re.IGNORECASE,
)
_STRANGER = re.compile(
    r"(?:my|our) (?:\w+ )?(?:friend|friends|boss|neighbou?rs?|teacher|professor|colleague|"
    r"co-?workers?|roommates?|doctor|manager|client|customer|landlord|mate|buddy|classmates?|"
    r"student|students|team)(?:'s)?\b(?! and I\b)",
    re.IGNORECASE,
)
_DEICTIC = re.compile(
    r"\b(?:it|its|them|those|these|one|ones|there|the same|either|neither)\b"
    r"|\bthis (?!(?:year|month|week|summer|winter|spring|autumn|fall|weekend|morning|evening)\b)"
    r"|\bthat(?:'s)?(?= (?:too|as well|one|was|is|a|so)\b|[.!,]|$)|\b(?:he|she|they|him|his)\b"
    r"|\b(?:try|like|love|loved|liked|seen|read|watch|of|do|want|for|about|in|at|heard) that\b"
    r"|\b(?:the|a) (?:first|second|third|last|next) (?:one|step|part)\b|\bso (?:too|do|am)\b",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"[=^\\{}\[\]]|\d ?[*/+x×÷] ?\d|\b[a-z]\d|\d[a-z]\b(?! ?m\b)|\((?:name|user)|\buser \d",
    re.IGNORECASE,
)
"""Sums, formulas and placeholders: part of the matter at hand."""
_LIST = re.compile(
    r"(You (?:\w+ly |also |just )?(?:(?:like|love|prefer|enjoy|want|would like|would love) to"
    r"|enjoy|like|love)) ([^;:]+)\.$"
)
_WHOLE = re.compile(r"\b(?:into|fans? of|between|both|combination|mix)\b", re.IGNORECASE)
_BROKEN = re.compile(
    r"^Your (?:\w+ )?\w+\.$|\b(?:is|are|was|were|been|a|the|to|playing)\.$"
    r"|^You were (?:a |so |very )*(?:kid|child|young|little|younger)\.$"
)
_ALREADY_NAMED = re.compile(
    r"You (?:\w+ )?(?:love|like|enjoy|adore|prefer) (?:the|their|his|her) "
    r"(?!(?:beach|ocean|sea|outdoors|mountains|country\w*|snow|rain|sun|summer|winter|fall|city|"
    r"gym|color|colour|night|woods|water)\b)\w+(?: \w+){0,2}\.$"
)
"""`You love the story.`: only the turn before says which one."""
_IDLE = content_words(
    "have do go get be make want need try take work thing something anything lot bit way time "
    "good great really much more else like love enjoy hate feel sure day today"
)
