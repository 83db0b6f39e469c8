"""Two runs side by side."""

from dataclasses import replace

import pytest

from persona_sdk.types import Persona, as_statements
from simulators.audit import Audit
from simulators.audit_checks import Finding
from simulators.metrics.conduct import Void
from simulators.report.compare import compare


@pytest.fixture
def pair(runs):
    """The second run mends every violation of the first, in ten conversations."""
    fine, bad = runs.exchange(runs.passed()), runs.exchange(runs.violating())
    first = runs.run(*(runs.dialogue(fine, bad, number=i) for i in range(10)))
    second = runs.run(*(runs.dialogue(fine, fine, number=i) for i in range(10)), character="new")
    return first, second


def by_name(comparison):
    return {d.metric: d for d in comparison.differences}


def test_the_gain_is_second_less_first(pair):
    found = by_name(compare(*pair))
    assert found["violation rate"].gain.mean == -0.5
    assert found["violation rate"].finding == "better"
    assert found["ΔAPC"].gain.mean == 0.5
    assert found["ΔAPC"].finding == "better"
    assert by_name(compare(*reversed(pair)))["ΔAPC"].finding == "worse"


def test_an_interval_that_holds_zero_is_not_resolved(pair):
    first, second = pair
    half = replace(second, dialogues=(*second.dialogues[:1], *first.dialogues[1:]))
    assert by_name(compare(first, half))["violation rate"].finding == "not resolved"


@pytest.mark.parametrize(("pairs", "finding"), [(5, "not resolved"), (6, "better")])
def test_five_conversations_resolve_nothing_six_may(pair, pairs, finding):
    first, second = (replace(run, dialogues=run.dialogues[:pairs]) for run in pair)
    assert by_name(compare(first, second))["ΔAPC"].finding == finding


def test_two_clean_runs_may_still_differ(pair):
    _, second = pair
    gain = by_name(compare(second, second))["violation rate"].gain
    assert gain.low < 0 == gain.mean < gain.high


def test_one_conversation_resolves_nothing(pair):
    first, second = (replace(run, dialogues=run.dialogues[:1]) for run in pair)
    assert by_name(compare(first, second))["violation rate"].finding == "not resolved"


def test_what_was_varied_is_told(pair):
    assert compare(*pair).varied == ("character: scripted → new",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 8}, "seed: '7' and '8'"),
        ({"turns": 9}, "turns: '6' and '9'"),
        ({"user": "llm"}, "user simulator: 'agenda' and 'llm'"),
        ({"guard": "other warn"}, "scorers of the guard: 'double' and 'other'"),
        ({"settings": (("difficulty", "0.9"),)}, "difficulty of the users: '–' and '0.9'"),
        ({"settings": (("exact", "True"),)}, "exactness of the guard: '–' and 'True'"),
        ({"profiles": ()}, "number of users: '1' and '0'"),
    ],
)
def test_runs_that_do_not_compare_are_refused(pair, change, told):
    first, second = pair
    other = replace(second, config=replace(second.config, **change))
    with pytest.raises(ValueError, match=told):
        compare(first, other)


def test_the_same_user_with_another_profile_is_refused(pair):
    first, second = pair
    (profile,) = second.config.profiles
    config = replace(second.config, profiles=(replace(profile, patience=9),))
    with pytest.raises(ValueError, match="'p1' and 'p1' are not the same profile"):
        compare(first, replace(second, config=config))


def test_the_mode_of_the_guard_may_be_what_is_compared(pair):
    first, second = pair
    other = replace(second, config=replace(second.config, guard="double enforce"))
    assert "guard: double warn → double enforce" in compare(first, other).varied


def test_delta_apc_of_other_statements_is_left_out(pair):
    first, second = pair
    bob = Persona("Bob", as_statements(["Bob is a baker."]))
    found = compare(first, replace(second, config=replace(second.config, persona=bob)))
    assert "ΔAPC" not in by_name(found)
    assert "ΔAPC: the personas have other statements" in found.left_out
    assert "violation rate" in by_name(found)


def test_a_conversation_that_the_engine_broke_off_is_not_paired(pair):
    first, second = pair
    broken = replace(second.dialogues[0], status="error", fault="engine")
    found = compare(first, replace(second, dialogues=(broken, *second.dialogues[1:])))
    assert found.pairs == 9


def test_conversations_of_other_seeds_are_no_pair(pair):
    first, second = pair
    other = replace(second.dialogues[0], seed=1)
    assert compare(first, replace(second, dialogues=(other, *second.dialogues[1:]))).pairs == 9


def test_another_version_of_the_persona_is_told(pair):
    first, second = pair
    persona = replace(second.config.persona, greeting="Hi.")
    found = compare(first, replace(second, config=replace(second.config, persona=persona)))
    assert "persona: another version of the same name" in found.varied


def test_what_was_not_shown_has_no_part_in_what_was(runs):
    said = runs.exchange(runs.violating(), blocked=True), runs.exchange(runs.passed())
    run = runs.run(*(runs.dialogue(*said, number=i) for i in range(6)))
    found = by_name(compare(run, run))
    assert (found["ΔAPC"].first, found["ΔAPC as shown"].first) == (0.0, 0.5)
    assert found["nothing shown"].first == 0.5


def test_runs_without_a_common_conversation_are_refused(pair):
    first, second = pair
    with pytest.raises(ValueError, match="no conversation in common"):
        compare(first, replace(second, dialogues=()))


def test_a_void_run_is_refused(pair):
    void = Audit((Finding("like people", "fail", 0.9, 0.2, "they sound alike"),))
    with pytest.raises(ValueError, match="the second run is void: like people: they sound alike"):
        compare(*pair, audits=(None, void))


def test_a_conversation_spoilt_in_either_run_is_not_paired(pair):
    audits = (Audit((), (Void(3, ("leak",)),)), Audit((), (Void(4, ("leak",)),)))
    assert compare(*pair, audits=audits).pairs == 8
