import re
from pathlib import Path

from guards.training.report.rules import READ_BY_THE_GUARD, source_digest

GUARDS = Path(__file__).parents[4] / "guards"
WITHOUT_RULES = {"curves", "errors", "hub", "models", "protocols", "types"}


def test_a_digest_changes_with_any_file(tmp_path):
    files = [tmp_path / "apc.py", tmp_path / "recital.py"]
    for path in files:
        path.write_text("BAR = 1\n")
    before = source_digest(files)
    assert source_digest(reversed(files)) == before
    files[1].write_text("BAR = 2\n")
    assert source_digest(files) != before


def test_every_module_that_the_guard_takes_rules_from_counts():
    sources = "".join(path.read_text("utf-8") for path in GUARDS.glob("*.py"))
    taken = set(re.findall(r"from persona_sdk\.(\w+)", sources)) - WITHOUT_RULES
    assert taken <= set(READ_BY_THE_GUARD)
