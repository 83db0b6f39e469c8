"""docs/report.md tells the truth."""

import re
from pathlib import Path

from simulators.report.document import document
from simulators.report.records import FORMAT, VERSION, as_record

PAGE = (Path(__file__).parents[3] / "docs" / "report.md").read_text(encoding="utf-8")


def test_the_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})


def test_every_name_of_the_json_is_on_the_page(sample):
    assert FORMAT in PAGE and f"`version` is {VERSION}" in PAGE
    assert all(f"`{name}`" in PAGE for name in as_record(document(sample, "f")))
