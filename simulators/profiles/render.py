"""Writes a profile out: two paragraphs in the second person, and facts as statements to score."""

from __future__ import annotations

from collections.abc import Sequence

from persona_sdk.profile import BigFive, Fact, Level, Profile, Style
from persona_sdk.types import Query, Statement, Turn
from simulators.profiles.persons import USER, to_first, to_third


def objective(profile: Profile) -> str:
    """Return the paragraph on what the user is and wants: facts, then goals.

    Own prose (`profile.objective`) is returned as it is. A profile without facts and goals gives
    an empty text.

    Example:
        >>> facts = (Fact("f1", "You are a nurse"),)
        >>> objective(Profile("p1", facts, goals=("Find out what Ada eats.", "Say hello.")))
        'You are a nurse. You want to find out what Ada eats and say hello.'
    """
    if profile.objective:
        return profile.objective
    sentences = [_ended(fact.text) for fact in profile.facts]
    if profile.goals:
        sentences.append(f"You want to {_joined([_wish(goal) for goal in profile.goals])}.")
    return " ".join(sentences)


def subjective(profile: Profile) -> str:
    """Return the paragraph on how the user sounds: language style, then the Big Five.

    Own prose (`profile.subjective`) is returned as it is.

    Example:
        >>> subjective(Profile("p1", style=Style(words=4, lower_start=0.9, register="casual")))[:60]
        'You write casually, in very short messages of about 4 words.'
    """
    return profile.subjective or " ".join(_style(profile.style) + _traits(profile.big_five))


def as_statement(fact: Fact, name: str = USER) -> Statement:
    """Return a fact as the statement about the user that discriminators judge.

    Args:
        fact: In the second person.
        name: What the user is called, as in `as_query`.

    Example:
        >>> as_statement(Fact("f1", "You don't eat meat and love your cats.")).text
        "The user doesn't eat meat and loves their cats."
    """
    return Statement(fact.id, to_third(_ended(fact.text), name))


def as_reply(fact: Fact) -> str:
    """Return a fact as the user would say it: what an entailment scorer reads as the response.

    Example:
        >>> as_reply(Fact("f1", "You are a nurse"))
        'I am a nurse.'
    """
    return to_first(_ended(fact.text))


def as_query(asked: str = "", history: Sequence[Turn] = (), name: str = USER) -> Query:
    """Return the query under which the user's words are judged against `as_statement`.

    Args:
        asked: What the other side said before; empty where the user spoke first.
        history: The turns before, with the roles as seen by the user: what the user said is
            `assistant`, what was said to the user is `user`.
        name: What the user is called, as in `as_statement`.

    Example:
        >>> as_query("What do you do?").character
        'The user'
    """
    return Query(name, asked, tuple(history))


def _ended(text: str) -> str:
    text = text.strip()
    return text if text[-1] in ".!?…。！？" else text + "."


def _wish(goal: str) -> str:
    """Return a goal so that it can follow `You want to`."""
    text = goal.strip().rstrip(".")
    first = text.split(maxsplit=1)[0] if text else ""
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]


def _joined(parts: Sequence[str]) -> str:
    *most, last = parts
    if not most:
        return last
    # Goals may hold commas and `and` of their own.
    plain = len(parts) == 2 and not any("," in p or " and " in p for p in parts)
    return f"{most[0]} and {last}" if plain else "; ".join([*most, f"and {last}"])


def _style(style: Style) -> list[str]:
    sentences = [f"You write {_manner(style)}in {_length(style)}{_spread(style)}."]
    habits = [words for rate, words in _habits(style) if rate]
    sentences += [f"You {_listed(habits[i : i + 3])}." for i in range(0, len(habits), 3)]
    if style.phrases:
        sentences.append(f"You tend to say {_listed([f'“{p}”' for p in style.phrases])}.")
    return sentences


def _manner(style: Style) -> str:
    return {"casual": "casually, ", "formal": "formally, ", "neutral": "plainly, "}.get(
        style.register, ""
    )


def _length(style: Style) -> str:
    about = f"of about {round(style.words) or 1} word{'s' if round(style.words) > 1 else ''}"
    for most, size in ((5, "very short"), (12, "short"), (30, "medium-sized"), (80, "long")):
        if style.words <= most:
            return f"{size} messages {about}"
    return f"very long messages {about}"


def _spread(style: Style) -> str:
    if style.spread >= 1.0:
        return ", though their length varies a great deal"
    return ", all of much the same length" if style.spread <= 0.3 else ""


def _habits(style: Style) -> list[tuple[bool, str]]:
    return [
        (style.lower_start >= 0.5, f"{_often(style.lower_start)} begin in lower case"),
        (style.end_mark <= 0.5, f"{_often(1 - style.end_mark)} leave out the final full stop"),
        (style.lower_i >= 0.5, "write i instead of I"),
        (style.apostrophes <= 0.5, "drop apostrophes (dont, im)"),
        (style.questions >= 0.5, f"{_often(style.questions)} ask questions"),
        (style.questions <= 0.1, "rarely ask questions"),
        (style.exclamations >= 0.3, f"{_often(style.exclamations)} use exclamation marks"),
        (style.emoji >= 0.15, f"{_often(style.emoji)} use emoji"),
        (style.typos >= 0.02, "make typing mistakes" if style.typos < 0.06 else "mistype a lot"),
        (style.shorthand >= 0.02, "use chat shorthand"),
        (style.courtesy >= 0.4, "are polite, with a please, a thank-you or a greeting"),
        (style.courtesy <= 0.02, "waste no words on courtesies"),
    ]


def _often(rate: float) -> str:
    return "almost always" if rate >= 0.9 else "usually" if rate >= 0.5 else "often"


def _traits(traits: BigFive) -> list[str]:
    known: list[tuple[str, Level]] = [
        ("openness", traits.openness),
        ("conscientiousness", traits.conscientiousness),
        ("extraversion", traits.extraversion),
        ("agreeableness", traits.agreeableness),
        ("neuroticism", traits.neuroticism),
    ]
    said = [_TRAITS[name][level] for name, level in known if level != "unknown"]
    return [f"You are {_listed(said)}."] if said else []


def _listed(parts: Sequence[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


_TRAITS: dict[str, dict[Level, str]] = {
    "openness": {
        "low": "down-to-earth and fond of the familiar",
        "mid": "moderately curious",
        "high": "curious and open to new ideas",
    },
    "conscientiousness": {
        "low": "careless about plans and details",
        "mid": "fairly organised",
        "high": "organised and thorough",
    },
    "extraversion": {
        "low": "reserved",
        "mid": "neither shy nor outgoing",
        "high": "outgoing and talkative",
    },
    "agreeableness": {
        "low": "blunt and critical",
        "mid": "reasonably friendly",
        "high": "warm and trusting",
    },
    "neuroticism": {
        "low": "calm and hard to upset",
        "mid": "calm on most days",
        "high": "easily worried or upset",
    },
}
