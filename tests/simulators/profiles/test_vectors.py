import numpy as np
import pytest

from persona_sdk.profile import Fact, Profile, Style
from simulators.profiles.render import objective, subjective
from simulators.profiles.vectors import PIECE_BYTES, cut, embed_profiles, joined


def test_both_halves_are_unit_vectors_of_their_rendering(embedder, crowd):
    profiles = crowd(3)
    vectors = embed_profiles(profiles, embedder)
    assert np.linalg.norm(vectors.objective, axis=1) == pytest.approx(1)
    for half, rendered in ((vectors.objective, objective), (vectors.subjective, subjective)):
        expected = embedder.embed([rendered(profile) for profile in profiles])
        assert half == pytest.approx(expected, abs=0.08)  # pieces are averaged


def test_the_product_of_joint_vectors_is_the_mean_of_the_cosines(embedder, crowd):
    vectors = embed_profiles(crowd(2), embedder)
    (one, other) = joined(vectors.objective, vectors.subjective)
    cosines = [half[0] @ half[1] for half in vectors]
    assert one @ other == pytest.approx(sum(cosines) / 2)
    assert one @ one == pytest.approx(1)


def test_profiles_without_facts_are_as_near_as_their_styles(embedder):
    terse, chatty = Profile("a", style=Style(words=4)), Profile("b", style=Style(words=40))
    vectors = embed_profiles([terse, terse, chatty], embedder)
    joint = joined(vectors.objective, vectors.subjective)
    assert joint[0] @ joint[1] == pytest.approx(1)
    assert joint[0] @ joint[2] == pytest.approx(vectors.subjective[0] @ vectors.subjective[2])


def test_a_long_half_is_embedded_in_pieces_and_none_is_lost(embedder):
    facts = tuple(Fact(f"f{i}", f"You own a {word}.") for i, word in enumerate(["cow"] * 60))
    end = Fact("last", "You sing.")
    with_end, without = Profile("a", (*facts, end)), Profile("b", facts)
    vectors = embed_profiles([with_end, without], embedder)
    assert all(len(text.encode()) <= PIECE_BYTES for text in embedder.seen)
    assert not np.allclose(vectors.objective[0], vectors.objective[1])


def test_pieces_count_by_their_length(embedder):
    prose = "You keep bees in the garden behind the old mill. " * 6 + "You dance. " * 9
    first, second = cut(prose)
    mean = len(first) * embedder.embed([first])[0] + len(second) * embedder.embed([second])[0]
    found = embed_profiles([Profile("p", objective=prose)], embedder).objective[0]
    assert found == pytest.approx(mean / np.linalg.norm(mean))


@pytest.mark.parametrize(
    "text", ["You sing. " * 200, "word " * 500, "空" * 1000, "", "  ", "a" * 1000, "Ah! Oh? Yes."]
)
def test_pieces_hold_all_of_a_text_and_none_is_too_long(text):
    pieces = list(cut(text))
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < len(piece.encode()) <= PIECE_BYTES for piece in pieces)


def test_a_profile_without_facts_has_a_vector_of_zeros_for_them(embedder):
    empty = Profile("p", style=Style())
    vectors = embed_profiles([empty, Profile("q", (Fact("f", "You sing."),))], embedder)
    assert not vectors.objective[0].any()
    assert np.isfinite(vectors.objective).all()


def test_a_sentence_that_many_share_is_embedded_once(embedder, crowd):
    same = [Profile(f"p{i}", (Fact("f", "You sing."),)) for i in range(5)]
    embed_profiles(same, embedder)
    assert len(embedder.seen) == len(set(embedder.seen)) == 2
