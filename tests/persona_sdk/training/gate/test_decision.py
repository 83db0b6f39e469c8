from dataclasses import replace

import numpy as np
import pytest

from persona_sdk.training.gate.bars import Bars, Rail
from persona_sdk.training.gate.decision import decide
from persona_sdk.training.gate.echoes import with_echoes
from persona_sdk.training.gate.values import GateVerdict, Measurement
from persona_sdk.types import Persona, as_statements

BETTER = {
    "delta_apc": 0.5,
    "hard_contradiction": -0.05,
    "contradiction": -0.1,
    "known_answer": 0.25,
}

HIVES = "nine hives of bees behind the mill."

LOST = tuple(f"q{number}" for number in range(7))


def judge(measurements: list[Measurement], **changes: object) -> GateVerdict:
    return decide(with_echoes(measurements), replace(Bars(), **changes))  # type: ignore[arg-type]


def state(verdict: GateVerdict, metric: str) -> str:
    found = verdict.finding(metric)
    assert found is not None
    return found.state


def test_a_real_improvement_is_promoted(planted) -> None:
    verdict = judge(planted(**BETTER))
    assert verdict.outcome == "promote", verdict.reasons
    assert state(verdict, "delta_apc") == "rises"
    assert verdict.reasons[0].startswith("ΔAPC +0.5")


@pytest.mark.parametrize(
    ("metric", "gain"),
    [
        ("hard_contradiction", 0.25),
        ("contradiction", 0.25),
        ("known_answer", -0.3),
        ("repeated", 0.2),
        ("reply_surprise", 3.0),
        ("chat_surprise", 0.8),
        ("ability", -0.4),
        ("looped", 0.5),
        ("words", 200.0),
    ],
)
def test_one_broken_rail_rejects_whatever_else_is_gained(planted, metric, gain) -> None:
    verdict = judge(planted(**{**BETTER, metric: gain}))
    assert verdict.outcome == "reject"
    assert state(verdict, metric) == "broken"
    assert len(verdict.reasons) == 1


def test_a_primary_metric_that_falls_rejects(planted) -> None:
    verdict = judge(planted(delta_apc=-0.4))
    assert verdict.outcome == "reject"
    assert state(verdict, "delta_apc") == "falls"


def test_the_same_replies_in_other_words_each_time_echo_nothing_but_one_line_does(planted) -> None:
    lame = [
        replace(m, reply="I am who I am and that is it.") if m.side == "after" else m
        for m in planted(**BETTER)
    ]
    verdict = judge(lame)
    assert state(verdict, "echoed") == "broken"
    assert verdict.outcome == "reject"


def test_a_fact_of_the_persona_may_be_told_again(planted) -> None:
    told = [
        replace(m, reply=f"I keep {HIVES}") if m.side == "after" else m for m in planted(**BETTER)
    ]
    names = {measurement.persona for measurement in told} - {""}
    owners = [Persona(name, as_statements([f"{name} keeps {HIVES}"])) for name in names]
    strangers = [Persona(name, as_statements([f"{name} hates bees."])) for name in names]
    assert state(decide(with_echoes(told, owners)), "echoed") == "kept"
    assert state(decide(with_echoes(told, strangers)), "echoed") == "broken"


@pytest.mark.parametrize("items", [0, 6, 48])
def test_too_few_items_are_undecided_however_good_they_look(planted, items) -> None:
    verdict = judge(planted(items, **{**BETTER, "delta_apc": 3.0}))
    assert verdict.outcome == "undecided"
    assert state(verdict, "delta_apc") == "missing"


def test_nothing_at_all_is_undecided() -> None:
    assert decide([]).outcome == "undecided"
    assert "no item has it on both sides" in decide([]).reasons[0]


def test_identical_sides_are_undecided(planted) -> None:
    before = [m for m in planted() if m.side == "before"]
    verdict = judge([*before, *(replace(m, side="after") for m in before)])
    assert verdict.outcome == "undecided"
    assert state(verdict, "delta_apc") == "open"


@pytest.mark.parametrize(
    "metric", ["hard_contradiction", "known_answer", "reply_surprise", "chat_surprise", "ability"]
)
def test_a_rail_that_was_not_measured_is_undecided(planted, metric) -> None:
    def without(one: Measurement) -> Measurement:
        return replace(one, values={k: v for k, v in one.values.items() if k != metric})

    verdict = judge([without(m) for m in planted(**BETTER)])
    assert verdict.outcome == "undecided"
    assert state(verdict, metric) == "missing"


def test_a_rail_that_does_not_apply_can_be_waived(planted) -> None:
    hardless = [
        replace(m, values={k: v for k, v in m.values.items() if k != "hard_contradiction"})
        for m in planted(**BETTER)
    ]
    verdict = decide(with_echoes(hardless), waived={"hard_contradiction": "no hard statement"})
    assert verdict.outcome == "promote"
    assert state(verdict, "hard_contradiction") == "waived"


def test_the_primary_metric_cannot_be_waived(planted) -> None:
    verdict = decide(with_echoes(planted()), waived={"delta_apc": "because"})
    assert verdict.outcome == "undecided"


def test_values_that_are_not_finite_are_lost(planted) -> None:
    def spoilt(one: Measurement) -> Measurement:
        bad = one.side == "after" and one.item in LOST
        return replace(one, values={**one.values, "delta_apc": float("nan")}) if bad else one

    verdict = judge([spoilt(m) for m in planted(**BETTER)])
    found = verdict.finding("delta_apc")
    assert found is not None
    assert (found.n, found.lost, found.state) == (92, 28, "missing")
    assert verdict.outcome == "undecided"


def test_a_few_errors_of_one_side_leave_out_the_pair_and_are_counted(planted) -> None:
    def broken(one: Measurement) -> Measurement:
        gone = one.side == "before" and one.task == "reply" and one.item == "q0"
        return replace(one, values={}, reply="", error="ModelError: no") if gone else one

    verdict = judge([broken(m) for m in planted(**BETTER)])
    found = verdict.finding("delta_apc")
    assert found is not None
    assert (found.n, found.lost) == (116, 4)
    assert verdict.outcome == "promote"


def test_a_character_that_could_not_be_compared_is_named_and_nothing_is_promoted(planted) -> None:
    def broken(one: Measurement) -> Measurement:
        gone = one.side == "after" and one.persona == "p3"
        return replace(one, values={}, reply="", error="ModelError: no") if gone else one

    verdict = judge([broken(m) for m in planted(600, 6, **BETTER)])
    found = verdict.finding("delta_apc")
    assert found is not None
    assert (found.n, found.lost) == (500, 100)
    assert verdict.outcome == "undecided"
    assert verdict.reasons[0].endswith("no item of p3 has it on both sides")


def test_an_item_that_both_sides_failed_on_is_lost_too(planted) -> None:
    def broken(one: Measurement) -> Measurement:
        gone = one.task == "reply" and one.item in LOST
        return replace(one, values={}, error="ModelError: no") if gone else one

    verdict = judge([broken(m) for m in planted(**BETTER)])
    assert verdict.outcome == "undecided"
    assert "28 of 120 items" in " ".join(verdict.reasons)


def test_noise_alone_is_rarely_promoted() -> None:
    bars = Bars(rails=())
    promoted = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        promoted += decide(noise(rng, personas=1, items=60), bars).outcome == "promote"
    assert promoted <= 10


def test_what_helps_some_characters_and_hurts_others_is_rarely_promoted() -> None:
    bars = Bars(rails=())
    promoted = 0
    for seed in range(24):
        rng = np.random.default_rng(seed)
        found = noise(rng, personas=6, items=20, between=1.0)
        promoted += decide(found, bars).outcome == "promote"
    assert promoted <= 3


def noise(
    rng: np.random.Generator, *, personas: int, items: int, between: float = 0.0
) -> list[Measurement]:
    """Both sides are equally good on average; `between` is how much characters differ."""
    found = []
    for persona in range(personas):
        own = rng.normal(0, between)
        for item in range(items):
            before = rng.normal(0.5, 0.6)
            for side, value in (("before", before), ("after", before + own + rng.normal(0, 0.6))):
                found.append(
                    Measurement(
                        side,  # type: ignore[arg-type]
                        "reply",
                        f"p{persona}",
                        f"q{item}",
                        values={"delta_apc": float(value), "words": 20.0},
                    )
                )
    return found


def test_the_verdict_says_for_whom_it_holds(planted) -> None:
    assert judge(planted(120, 2, **BETTER)).scope.startswith("p0, p1 only")
    assert judge(planted(120, 6, **BETTER)).scope.startswith("characters like these 6")


def test_a_rail_with_a_veto_alone_need_not_be_measured(planted) -> None:
    assert judge(planted(**BETTER)).finding("talk_delta_apc") is None


def test_the_same_measurements_give_the_same_verdict(planted) -> None:
    assert judge(planted(**BETTER)) == judge(planted(**BETTER))


def test_bars_can_be_stricter(planted) -> None:
    worse = planted(**BETTER, passes=-0.3)
    assert judge(worse).outcome == "promote"
    assert judge(worse, rails=(Rail("passes", 0.0),)).outcome == "reject"
    assert judge(planted(**BETTER), rails=(Rail("passes", 0.0),)).outcome == "promote"
    assert judge(planted(**BETTER), fewest_items=500).outcome == "undecided"


@pytest.mark.parametrize(
    ("fault", "make"),
    [
        ("margin must be at least 0", lambda: Rail("ability", -0.1)),
        ("no metric is called 'wit'", lambda: Rail("wit", 0.1)),
        ("use a band", lambda: Rail("words", 0.1)),
        ("'words' has none", lambda: Bars(primary="words")),
        ("band of words", lambda: Bars(words=(9.0, 3.0))),
        ("at least 2 items", lambda: Bars(fewest_items=1)),
        ("most_lost must be", lambda: Bars(most_lost=1.0)),
    ],
)
def test_bars_that_make_no_sense_are_refused(fault, make) -> None:
    with pytest.raises(ValueError, match=fault):
        make()
