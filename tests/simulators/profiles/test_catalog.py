import re
import statistics
from pathlib import Path

import pytest

from persona_sdk.errors import RowError
from persona_sdk.profile import Profile
from simulators.attacks.catalog import STRATEGIES
from simulators.profiles.catalog import BUNDLED, load_profiles
from simulators.profiles.files import write_profiles
from simulators.profiles.plausible import age_of, conflicts
from simulators.profiles.render import as_statement, objective, subjective
from simulators.stylometry import words_of

EVERYDAY = load_profiles("bundled")
ATTACKERS = load_profiles("bundled:adversarial")
EVERY = [profile for name in BUNDLED for profile in load_profiles(name)]


def words(profile: Profile) -> set[str]:
    return {word.lower() for word in words_of(objective(profile)) if len(word) > 3}


def test_there_are_sixty_everyday_users_and_each_attack_has_one() -> None:
    assert len(EVERYDAY) >= 60
    assert not any(profile.attacks for profile in EVERYDAY)
    assert {attack for profile in ATTACKERS for attack in profile.attacks} == set(STRATEGIES)
    assert all(profile.attacks for profile in ATTACKERS)


def test_ids_are_unique_over_all_sets() -> None:
    ids = [profile.id for profile in EVERY]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("profile", EVERY, ids=lambda profile: profile.id)
def test_a_bundled_profile_is_whole_and_plausible(profile: Profile) -> None:
    assert 6 <= len(profile.facts) <= 12
    assert 1 <= len(profile.goals) <= 3
    assert age_of(profile) is not None
    assert {fact.attribute for fact in profile.facts} >= {"age", "location"}
    assert sum(fact.disclosure == "opening" for fact in profile.facts) <= 2
    assert conflicts(profile) == ()
    assert (profile.source, profile.licence) == ("written by hand for this package", "Apache-2.0")
    assert subjective(profile)


@pytest.mark.parametrize("profile", EVERY, ids=lambda profile: profile.id)
def test_facts_are_atomic_and_turn_into_statements(profile: Profile) -> None:
    for fact in profile.facts:
        assert re.fullmatch(r"(You|Your)\b[^;!?]{3,}\.", fact.text), fact.text
        assert " and " not in fact.text
        assert len(fact.text.split()) <= 12
        assert re.match(r"The user('s)? ", as_statement(fact).text), as_statement(fact).text
        assert not re.search(r"\b[Yy]our?s?\b", as_statement(fact).text), as_statement(fact).text


def test_goals_stand_in_the_infinitive_and_can_be_said_to_a_character() -> None:
    for goal in (goal for profile in EVERY for goal in profile.goals):
        assert re.fullmatch(r"[A-Z][a-z]+ .+\.", goal)
        assert not re.match(r"(You|To|I|\w+ing)\b", goal), goal
        assert not re.search(r"\b(the character|you)\b", goal), goal


def test_no_two_profiles_are_alike() -> None:
    for i, one in enumerate(EVERYDAY):
        for other in EVERYDAY[i + 1 :]:
            shared = len(words(one) & words(other)) / len(words(one) | words(other))
            assert shared < 0.45, (one.id, other.id)
    assert len({(p.style, p.big_five) for p in EVERYDAY}) == len(EVERYDAY)


def test_the_styles_spread_like_those_of_people() -> None:
    # Human turns: median 13 words, 20% begin in lower case, 68% end in a mark.
    styles = [profile.style for profile in EVERYDAY]
    assert 10 <= statistics.median(style.words for style in styles) <= 15
    assert sum(4 <= style.words <= 10 for style in styles) >= len(styles) // 3
    assert sum(style.words >= 18 for style in styles) >= len(styles) // 10
    assert statistics.mean(s.lower_start for s in styles) == pytest.approx(0.204, abs=0.05)
    assert statistics.mean(s.end_mark for s in styles) == pytest.approx(0.677, abs=0.05)
    assert {style.register for style in styles} == {"casual", "neutral", "formal"}


def test_the_ages_span_a_lifetime() -> None:
    ages = sorted(age for profile in EVERYDAY if (age := age_of(profile)) is not None)
    assert ages[0] < 18
    assert ages[-1] > 70
    assert 30 <= statistics.median(ages) <= 45


def test_each_trait_takes_each_level() -> None:
    for trait in ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"):
        levels = {getattr(profile.big_five, trait) for profile in EVERYDAY}
        assert {"low", "mid", "high"} <= levels


def test_other_languages_have_a_set_of_their_own() -> None:
    assert {profile.language for profile in EVERYDAY} == {"en"}
    assert {p.language for p in load_profiles("bundled:languages")} == {"de", "es", "fr"}


def test_a_file_of_ones_own_is_loaded_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    write_profiles(path, EVERYDAY[:2])
    assert load_profiles(path) == EVERYDAY[:2]


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(RowError, match=r"'bundled:adversary'.*Did you mean 'bundled:adversarial'"):
        load_profiles("bundled:adversary")
