import itertools
import math

import numpy as np
import pytest

from persona_sdk.errors import ContextOverflow
from persona_sdk.models.catalog import load_model
from persona_sdk.models.llama_cpp import LlamaCppModel
from persona_sdk.models.llama_score import blocks, log_probabilities
from persona_sdk.types import GenerationOptions, Turn

ASKED = [Turn("system", "You are Tess."), Turn("user", "What is the capital of France?")]
RIGHT = "The capital of France is Paris."


def test_probabilities_are_those_of_a_softmax() -> None:
    logits = np.log(np.array([[1.0, 2.0, 5.0], [4.0, 4.0, 2.0]], np.float32))
    found = log_probabilities(logits, [2, 0])
    assert found == pytest.approx([math.log(5 / 8), math.log(4 / 10)])


def test_large_logits_do_not_overflow() -> None:
    assert log_probabilities(np.array([[1e4, 0.0]], np.float32), [0]) == [0.0]


def test_each_token_is_followed_by_the_next_across_blocks() -> None:
    tokens = tuple(range(10))
    pairs = [p for part in blocks(tokens, 4) for p in zip(*part, strict=True)]
    assert pairs == list(itertools.pairwise(tokens))
    assert blocks((1,), 4) == []


@pytest.fixture(scope="module")
def base() -> LlamaCppModel:
    model = load_model("builtin:base", context_size=512)
    assert isinstance(model, LlamaCppModel)
    return model


@pytest.mark.model
def test_sense_is_likelier_than_nonsense(base: LlamaCppModel) -> None:
    def mean(text: str) -> float:
        found = base.log_likelihood(ASKED, text)
        return sum(found) / len(found)

    assert mean(RIGHT) > mean("Red the is yesterday capital horse.") + 2
    assert all(one <= 0 for one in base.log_likelihood(ASKED, RIGHT))
    assert base.log_likelihood(ASKED, "") == []


@pytest.mark.model
def test_scoring_neither_disturbs_nor_is_disturbed_by_generation(base: LlamaCppModel) -> None:
    greedy = GenerationOptions(temperature=0, max_tokens=8)
    score, said = base.log_likelihood(ASKED, RIGHT), base.generate(ASKED, options=greedy)[0].text
    assert base.log_likelihood(ASKED, RIGHT) == score
    assert base.generate(ASKED, options=greedy)[0].text == said


@pytest.mark.model
def test_long_texts_go_through_in_blocks(base: LlamaCppModel) -> None:
    whole = base.log_likelihood(ASKED, f"{RIGHT} " * 20)
    alone = base.log_likelihood(ASKED, RIGHT)
    assert len(whole) > 128
    assert whole[: len(alone)] == pytest.approx(alone, abs=0.05)


@pytest.mark.model
def test_what_does_not_fit_is_refused(base: LlamaCppModel) -> None:
    with pytest.raises(ContextOverflow, match="512"):
        base.log_likelihood(ASKED, "word " * 600)
