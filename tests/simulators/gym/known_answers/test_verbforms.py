from simulators.gym.known_answers.verbforms import is_participle, past_base, present_base


def test_present_forms_lose_their_ending() -> None:
    verbs = ["is", "has", "carries", "watches", "bakes", "juggles", "glows"]
    bases = ["be", "have", "carry", "watch", "bake", "juggle", "glow"]
    assert [present_base(verb) for verb in verbs] == bases


def test_past_forms_of_unknown_verbs_stay_unknown() -> None:
    verbs = ["grew", "carried", "planned", "hoped", "glorfed", "red"]
    assert [past_base(verb) for verb in verbs] == ["grow", "carry", "plan", "hope", "", ""]


def test_participles_are_told_from_nouns() -> None:
    assert [is_participle(word) for word in ("seen", "published", "arms")] == [True, True, False]
