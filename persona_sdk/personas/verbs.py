"""A small lexicon of English verbs: to find predicates and to turn `I go` into `she goes`."""

from __future__ import annotations

import re


def is_finite(word: str) -> bool:
    """Whether `word` can be the verb of a third-person predicate: `has`, `lives`, `grew`.

    Example:
        >>> [is_finite(w) for w in ("lives", "live", "bakers")]
        [True, False, False]
    """
    word = word.lower()
    return word in _AUXILIARIES or word in _IRREGULAR_PASTS or word in _THIRD or is_past(word)


def is_base(word: str) -> bool:
    """Whether `word` is a known verb in its base form: `live`."""
    return word.lower() in _BASES


def is_past(word: str) -> bool:
    """Whether `word` looks like a past form; participles and some adjectives do as well."""
    word = word.lower()
    if word in _IRREGULAR_PASTS:
        return True
    stems = (word[:-1], word[:-2], word[:-3], word[:-3] + "y")
    return word.endswith("ed") and any(stem in _BASES for stem in stems)


def is_noun_too(word: str) -> bool:
    """Whether a third-person form is as often a plural noun: `plays`, `works`, `dreams`."""
    return word.lower() in _NOUNS_TOO


def third_person(verb: str) -> str:
    """Return the form of `verb` that goes with `she`; past forms and modals stay.

    Example:
        >>> [third_person(v) for v in ("am", "carry", "go", "grew", "don't", "can")]
        ['is', 'carries', 'goes', 'grew', "doesn't", 'can']
    """
    low = verb.lower().replace("’", "'")
    if low in _AGREEMENT:
        return _AGREEMENT[low]
    if low in _AUXILIARIES or is_past(low) or (low.endswith("ed") and low not in _BASES):
        return verb
    if re.search(r"[^aeiou]y$", low):
        return verb[:-1] + "ies"
    return verb + ("es" if re.search(r"(s|sh|ch|x|z|o)$", low) else "s")


_AGREEMENT = {
    "am": "is",
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
    "go": "goes",
    "don't": "doesn't",
    "aren't": "isn't",
    "weren't": "wasn't",
    "haven't": "hasn't",
}
_AUXILIARIES = frozenset(
    "is was has had does did can could will would shall should may might must cannot isn't "
    "wasn't hasn't hadn't doesn't didn't can't couldn't won't wouldn't shouldn't mustn't".split()
)
_IRREGULAR_PASTS = frozenset(
    "became began bought brought broke built came caught chose drank drew drove ate fell fled "
    "felt fought found flew forgot forgave gave got grew held hid kept knew laid led left lent "
    "lost made meant met paid ran rode rose said sang sank sat saw sent sold slept spent spoke "
    "stole stood stuck struck swam swore swept taught thought told took tore threw understood "
    "went woke won wore wove wrote".split()
)
_BASES = frozenset(
    "accept act add admire adopt adore advise agree aim allow answer appear apply argue arrange "
    "arrive ask aspire attend author avoid bake balance battle become begin believe belong "
    "blame boil borrow bow brew bring build buy call calm care carry carve catch celebrate "
    "change chase check chew choose claim clean climb collect combine come command commit "
    "compete complete compose consider contain contribute control converse cook count cover "
    "craft create cross cry cure curse dance deal decide defend delay delight deliver demand "
    "deny describe deserve design despise dig direct dislike distrust doodle doubt draw dream "
    "dress drink drive dye earn eat employ enjoy enter escape examine expect explain explore "
    "express face fail fall fear feed feel fetch fight fill find finish fish fix flee fly fold "
    "follow forage forbid forget forgive gather get give go graduate greet grow guard guess "
    "guide handle hate have heal hear help hide hire hold hope host hum hunt ignore imagine "
    "immigrate improve inherit insist inspire intend introduce invent invite join joke journey "
    "judge keep kill knit know lack laugh lay lead lean learn leave lecture lend lie lift like "
    "limp listen live long look lose love maintain make manage marry master mean measure meet "
    "mend mention mentor mind miss mix move name need nurse obey offer open order organise "
    "organize own pack paint pass patrol pay perform pick plan plant play polish possess "
    "practise practice praise pray prefer prepare pretend promise protect prove publish pull "
    "punish push quote raise reach read record recruit refer refuse regard regret reject "
    "remember repair repeat reply rescue research reside respect rest retire return reveal ride "
    "ring rise row rule run sail save say score scribble search see seek seem sell send serve "
    "set sew share shave shout show sing sit sketch ski sleep smell smile smoke smuggle snore "
    "solve sort speak specialise specialize spend stand start stay steal stop store struggle "
    "study suffer support suspect swear swim take talk taste tattoo teach tell tend thank think "
    "throw tidy trade train translate travel treat trust try tune turn understand urge use "
    "value visit volunteer vote wait wake walk want warn wash watch wear weave weep welcome "
    "whisper whistle win wish wonder work worry worship write yearn".split()
)
_NOUNS_TOO = frozenset(
    "acts adds answers battles calls cares changes checks claims cooks crafts cries curses "
    "dances deals delays delights demands designs dreams dresses drinks drives dyes escapes "
    "faces falls fears feeds feels fights finds fixes flies folds gathers gives greets guards "
    "guesses guides handles hopes hosts hunts jokes journeys judges kills lacks laughs leads "
    "lectures lies lifts likes limps lives looks loves masters mentors minds moves names needs "
    "nurses offers orders packs paints passes patrols pays picks plans plants plays polishes "
    "promises quotes records recruits regrets repairs replies respects rests returns rides "
    "rings rises rows rules runs sails scores searches shares shouts shows sketches skis smells "
    "smiles smokes sorts starts stays stops stores struggles studies supports suspects talks "
    "tastes tattoos trades trains treats trusts tunes turns uses values visits votes walks "
    "wants warns washes watches waits whispers whistles wins wishes wonders works worries".split()
)
_THIRD = frozenset(third_person(verb) for verb in _BASES) | {"is", "has"}
