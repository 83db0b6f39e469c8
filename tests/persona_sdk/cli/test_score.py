import gzip
import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from persona_sdk.cli.output import partial_path

Run = Callable[..., Result]

FAITHFUL, FALSE = "I play the guitar every day.", "I never play the guitar."


def row(number: int, response: str = FAITHFUL) -> dict[str, Any]:
    return {
        "id": number,
        "character": "Alice",
        "statements": ["Alice plays the guitar.", "Alice lives in Rome."],
        "query": "Do you play the guitar?",
        "response": response,
    }


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.usefixtures("word_guard")
def test_a_row_comes_back_with_its_scores(persona: Run, tmp_path: Path) -> None:
    rows = write(tmp_path / "rows.jsonl", [row(1), row(2, FALSE)])
    result = persona("score", rows, "--out", tmp_path / "out.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 rows: 1 pass, 1 fail, 0 unscored" in result.stderr
    good, bad = read(tmp_path / "out.jsonl")
    assert {**good, **row(1)} == good
    assert (good["outcome"], good["violations"]) == ("pass", [])
    assert 0 < good["coverage"] <= 1
    assert bad["outcome"] == "fail"
    assert bad["max_contradiction"] == pytest.approx(0.96)
    assert bad["delta_apc"] < good["delta_apc"] < good["apc"]


@pytest.mark.usefixtures("word_guard")
def test_a_violation_names_statement_sentence_and_probabilities(
    persona: Run, tmp_path: Path
) -> None:
    rows = write(tmp_path / "rows.jsonl", [row(1, "Hello there! " + FALSE)])
    persona("score", rows, "--out", tmp_path / "out.jsonl")
    violation = read(tmp_path / "out.jsonl")[0]["violations"][0]
    assert violation["statement_id"] == "s1"
    assert violation["statement"] == "Alice plays the guitar."
    assert violation["sentence"] == FALSE
    assert (violation["start"], violation["end"]) == (13, 13 + len(FALSE))
    assert violation["kind"] == "speech"
    assert violation["contradiction"] >= violation["threshold"]
    assert 0 <= violation["relevance"] <= 1


@pytest.mark.usefixtures("word_guard")
def test_what_could_not_be_scored_has_no_numbers(persona: Run, tmp_path: Path) -> None:
    rows = write(tmp_path / "rows.jsonl", [row(1, "")])
    persona("score", rows, "--out", tmp_path / "out.jsonl")
    scored = read(tmp_path / "out.jsonl")[0]
    assert scored["outcome"] == "unscored"
    assert scored["reason"]
    assert [scored[name] for name in ("apc", "delta_apc", "max_contradiction")] == [None] * 3


@pytest.mark.usefixtures("word_guard")
def test_rows_pass_through_standard_streams_in_any_script(persona: Run) -> None:
    text = json.dumps(row(1) | {"note": "👩‍🚀 Ωμέγα"}, ensure_ascii=False)
    result = persona("score", "-", "--out", "-", stdin=text)
    assert json.loads(result.stdout)["note"] == "👩‍🚀 Ωμέγα"


@pytest.mark.usefixtures("word_guard")
def test_gzipped_rows_are_scored(persona: Run, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl.gz"
    rows.write_bytes(gzip.compress(json.dumps(row(1)).encode()))
    persona("score", rows, "--out", tmp_path / "out.jsonl")
    assert read(tmp_path / "out.jsonl")[0]["outcome"] == "pass"


def test_a_bad_row_stops_the_run_before_it_starts(persona: Run, tmp_path: Path) -> None:
    rows = write(tmp_path / "rows.jsonl", [row(1), row(2) | {"statements": []}])
    result = persona("score", rows, "--out", tmp_path / "out.jsonl")
    assert result.exit_code == 3
    assert "rows.jsonl:2: field 'statements'" in result.stderr
    assert result.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


@pytest.mark.usefixtures("word_guard")
def test_the_rows_of_a_stopped_run_are_not_overwritten(persona: Run, tmp_path: Path) -> None:
    rows, out = write(tmp_path / "rows.jsonl", [row(1)]), tmp_path / "out.jsonl"
    partial_path(str(out)).write_text("kept\n")
    assert persona("score", rows, "--out", out).exit_code == 3
    assert partial_path(str(out)).read_text() == "kept\n"


def test_resuming_needs_a_file(persona: Run, tmp_path: Path) -> None:
    rows = write(tmp_path / "rows.jsonl", [row(1)])
    assert persona("score", rows, "--out", "-", "--resume").exit_code == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_stopped_run_goes_on_where_it_stood(
    process: Any, persona: Run, word_guard: None, tmp_path: Path, number: int, code: int
) -> None:
    rows = write(tmp_path / "rows.jsonl", [row(i) for i in range(40)])
    out = tmp_path / "out.jsonl"
    with process.start("score", rows, "--out", out, pause=0.02) as running:
        wait_for_rows(partial_path(str(out)), 3, running)
        running.send_signal(number)
        _, stderr = running.communicate()
    assert running.returncode == code
    assert "Traceback" not in stderr
    assert not out.exists()
    kept = partial_path(str(out)).read_bytes().count(b"\n")
    with partial_path(str(out)).open("ab") as partial:
        partial.write(b'{"id": 3')

    result = persona("score", rows, "--out", out, "--resume")
    assert f"{kept} of 40 rows are scored already" in result.stderr
    assert f"{40 - kept} rows: " in result.stderr
    assert [scored["id"] for scored in read(out)] == list(range(40))
    assert not partial_path(str(out)).exists()


def wait_for_rows(path: Path, count: int, running: "subprocess.Popen[str]") -> None:
    while running.poll() is None:
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.01)
    pytest.fail(f"ended early: {running.communicate()}")


@pytest.mark.model
def test_the_shipped_guard_scores_a_row(persona: Run, tmp_path: Path) -> None:
    told = {"statements": ["Alice loves coffee."], "query": "Do you like coffee?"}
    replies = ["Yes, I love coffee.", "No, I hate coffee and I never drink it."]
    rows = [row(i, text) | told for i, text in enumerate(replies)]
    out = tmp_path / "out.jsonl"
    persona("score", write(tmp_path / "rows.jsonl", rows), "--out", out)
    assert [scored["outcome"] for scored in read(out)] == ["pass", "fail"]
