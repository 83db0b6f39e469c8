import pytest

from simulators.statistics import bootstrap, paired


def test_the_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    few, many = bootstrap([0.0, 1.0] * 5), bootstrap([0.0, 1.0] * 500)
    assert few.low < few.mean == 0.5 < few.high
    assert many.high - many.low < few.high - few.low


def test_values_of_one_group_do_not_count_as_independent() -> None:
    values = [0.0] * 50 + [1.0] * 50
    groups = [i // 10 for i in range(100)]
    grouped = bootstrap(values, groups=groups)
    assert grouped.n == 10
    assert grouped.high - grouped.low > bootstrap(values).high - bootstrap(values).low


def test_a_paired_difference_is_surer_than_its_sides() -> None:
    before = [float(i % 10) for i in range(100)]
    gain = paired(before, [value + 1 for value in before])
    assert gain == (1.0, 1.0, 1.0, 100)


def test_the_same_seed_draws_the_same_interval() -> None:
    values = [float(i) for i in range(20)]
    assert bootstrap(values, seed=3) == bootstrap(values, seed=3) != bootstrap(values, seed=4)


@pytest.mark.parametrize(
    ("values", "groups", "told"),
    [([], None, "at least one"), ([float("nan")], None, "finite"), ([1.0], ["a", "b"], "groups")],
)
def test_what_cannot_be_averaged_is_named(values, groups, told) -> None:
    with pytest.raises(ValueError, match=told):
        bootstrap(values, groups=groups)
