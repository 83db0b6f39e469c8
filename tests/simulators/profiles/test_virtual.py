from dataclasses import replace

import numpy as np
import pytest

from persona_sdk.profile import BigFive, Fact, Profile, Style
from persona_sdk.types import Entailment
from simulators.profiles.plausible import conflicts
from simulators.profiles.survey import survey
from simulators.profiles.vectors import embed_profiles, joined
from simulators.profiles.virtual import TOO_NEAR, join, make_virtual


def made(people, n, embedder, **arguments):
    return make_virtual(survey(people, embedder), n, seed=7, **arguments)


def test_a_virtual_profile_is_one_person_who_sounds_like_another(crowd, embedder):
    people = {profile.id: profile for profile in crowd(40)}
    for child in made(tuple(people.values()), 10, embedder).profiles:
        one, other = (people[parent] for parent in child.parents)
        assert one is not other
        assert (child.facts, child.goals, child.attacks) == (one.facts, one.goals, one.attacks)
        assert child.style == other.style
        assert (child.big_five, child.patience) == (other.big_five, other.patience)
        assert child.id not in people


def test_nothing_near_to_a_real_profile_or_to_another_virtual_one_is_kept(crowd, embedder):
    people = crowd(40)
    children = made(people, 15, embedder).profiles
    real, new = (joined(*embed_profiles(some, embedder)) for some in (people, children))
    assert (new @ real.T).max() < TOO_NEAR
    among = new @ new.T - np.eye(len(new))
    assert among.max() < TOO_NEAR


def test_two_joined_profiles_that_say_the_same_are_not_both_kept(crowd, embedder):
    people = crowd(40)
    twins = [
        replace(p, facts=q.facts, goals=q.goals) for p, q in zip(people[20:], people, strict=False)
    ]
    found = made((*people[:20], *twins), 25, embedder)
    new = joined(*embed_profiles(found.profiles, embedder))
    assert (new @ new.T - np.eye(len(new))).max() < TOO_NEAR
    assert dict(found.dropped)["too near to another one"] > 0


def test_people_who_sound_alike_are_not_joined(crowd, embedder):
    alike = tuple(replace(p, style=Style(), big_five=BigFive()) for p in crowd(20))
    with pytest.raises(ValueError, match=r"5 virtual.*, 0 can.*of 20.*too near to a real profile"):
        made(alike, 5, embedder)


def test_people_of_whom_only_the_style_is_known_are_nobody_new(crowd, embedder):
    styles = tuple(replace(p, facts=(), goals=()) for p in crowd(20))
    with pytest.raises(ValueError, match=r"0 can.*of 20.*too near to a real profile"):
        made(styles, 3, embedder)


def test_people_of_two_languages_are_not_joined(crowd, embedder):
    german = tuple(replace(p, id=f"d{p.id}", language="de") for p in crowd(20))
    languages = {p.id: p.language for p in (*german, *crowd(20))}
    found = made((*german, *crowd(20)), 10, embedder)
    for child in found.profiles:
        assert {languages[parent] for parent in child.parents} == {child.language}
    assert dict(found.dropped)["of two languages"] > 0


def test_what_is_at_odds_with_itself_is_dropped_and_counted(crowd, embedder):
    halves = [
        replace(
            p,
            facts=(*p.facts, Fact("f4", "You are dyslexic." if i % 2 else "You read a lot.")),
            style=replace(p.style, typos=0.1 if i % 2 else 0.0),
        )
        for i, p in enumerate(crowd(40))
    ]
    found = made(halves, 10, embedder)
    assert all(conflicts(child) == () for child in found.profiles)
    assert dict(found.dropped)["at odds with itself"] > 0


def test_a_trait_that_a_fact_contradicts_is_dropped_where_a_scorer_is_given(crowd, embedder):
    class NobodyOutgoing:
        name = "toy"

        def entailment(self, query, responses, statements):
            hits = [
                "outgoing" in r and "lives in" in s.text
                for r, s in zip(responses, statements, strict=True)
            ]
            return [Entailment(1, 0, 0) if hit else Entailment(0, 1, 0) for hit in hits]

    found = made(crowd(60), 20, embedder, entailment=NobodyOutgoing())
    assert {child.big_five.extraversion for child in found.profiles} == {"low"}
    assert dict(found.dropped)["with a trait that a fact contradicts"] > 0


def test_lineage_and_licences_of_both_parents_are_kept():
    one = Profile("a", source="forum", licence="MIT", subjective="You rhyme.", objective="You dig.")
    other = Profile("b", source="survey", licence="CC-BY-4.0", subjective="You mumble.")
    child = join(one, other, "c")
    assert (child.source, child.licence) == ("forum; survey", "MIT AND CC-BY-4.0")
    assert child.parents == ("a", "b")
    assert (child.objective, child.subjective) == ("You dig.", "You mumble.")
    assert join(one, one, "c").licence == "MIT"
    grandchild = join(child, one, "d")
    assert (grandchild.source, grandchild.licence) == ("forum; survey", "MIT AND CC-BY-4.0")


def test_a_parent_without_a_licence_leaves_the_child_without_one():
    child = join(Profile("a", licence="MIT"), Profile("b"), "c")
    assert (child.source, child.licence) == ("unknown", "unknown")


def test_virtual_profiles_can_be_joined_again(crowd, embedder):
    children = made(crowd(40), 15, embedder).profiles
    again = made((*crowd(40), *children), 10, embedder).profiles
    assert not {child.id for child in again} & {child.id for child in children}


def test_the_density_is_followed(crowd, embedder):
    known = survey(crowd(250), embedder)
    points = make_virtual(known, 60, seed=7).points
    uniform = np.random.default_rng(0).uniform(
        known.points.min(0), known.points.max(0), points.shape
    )
    assert known.density.log_density(points).mean() > known.density.log_density(uniform).mean()
