import pytest

from persona_sdk.statistics import bootstrap, crossed, paired


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


def test_few_rows_make_the_interval_wide_however_many_columns_there_are() -> None:
    rows = [row for row in "abc" for _ in range(100)]
    columns = list(range(100)) * 3
    values = [{"a": 0.0, "b": 0.5, "c": 1.0}[row] for row in rows]
    found = crossed(values, rows=rows, columns=columns)
    assert found.n == 3 and found.mean == 0.5
    assert found.low == 0.0 and found.high == 1.0
    assert bootstrap(values).low > 0.4


def test_what_differs_by_column_counts_as_well() -> None:
    rows = [row for row in range(50) for _ in range(3)]
    values = [0.0, 0.5, 1.0] * 50
    found = crossed(values, rows=rows, columns=[0, 1, 2] * 50)
    assert found.low == 0.0 and found.high == 1.0


def test_columns_of_one_row_alone_may_be_crossed() -> None:
    found = crossed([0.0, 1.0, 1.0], rows=["a", "a", "b"], columns=["a1", "a2", "b1"])
    assert 0.0 <= found.low < found.high <= 1.0


def test_crossed_factors_need_a_row_and_a_column_each() -> None:
    with pytest.raises(ValueError, match="2 values need as many rows and columns, were: 1 and 2"):
        crossed([1.0, 2.0], rows=["a"], columns=["x", "y"])
