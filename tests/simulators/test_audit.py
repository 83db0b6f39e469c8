import re
from dataclasses import replace

import pytest

from guards.scripted import CONTRADICTED, ENTAILED, ScriptedEntailment, WordEntailment
from persona_sdk.profile import Fact, Profile
from persona_sdk.types import Entailment, Persona, Reply, as_statements
from simulators.audit import audit
from simulators.metrics.spoken import Spoken
from simulators.values import Dialogue, Exchange, Move, Run, RunConfig

ADA = Persona("Ada", as_statements(["Ada bakes bread."]))
NURSE = Profile("p1", (Fact("f1", "You are a nurse in Rome."), Fact("f2", "You have two cats.")))
HUMAN = (
    "whats your favourite bread then",
    "ok and how long does it take to rise?",
    "hm i dont get it",
    "Why not rye?",
    "so 3 hours? thats a lot",
    "i see, thanks",
)
GUSHING = (
    "Hello, Ada! I'm curious about your bakery. Could you tell me more about it?",
    "That's wonderful to hear! What kinds of bread do you enjoy baking the most?",
    "Thank you so much for sharing that! I'd love to learn more about your process.",
    "That sounds amazing! Could you share some advice for beginners, please?",
    "I really appreciate your insight! How did you first become interested in baking?",
    "Thank you, Ada! I'm so glad to have met you. Is there anything else to add?",
)


def dialogue(number: int, turns: tuple[str, ...], **rest: object) -> Dialogue:
    said = tuple(Exchange(Move(t), Reply(f"Answer {i} on {t}")) for i, t in enumerate(turns))
    return Dialogue(number, "p1", number, said, **{"status": "max_turns", **rest})


def run(dialogues: list[Dialogue], profile: Profile = NURSE) -> Run:
    config = RunConfig(ADA, (profile,), len(dialogues), 6, 7, "model", "user", "guard")
    return Run(config, tuple(dialogues))


def good(n: int = 12) -> list[Dialogue]:
    return [dialogue(i, HUMAN) for i in range(n)]


def named(found, name):
    return next(f for f in found.findings if f.name == name)


def test_a_user_who_writes_like_people_passes():
    found = audit(run(good()))
    assert found.passed and found.void == () and found.voided == ()
    assert found.style is not None and found.conversations == 12


def test_an_assistant_like_user_voids_the_run():
    found = audit(run([dialogue(i, GUSHING) for i in range(12)]))
    assert not found.passed
    assert {reason.split(":")[0] for reason in found.void} >= {"like people", "gushing"}


def test_a_spoilt_conversation_is_void_alone():
    spoilt = dialogue(12, ("hi", "I'm Ada and I bake bread."))
    found = audit(run([*good(), spoilt]))
    assert found.passed
    assert [(v.number, v.reasons) for v in found.voided] == [(12, ("role inversion in turn 2",))]


def test_many_spoilt_conversations_void_the_run():
    spoilt = [dialogue(12 + i, ("hi", "As an AI, I cannot say.")) for i in range(3)]
    assert any("in role: 3 of 15" in reason for reason in audit(run([*good(), *spoilt])).void)


def test_telling_facts_word_for_word_is_flagged_and_leaves_the_run_standing():
    told = [dialogue(i, ("i have two cats", *HUMAN[1:])) for i in range(4)]
    found = audit(run([*told, *good()]))
    assert named(found, "parroting").outcome == "fail" and found.void == ()
    assert any("people: 3.8%" in flag for flag in found.flags) and found.passed


def test_up_to_twice_what_people_tell_is_no_parroting():
    told = dialogue(20, ("i have two cats", *HUMAN[1:]))
    found = audit(run([told, *good(9)]))
    assert named(found, "parroting").value == 0.05 and found.flags == ()


def test_a_user_who_failed_before_a_word_spoils_the_conversation():
    failed = dialogue(12, (), status="error", fault="simulator", error="no answer")
    found = audit(run([*good(), failed]))
    assert found.conversations == 13 and found.voided[0].reasons == ("failed: no answer",)


def test_reciting_the_profile_voids_the_run():
    turns = ("i am a nurse in rome and i have two cats", *HUMAN[1:])
    found = audit(run([dialogue(i, turns) for i in range(12)]))
    assert named(found, "recital").outcome == "fail" and not found.passed


def test_few_facts_cannot_show_parroting():
    found = audit(run([dialogue(i, ("i am a nurse in rome",)) for i in range(2)]))
    assert named(found, "parroting").outcome == "unscored"


def test_contradicting_the_own_profile_voids_the_run():
    turns = ("I am not a nurse in Rome.", *HUMAN)
    found = audit(run([dialogue(i, turns) for i in range(12)]), entailment=WordEntailment())
    assert named(found, "contradicts itself").outcome == "fail"
    assert named(found, "contradicts itself").value == 1.0


def test_a_claim_that_another_fact_supports_contradicts_nothing():
    split = ScriptedEntailment({("two cats", "0"): ENTAILED}, default=CONTRADICTED)
    turns = ("I have two cats.", *HUMAN)
    found = audit(run([dialogue(i, turns) for i in range(12)]), entailment=split)
    assert named(found, "contradicts itself").value == 0.0


def test_a_doubtful_contradiction_does_not_count():
    doubtful = ScriptedEntailment({}, default=Entailment(0.8, 0.2, 0.0))
    turns = ("I have two cats.", *HUMAN)
    found = audit(run([dialogue(i, turns) for i in range(12)]), entailment=doubtful)
    assert named(found, "contradicts itself").value == 0.0


def test_without_a_scorer_contradictions_are_unknown_and_not_passed_silently():
    found = audit(run(good()))
    assert named(found, "contradicts itself").value is None
    assert any("no entailment scorer" in reason for reason in found.unknown)


def test_running_in_circles_voids_the_run():
    turns = (HUMAN[0], HUMAN[1], HUMAN[1], HUMAN[1])
    found = audit(run([dialogue(i, turns) for i in range(12)]))
    assert named(found, "early stops").value == 1.0
    assert named(found, "repetition").outcome == "fail"


def test_another_language_voids_the_run():
    turns = ("was ist dein liebstes brot und wie lange muss es gehen", *HUMAN[:3])
    found = audit(run([dialogue(i, turns) for i in range(12)]))
    assert named(found, "language").value == pytest.approx(0.25)
    assert named(found, "language").outcome == "fail"


def test_a_run_too_short_to_judge_is_neither_passed_nor_void():
    found = audit(run(good(2)))
    assert found.outcome == "unscored" and not found.passed and found.void == ()
    assert any("needs 30 free turns in English, were: 12" in reason for reason in found.unknown)


def test_users_of_another_language_are_not_compared_with_people_who_write_english():
    german = replace(NURSE, language="de")
    turns = ("wo wohnst du denn", "was isst du am liebsten abends", "versteh ich nicht ganz")
    found = audit(run([dialogue(i, turns) for i in range(12)], german))
    assert named(found, "like people").outcome == "unscored" and found.outcome == "unscored"
    assert named(found, "over-polite").value is None
    real = [Spoken(f"r{i}", turns) for i in range(12)]
    assert audit(run([dialogue(i, turns) for i in range(12)], german), real=real).passed


def test_a_user_who_falls_into_english_is_off_his_language():
    found = audit(run(good(), replace(NURSE, language="de")))
    assert named(found, "language").value > 0.0


def test_middles_that_are_alike_are_not_told_as_a_difference():
    turns = ("no rye", "what about the big oven, is it hot?", "ok", "hm", "fine", "no idea")
    found = audit(run([dialogue(i, turns) for i in range(12)]))
    told = named(found, "like people").reason
    assert all(a != b for a, b in re.findall(r"(\S+) not ([^\s,]+)", told))
    assert "of the turns apart" in told


def test_an_empty_run_is_neither_passed_nor_void():
    found = audit(run([Dialogue(0, "p1", 0)]))
    assert found.outcome == "unscored" and found.conversations == 0


def test_attacks_do_not_count_as_the_users_manner():
    odd = Exchange(Move(GUSHING[1], attack="leading question"), Reply("No."))
    mixed = [Dialogue(d.number, "p1", 0, (*d.exchanges, *(odd,) * 6), "max_turns") for d in good()]
    found = audit(run(mixed))
    assert named(found, "gushing").value == 0.0 and named(found, "like people").outcome == "pass"


def test_with_real_conversations_the_detector_decides():
    real = [Spoken(f"r{i}", HUMAN) for i in range(12)]
    unlike = audit(run([dialogue(i, GUSHING) for i in range(12)]), real=real)
    assert unlike.detector is not None and unlike.detector.surface_auc.mean > 0.95
    assert any("AUC" in reason for reason in unlike.void) and unlike.style is None
    assert audit(run(good()), real=real).passed


def test_slips_that_were_caught_are_told_and_do_not_count():
    slipped = Exchange(Move("hm ok", faults=("role inversion",)), Reply("Yes."))
    some = [Dialogue(d.number, "p1", 0, (*d.exchanges, slipped), "max_turns") for d in good()]
    assert "12 slips were caught" in named(audit(run(some)), "in role").reason


def test_figures_stand_beside_and_name_what_they_were_made_with():
    names = [one.name for one in audit(run(good())).measures]
    assert names[:3] == ["ESR", "copy rate, verbatim", "copy rate, half"]
    assert "spread of meaning" not in names and "r-DPC" not in names


def test_a_scorer_adds_the_agreement_with_the_profile():
    found = audit(run(good()), entailment=WordEntailment())
    assert [one.name for one in found.measures][-3:] == ["r-DP.P", "r-DP.R", "r-DPC"]
