"""Base forms of English verbs: `climbs` and `climbed` become `climb`, to ask with."""

from __future__ import annotations

from persona_sdk.personas.verbs import is_base, third_person


def present_base(verb: str) -> str:
    """Return the base form of a third-person verb; the word must be a verb.

    Example:
        >>> [present_base(v) for v in ("is", "has", "carries", "watches", "juggles")]
        ['be', 'have', 'carry', 'watch', 'juggle']
    """
    low = verb.lower()
    if low in _IRREGULAR_PRESENT:
        return _IRREGULAR_PRESENT[low]
    for base in (low[:-1], low[:-2], low[:-3] + "y"):
        if is_base(base) and third_person(base) == low:
            return base
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return low[:-2]
    return low[:-1]


def past_base(verb: str) -> str:
    """Return the base form of a past form; empty where it cannot be told.

    Example:
        >>> [past_base(v) for v in ("grew", "carried", "planned", "hoped", "glorfed")]
        ['grow', 'carry', 'plan', 'hope', '']
    """
    low = verb.lower()
    if low in _PASTS:
        return _PASTS[low]
    if not low.endswith("ed"):
        return ""
    for base in (low[:-1], low[:-2], low[:-3], low[:-3] + "y"):
        if is_base(base):
            return base
    return ""


def is_participle(word: str) -> bool:
    """Whether `word` can follow `has` as a participle: `published`, `seen`."""
    low = word.lower()
    return bool(past_base(low)) or low in _PARTICIPLES


_IRREGULAR_PRESENT = {"is": "be", "has": "have", "does": "do", "goes": "go"}
_PASTS: dict[str, str] = dict(
    pair.split(":")
    for pair in (
        "became:become began:begin bought:buy brought:bring broke:break built:build "
        "caught:catch chose:choose came:come drew:draw drank:drink drove:drive ate:eat "
        "fell:fall fled:flee felt:feel fought:fight found:find flew:fly forgot:forget "
        "forgave:forgive got:get gave:give grew:grow held:hold hid:hide kept:keep "
        "knew:know laid:lay led:lead left:leave lent:lend lost:lose made:make meant:mean "
        "met:meet paid:pay ran:run read:read rode:ride rose:rise said:say sang:sing "
        "sat:sit saw:see sent:send sold:sell slept:sleep spent:spend spoke:speak "
        "stole:steal stood:stand stuck:stick struck:strike swam:swim swore:swear "
        "swept:sweep taught:teach thought:think told:tell took:take threw:throw tore:tear "
        "understood:understand went:go woke:wake won:win wore:wear wove:weave wrote:write "
        "had:have did:do "
    ).split()
)
_PARTICIPLES = frozenset(
    "been seen done gone known written taken given spoken sworn grown worn drawn driven eaten "
    "fallen flown forgotten forgiven hidden ridden risen sung stolen swum thrown torn woken woven "
    "become begun broken chosen come run".split()
)
