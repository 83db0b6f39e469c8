import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from guards.scripted import WordEntailment
from persona_sdk.cli.terminal import BAD_INPUT, USAGE, new_app
from persona_sdk.cli.users_sample import sample
from simulators.profiles.catalog import load_profiles
from simulators.profiles.files import read_profiles, write_profiles

Run = Callable[..., Result]


class _Words:
    digest = "toy"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[crc32(word.encode()) % 64] += 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `sample ARGS` over toy vectors and a toy entailment scorer."""
    monkeypatch.setattr("persona_sdk.cli.embedding.load_embedder", _Words)
    scorers = SimpleNamespace(entailment=WordEntailment())
    monkeypatch.setattr("guards.catalog.load_named_scorers", lambda _: scorers)
    app = new_app("Users.")
    app.callback()(lambda: None)
    app.command()(sample)
    return lambda *args: CliRunner().invoke(app, ["sample", *map(str, args)])


def test_users_are_written_to_a_file_and_the_notes_to_standard_error(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "users.jsonl"
    result = run("bundled", "--n", 5, "--mode", "minority", "--seed", 3, "--out", path)
    assert result.exit_code == 0
    assert set(read_profiles(path)) <= set(load_profiles("bundled"))
    assert len(read_profiles(path)) == 5
    assert result.stdout == f"{path}: 5 users\n"
    assert "kernels need 200" in result.stderr


def test_without_a_file_standard_output_is_pure_jsonl(run: Run, tmp_path: Path) -> None:
    result = run("bundled", "-n", 4, "--mode", "virtual", "--seed", 7)
    path = tmp_path / "out.jsonl"
    path.write_text(result.stdout, encoding="utf-8")
    assert [len(profile.parents) for profile in read_profiles(path)] == [2, 2, 2, 2]
    assert result.stdout == run("bundled", "-n", 4, "--mode", "virtual", "--seed", 7).stdout


@pytest.mark.parametrize(("name", "opening"), [("p.svg", "<svg"), ("p.html", "<!doctype html>")])
def test_the_plot_is_an_svg_or_a_page(run: Run, tmp_path: Path, name: str, opening: str) -> None:
    result = run("bundled", "-n", 2, "--plot", tmp_path / name)
    assert result.exit_code == 0
    drawn = (tmp_path / name).read_text(encoding="utf-8")
    assert drawn.startswith(opening)
    assert "2 of 62 profiles (majority)" in drawn


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("bundled", "--share", 0), USAGE, "--share must be in (0, 1], was: 0"),
        (("bundled", "--plot", "p.png"), USAGE, "must end in .svg or .html, was: p.png"),
        (("bundled", "-n", 99), BAD_INPUT, "99 profiles were asked for, there are 62"),
        (("bundled", "-n", 0), USAGE, "Invalid value for '--n'"),
        (("bundled", "-n", 9, "--share", 0.1), BAD_INPUT, "a share of 0.1 is 7 of 62 profiles"),
        (("none.jsonl",), BAD_INPUT, "no profiles are called 'none.jsonl'"),
    ],
)
def test_what_cannot_be_sampled_is_told_in_one_line(
    run: Run, args: tuple[object, ...], code: int, message: str
) -> None:
    result = run(*args)
    assert result.exit_code == code
    assert message in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_too_few_profiles_for_virtual_ones_are_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    write_profiles(path, load_profiles("bundled")[:1])
    result = run(path, "-n", 1, "--mode", "virtual")
    assert result.exit_code == BAD_INPUT
    assert "give at least 2 profiles" in result.stderr


@pytest.mark.model
def test_the_shipped_encoder_places_the_bundled_users(tmp_path: Path) -> None:
    from persona_sdk.cli.embedding import load_embedder

    embedder = load_embedder()
    nurse, doctor, piano = embedder.embed(["You are a nurse.", "You are a doctor.", "A piano."])
    assert nurse @ nurse == pytest.approx(1, abs=1e-3)
    assert nurse @ doctor > nurse @ piano
    assert embedder.digest
