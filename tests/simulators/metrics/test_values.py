from simulators.metrics.values import measured


def test_a_metric_without_values_has_a_reason_and_is_not_zero():
    found = measured("AVA", "utterance", [], otherwise="no id stands on both sides")
    assert found.value is None and found.estimate is None
    assert found.reason == "no id stands on both sides"


def test_a_metric_says_what_it_was_made_with():
    found = measured(
        "AVA", "utterance", [1.0, 0.0], made_with=(("encoder", "x"),), thresholds=(("bar", 0.4),)
    )
    assert found.value == 0.5 and found.reason == ""
    assert found.made_with == (("encoder", "x"),) and found.thresholds == (("bar", 0.4),)


def test_turns_of_one_conversation_are_drawn_together():
    found = measured("AVA", "utterance", [0.0, 0.0, 1.0, 1.0], groups=["a", "a", "b", "b"])
    assert found.estimate is not None and found.estimate.n == 2
