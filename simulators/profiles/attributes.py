"""Says what a fact is about (age, occupation, family, …) and whether it holds in any scene."""

from __future__ import annotations

import re

from persona_sdk.profile import FactKind

SCENE = frozenset({"plans", "goal", "activity", "feeling"})
"""Attributes that belong to the matter at hand."""

SINGLE = frozenset({"age", "name", "gender"})
"""Attributes of which a person has one: what is said last holds."""


def attribute_of(fact: str) -> str:
    """Return what a second-person fact is about, `other` if no rule knows.

    Example:
        >>> [attribute_of(f) for f in ("You are 31 years old.", "Your son plays chess.")]
        ['age', 'family']
    """
    return next((name for name, pattern in _PATTERNS if pattern.search(fact)), "other")


def kind_of(attribute: str) -> FactKind:
    """Return whether facts of an attribute hold in any scene."""
    return "scene-related" if attribute in SCENE else "scene-consistent"


FAMILY = (
    "wife|husband|spouse|partner|fiancee?|fiancée?|girlfriend|boyfriend|ex-?wife|ex-?husband|son|"
    "sons|daughter|daughters|child|children|kids?|baby|toddler|twins|brothers?|sisters?|siblings?|"
    "mom|mum|mother|dad|father|parents|grand(?:mother|father|ma|pa|parents|son|daughter|kids|"
    "children)|aunts?|uncles?|cousins?|nieces?|nephews?|family|in-laws?|stepson|stepdaughter"
)
PETS = (
    "dogs?|cats?|pupp(?:y|ies)|kittens?|hamsters?|rabbits?|bunn(?:y|ies)|parrots?|budgies?|"
    "goldfish|horses?|pon(?:y|ies)|turtles?|tortoises?|guinea pigs?|ferrets?|snakes?|lizards?|"
    "geckos?|pets?|"
    "chickens?|hens?|goats?|iguanas?|tarantulas?"
)
JOBS = (
    "nurse|teacher|doctor|lawyer|engineer|developer|programmer|writer|author|artist|singer|musician|"
    "actor|actress|chef|cook|baker|waiter|waitress|bartender|barista|driver|farmer|mechanic|"
    "plumber|electrician|carpenter|builder|welder|soldier|veteran|officer|firefighter|paramedic|"
    "dentist|vet|veterinarian|pharmacist|therapist|psychologist|counsell?or|social worker|"
    "scientist|"
    "researcher|professor|lecturer|librarian|journalist|editor|reporter|photographer|designer|"
    "architect|accountant|banker|broker|realtor|salesman|saleswoman|salesperson|cashier|clerk|"
    "secretary|receptionist|manager|supervisor|director|consultant|analyst|administrator|"
    "technician|pilot|flight attendant|sailor|model|dancer|hairdresser|stylist|barber|cleaner|"
    "janitor|maid|nanny|babysitter|gardener|landscaper|guard|detective|coach|trainer|"
    "freelancer|contractor|entrepreneur|business owner|blogger|youtuber|streamer|translator|"
    "interpreter|tutor|student teacher|intern|trucker|painter|poet|comedian|producer|dj|guide|"
    "butcher|tailor|jeweler|surgeon|judge|paralegal|priest|pastor|nun|monk|bookkeeper|planner|"
    "homemaker|housewife|stay at home (?:mom|mum|dad|mother|father|parent)"
)
_TABLE: tuple[tuple[str, str], ...] = (
    ("name", r"^Your (?:full |first |last |nick)?name is\b|^You are called\b|^People call you\b"),
    (
        "age",
        r"\b\d{1,3}(?: years?[ -]old| y/?o|\.$)|\bin your (?:\w+ )?(?:teens|\w+ties)\b|"
        r"^You (?:just )?turned \w+",
    ),
    (
        "gender",
        r"^You are (?:a |an )?(?:\w+ )?(?:man|woman|boy|girl|guy|male|female|lady|"
        r"transgender|nonbinary|non-binary)\b",
    ),
    ("pets", rf"\b(?:{PETS})\b"),
    (
        "education",
        r"\b(?:student|stud(?:y|ying|ied)|college|university|high school|grad(?:uate)? school|"
        r"school|degree|major(?:ed|ing)?|graduat\w+|phd|master's|bachelor's|homework|exams?|"
        r"semester|freshman|sophomore|thesis)\b",
    ),
    (
        "occupation",
        rf"\b(?:{JOBS})s?\b|\b(?:work(?:s|ed|ing)? (?:as|at|for|in|with|from|full|part|nights|on)|"
        r"job|career|employ\w+|unemployed|retired|company|business|for a living|profession|boss|"
        r"salary|shifts?|office|self-employed|in the (?:army|navy|military|marines|air force))\b",
    ),
    (
        "relationship",
        r"\b(?:married|single|divorced|widow(?:ed|er)?|engaged|dating|in a relationship|wife|"
        r"husband|girlfriend|boyfriend|fianc[ée]e?|spouse|ex-?(?:wife|husband))\b",
    ),
    ("family", rf"\b(?:{FAMILY})\b"),
    (
        "location",
        r"\b(?:live|lived|living|reside|moved|move|grew up|raised|born|from|based|located) "
        r"(?:\w+ ){0,2}(?:in|to|at|near|on|from|outside|by)\b|^You are from\b|\bhometown\b|"
        r"^You (?:come|came) from\b|\b(?:house|apartment|flat|city|country|countryside|suburbs)\b",
    ),
    (
        "health",
        r"\b(?:allerg\w+|diabet\w+|asthma|cancer|disease|disorder|depress\w+|anxiety|adhd|autis\w+|"
        r"disab\w+|deaf|blind|wheelchair|vegan|vegetarian|diet|surgery|transplant|ill|sick|"
        r"migraines?|insomnia|pregnant|sober|addict\w*|overweight|glasses|injur\w+)\b",
    ),
    (
        "appearance",
        r"\b(?:hair|tall|short|eyes|tattoos?|piercings?|beard|weigh|height|pounds|kilos)\b",
    ),
    (
        "plans",
        r"\b(?:plan(?:ning)? (?:to|on)|(?:are|were) (?:\w+ )?going to|"
        r"would (?:like|love) to|want to|hope to|hoping to|"
        r"will|about to|looking to|saving (?:up|for)|dream of|intend)\b",
    ),
    ("goal", r"^You (?:\w+ly |just |also )*(?:need|want|would like|seek|look for)\b"),
    (
        "dislikes",
        r"\b(?:hate|dislike|can(?:'t|not) stand|don't (?:\w+ )?like|don't enjoy|detest|afraid of|"
        r"scared of|not (?:a (?:\w+ )?fan|fond)|avoid|phobia)\b",
    ),
    (
        "likes",
        r"\b(?:love|like|enjoy|adore|prefer|favou?rites?|fan of|fond of|interested in|into|"
        r"passion\w*|obsessed|addicted to|hobb(?:y|ies))\b",
    ),
    (
        "habits",
        r"\b(?:always|never|often|usually|every (?:day|week|morning|night|summer|year)|daily|"
        r"weekly|rarely|on weekends|regularly|smoke|drink|exercise|work out|jog|run|play|read|"
        r"watch|cook|bake|paint|knit|collect|volunteer|ride|swim|hike|travel|garden|practi[cs]e)\b",
    ),
    ("skills", r"\b(?:can|able to|good at|speak|fluent|bilingual|talented|self-taught)\b"),
    ("possessions", r"^You (?:\w+ )?(?:have|own|drive|bought|got|inherited)\b|^Your \w+ is\b"),
    ("beliefs", r"\b(?:believe in|religio\w+|christian|catholic|muslim|jewish|atheist|church)\b"),
    ("feeling", r"^You (?:are|feel) (?:\w+ly |so |very |a bit |a little )*[a-z]+(?:ed|y)?\.$"),
    ("activity", r"^You (?:are|were) \w+ing\b"),
    ("experience", r"^You (?:have (?:\w+ )?(?:been|\w+ed)|used to|once|did|had|was|were|\w+ed)\b"),
)
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _TABLE)
