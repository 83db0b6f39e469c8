from __future__ import annotations

import pytest

from guards.evaluation import report_nli, report_relevance

C, N, E = [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]


def test_nli_report_carries_every_figure_beside_its_baselines():
    report = report_nli(["a b"] * 4, ["a", "b", "a b", "c"], ["c", "n", "e", "n"], [C, N, E, C])
    assert report.rows == 4
    assert report.accuracy == 0.75
    assert report.auc == pytest.approx(1 - 0.5 / 3)
    assert report.calibration_error == pytest.approx(0.05)
    assert report.labels == ("c", "e", "n")
    assert report.confusion == ((1, 0, 0), (0, 0, 1), (1, 1, 0))
    assert report.baselines.majority == 0.5


def test_partial_labels_are_calibrated_as_one_side_against_the_rest():
    report = report_nli(["a"] * 2, ["b"] * 2, ["c", "nc"], [C, N])
    assert report.accuracy == 1.0
    assert report.calibration_error == pytest.approx(1 - (0.8 + 0.9) / 2)


def test_mixed_partial_labels_have_no_calibration_error():
    report = report_nli(["a"] * 2, ["b"] * 2, ["nc", "ne"], [N, N])
    assert report.calibration_error is None
    assert report.auc is None


def test_relevance_report_reads_one_as_positive():
    report = report_relevance(["q"] * 4, ["s"] * 4, [1, 0, 0, 1], [0.9, 0.2, 0.6, 0.7])
    assert report.accuracy == 0.75
    assert report.auc == 1.0
    assert report.predicted == ("0", "1")


def test_an_unknown_label_is_named_with_its_row():
    with pytest.raises(ValueError, match=r"row 2: label must be one of .* was: 'maybe'"):
        report_nli(["a"] * 2, ["b"] * 2, ["c", "maybe"], [C, N])


def test_no_rows_are_no_report():
    with pytest.raises(ValueError, match="at least one"):
        report_nli([], [], [], [])


def test_one_row_is_reported_without_cross_validation():
    assert report_relevance(["q"], ["s"], [1], [0.9]).baselines.hypothesis_only == 1.0
