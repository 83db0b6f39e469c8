from dataclasses import replace

import numpy as np
import pytest

from persona_sdk.profile import Fact, Profile
from simulators.profiles.sample import sample


@pytest.fixture
def town(crowd):
    """Twenty people of one kind, and five who are like nobody."""
    alike = [
        replace(p, facts=(Fact("f", "You are a clerk in Leeds."),), goals=("Say hello.",))
        for p in crowd(20)
    ]
    odd = [
        Profile(f"odd{i}", (Fact("f", f"You {a} {b} {c}."),))
        for i, (a, b, c) in enumerate(
            [
                ("juggle", "burning", "torches"),
                ("breed", "albino", "llamas"),
                ("decode", "martian", "radio"),
                ("forge", "damascus", "swords"),
                ("yodel", "alpine", "hymns"),
            ]
        )
    ]
    return (*alike, *odd)


def ids(found):
    return [profile.id for profile in found.profiles]


def test_the_majority_is_drawn_from_where_profiles_are_dense(town, embedder):
    assert not any(i.startswith("odd") for i in ids(sample(town, 5, embedder=embedder)))


def test_the_minority_is_drawn_from_where_profiles_are_sparse(town, embedder):
    found = sample(town, 5, embedder=embedder, mode="minority")
    assert sorted(ids(found)) == [f"odd{i}" for i in range(5)]


def test_random_draws_from_all(town, embedder):
    assert set(ids(sample(town, 25, embedder=embedder, mode="random"))) == {p.id for p in town}


@pytest.mark.parametrize("mode", ["majority", "minority", "random", "virtual"])
def test_the_same_seed_gives_the_same_sample_and_another_gives_another(crowd, embedder, mode):
    people = crowd(60)
    first, again, other = (
        sample(people, 6, embedder=embedder, mode=mode, seed=seed, share=0.5) for seed in (7, 7, 8)
    )
    assert first.profiles == again.profiles
    assert first.points.tobytes() == again.points.tobytes()
    assert first.profiles != other.profiles


@pytest.mark.parametrize("mode", ["majority", "minority", "random", "virtual"])
def test_nobody_is_picked_twice(crowd, embedder, mode):
    found = ids(sample(crowd(40), 12, embedder=embedder, mode=mode, seed=3))
    assert len(found) == len(set(found)) == 12


def test_a_share_grows_with_what_is_asked_for_unless_it_is_told(crowd, embedder):
    people = crowd(10)
    assert sample(people, 1, embedder=embedder).share == 0.2
    assert sample(people, 6, embedder=embedder).share == 0.6
    with pytest.raises(ValueError, match=r"share of 0.2 is 2 of 10 profiles, too few for 6"):
        sample(people, 6, embedder=embedder, share=0.2)


def test_a_share_of_a_profile_is_a_whole_one(crowd, embedder):
    assert "majority: 1 of a group of 3" in sample(crowd(12), 1, embedder=embedder).notes


def test_the_notes_say_how_it_was_done(crowd, embedder):
    few, many = sample(crowd(30), 3, embedder=embedder), sample(crowd(200), 3, embedder=embedder)
    assert "kernels need 200" in few.notes[0]
    assert "Gaussian kernels over 200 profiles" in many.notes[0]
    assert "majority: 3 of a group of 6" in few.notes
    assert any(note.startswith("picks: uniformity -") for note in few.notes)


def test_another_reduction_takes_the_place_of_principal_components(crowd, embedder):
    seen = []

    def first_two(vectors, seed):
        seen.append(seed)
        return vectors[:, :2]

    found = sample(crowd(30), 4, embedder=embedder, mode="virtual", seed=1, reduction=first_two)
    assert found.points.shape == (4, 2)
    assert len(seen) == 1


def test_one_profile_can_be_sampled(crowd, embedder):
    assert ids(sample(crowd(1), 1, embedder=embedder)) == ["p0"]


@pytest.mark.parametrize(
    ("people", "n", "arguments", "message"),
    [
        (5, 0, {}, "n must be at least 1, was: 0"),
        (5, 6, {}, "6 profiles were asked for, there are 5"),
        (0, 1, {"mode": "virtual"}, "no profiles to sample from"),
        (5, 1, {"share": 0.0}, r"share must be in \(0, 1\], was: 0.0"),
        (5, 1, {"share": 1.5}, r"share must be in \(0, 1\], was: 1.5"),
        (1, 1, {"mode": "virtual"}, "at least 2 profiles"),
    ],
)
def test_what_cannot_be_sampled_is_refused(crowd, embedder, people, n, arguments, message):
    with pytest.raises(ValueError, match=message):
        sample(crowd(people), n, embedder=embedder, **arguments)


def test_two_profiles_of_one_id_are_refused(crowd, embedder):
    (one,) = crowd(1)
    with pytest.raises(ValueError, match="'p0' stands twice"):
        sample((one, one), 1, embedder=embedder)


def test_an_embedder_that_gives_nan_is_refused(crowd):
    class Broken:
        digest = "broken"

        def embed(self, texts):
            return np.full((len(texts), 4), np.nan, dtype=np.float32)

    with pytest.raises(ValueError, match="must be finite"):
        sample(crowd(4), 1, embedder=Broken())
