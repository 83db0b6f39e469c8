"""Three files, whole or not at all."""

import pytest

from simulators.report import write_report
from simulators.report.writing import replace_file


def test_three_formats_are_written_and_the_page_returned(sample, tmp_path):
    page = write_report(sample, tmp_path / "new" / "run")
    assert page == tmp_path / "new" / "run" / "report.html"
    assert {p.name for p in page.parent.iterdir()} == {"report.html", "report.md", "report.json"}


def test_the_report_may_go_elsewhere_and_still_names_the_run(sample, tmp_path):
    page = write_report(sample, "runs/alice", out=tmp_path)
    assert "--replay runs/alice 1:1" in page.read_text(encoding="utf-8")


def test_the_same_run_makes_the_same_bytes(sample, tmp_path):
    first = write_report(sample, "f", out=tmp_path / "a").read_bytes()
    assert write_report(sample, "f", out=tmp_path / "b").read_bytes() == first


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "report.md"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(path, "new \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
