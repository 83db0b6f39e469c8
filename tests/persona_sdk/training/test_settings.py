import pytest

from persona_sdk.training.presets import PAPER, preset
from persona_sdk.training.settings import LINEAR_LAYERS, Settings


def test_the_paper_preset_is_that_of_the_paper():
    assert (PAPER.rank, PAPER.targets, PAPER.learning_rate) == (128, LINEAR_LAYERS, 2e-4)
    assert (PAPER.epochs, PAPER.batch, PAPER.accumulation, PAPER.beta) == (10, 1, 8, 0.1)


def test_what_is_not_given_stays_as_the_preset_has_it():
    changed = preset("paper", "dpo", {"rank": 8, "epochs": None})
    assert (changed.rank, changed.epochs) == (8, 10)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"rank": 0}, "rank must be at least 1, was: 0"),
        ({"dropout": 1.0}, r"dropout must be in \[0, 1\), was: 1.0"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0"),
        ({"loss": "hinge"}, "loss must be sigmoid or robust"),
        ({"label_smoothing": 0.5}, "label_smoothing must be in"),
        ({"label_smoothing": 0.1}, "of the loss 'robust' alone, was: 0.1 with 'sigmoid'"),
        ({"max_minutes": 0.0}, "max_minutes must be above 0"),
        ({"targets": ()}, "targets must be"),
        ({"objective": "weighted", "loss": "robust"}, "the weighted objective"),
    ],
)
def test_a_value_out_of_range_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        Settings(**wrong)
