"""Sorts out what says nothing lasting of a user: conditions, remarks on the talk, other people."""

from __future__ import annotations

import re

from persona_sdk.words import content_words

LONGEST_FACT = 30
"""Words of a fact; a longer one is no atomic fact."""


def is_conditional(clause: str) -> bool:
    """Whether a clause is a condition, a wish or a guess.

    Example:
        >>> is_conditional("If I win"), is_conditional("I won")
        (True, False)
    """
    return _CONDITION.search(clause) is not None


def is_unsure(clause: str) -> bool:
    """Whether a clause is conditional, gives other people's words, or addresses the other side."""
    return any(p.search(clause) for p in (_CONDITION, _OTHERS_WORDS, _YOU))


def is_remark(clause: str) -> bool:
    """Whether a first-person clause is about the talk, a passing feeling, a sum or a stranger.

    Example:
        >>> is_remark("I am glad to hear that."), is_remark("I am a nurse.")
        (True, False)
    """
    return bool(_REMARK.match(clause) or _STRANGER.match(clause) or _SUM.search(clause))


def tells(fact: str) -> bool:
    """Whether a second-person fact says something by itself: `You love it.` does not.

    Example:
        >>> tells("You love it."), tells("You love tea.")
        (False, True)
    """
    leans = any(p.search(fact) for p in (_DEICTIC, _ALREADY_NAMED, _BROKEN))
    if leans or len(fact.split()) > LONGEST_FACT:
        return False
    return bool(content_words(fact) - _IDLE) and bool(re.match(r"Your? \S", fact))


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
    r"(?:that|out)|wait\b(?! tables)|check|tr(?:y|ied) (?:to|that|it)|"
    r"look(?:ed)? (?:at|for|up|into)|"
    r"get it|got it|say|ask|mind|care if|feel "
    r"(?:the same|better|good|bad)|heard?|read (?:that|about)|saw (?:that|your)|see|have to (?:go|"
    r"run|say|admit|agree|leave)|got to go|gotta|gotcha|need to (?:go|run)|"
    r"need (?:help|some help|you)|"
    r"want (?:you|to (?:know|ask|say|see|hear|understand|make sure|be sure))|would (?:like|love) "
    r"(?:to (?:know|hear|see|ask|understand|try|hear|check|meet)|that|you)|like (?:that|how|the "
    r"(?:idea|sound|way))|love (?:that|how|the (?:idea|sound|way))|take (?:it|that|a look|your)|"
    r"let (?:me|it|us|you)|keep (?:it|that|in mind|getting)|come back|"
    r"enjoyed (?:talking|chatting|our)|did (?:not|n't)|do (?:too|that|so)|do\.|am\.|have\.|"
    r"did\.|was\.|can\.|will\.|ever|made a mistake|meant|multiplied|divided|added|calculated)\b"
    r"|(?:I|we) (?:\w+ly |do |have )*(?:have no (?:idea|clue|problem)|have (?:an idea|a question|"
    r"\d+ [a-z]\b)|(?:get|got|missed|took|made|need|have) (?:to (?:\w+ )?)?(?:an? |the )?"
    r"(?:-?\d|error|mistake))"
    r"|(?:I|we) (?:will|am going to|was going to) (?:definitely |just |also )?(?:have to|"
    r"be sure|make sure|never|check|try|give|do|see|use|go|let|keep|take|look|remember|think|"
    r"tell|send|get)\b"
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
    r"[=^\\{}\[\]<>]|\d ?[*/+x×÷] ?\d|\b[a-z]\d|\d[a-z]\b(?! ?m\b)|\((?:name|user)|\buser \d",
    re.IGNORECASE,
)
"""Sums, formulas and placeholders: part of the matter at hand."""
_BROKEN = re.compile(
    r"^Your \w+\.$|\b(?:is|are|was|were|been|a|the|to|playing|some)\.$"
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
