import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import Result

from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.cli.gate_after import Wanted, convert, gate_and_install
from persona_sdk.cli.train_run import gate_training
from persona_sdk.errors import AdapterError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.gate.journal import read_journal
from persona_sdk.training.registry import Registry
from persona_sdk.types import Turn
from persona_sdk.words import content_words

Run = Callable[..., Result]

WANTED = Wanted("character", ("eve", "bob", "juniper"), "eve", guarded=0)


class Speaker(ScriptedModel):
    """Takes the fact that fits where it has an adapter, else the first one."""

    def __init__(self, name: str) -> None:
        super().__init__(self._say, name=name)

    def log_likelihood(self, messages: Sequence[Turn], continuation: str) -> list[float]:
        return [-2.0 for _ in continuation.split()]

    def _say(self, messages: Sequence[Turn]) -> str:
        lines = messages[0].content.splitlines()
        facts = [line[2:] for line in lines if line.startswith("- ")] or ["I can not tell."]
        asked = content_words(messages[-1].content) if "+adapter:" in self.name else frozenset()
        return max(facts, key=lambda fact: len(asked & content_words(fact)))


@pytest.fixture(autouse=True)
def _doubles(monkeypatch: pytest.MonkeyPatch, word_guard: None, tmp_path: Path) -> None:
    scorers = SimpleNamespace(entailment=WordEntailment(), relevance=WordRelevance())
    monkeypatch.setattr("guards.load.load_scorers", lambda *_: scorers)
    monkeypatch.setattr("persona_sdk.cli.gate_sides.load_model", Speaker)
    monkeypatch.setattr("persona_sdk.cli.gate_hold.load_model", Speaker)
    monkeypatch.setenv("PERSONA_ADAPTERS", str(tmp_path / "adapters"))
    monkeypatch.chdir(tmp_path)
    Path("base.gguf").write_bytes(b"GGUF")


def test_a_winner_is_installed_and_the_next_one_has_to_beat_it(
    write_adapter: Callable[..., Path],
) -> None:
    first = write_adapter(Path("1.gguf"), width=8, strength=0.1, seed=1)
    gated = gate_and_install(first, "gguf:base.gguf", Path("gate1"), WANTED)
    assert gated.held and gated.held.verdict.outcome == "promote"
    assert (gated.entry.state, gated.entry.persona) == ("active", "Eve")
    second = write_adapter(Path("2.gguf"), width=8, strength=0.1, seed=2)
    gated = gate_and_install(second, "gguf:base.gguf", Path("gate2"), WANTED)
    assert gated.held and gated.held.verdict.outcome == "undecided"
    beaten = gated.held.document["settings"]["before"]["adapter_sha256"]
    assert beaten == Registry().find("character").sha256
    assert (gated.entry.state, gated.entry.gate and gated.entry.gate["outcome"]) == (
        "candidate",
        "undecided",
    )
    assert [entry.state for entry in Registry().entries()] == ["active", "candidate"]


def test_what_won_for_a_few_characters_only_stays_a_candidate_for_all(
    write_adapter: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    adapter = write_adapter(Path("1.gguf"), width=8, strength=0.1)
    wanted = replace(WANTED, persona=None)
    gated = gate_and_install(adapter, "gguf:base.gguf", Path("gate"), wanted)
    assert gated.held
    assert (gated.held.verdict.outcome, gated.entry.state) == ("promote", "candidate")
    assert "not installed: character" in capsys.readouterr().err.replace("\n", " ")


def test_rows_of_the_training_are_not_asked_and_its_characters_are_named(
    write_adapter: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    prompt = [{"role": "user", "content": "What kind of work do you do?"}]
    Path("pairs.jsonl").write_text(json.dumps({"prompt": prompt, "persona": "Bob"}) + "\n")
    adapter = write_adapter(Path("1.gguf"), width=8, strength=0.1)
    wanted = Wanted("c", persona="bob", items=1, guarded=0)
    gated = gate_and_install(
        adapter, "gguf:base.gguf", Path("gate"), wanted, trained_on=[Path("pairs.jsonl")]
    )
    assert gated.held
    assert "What kind of work do you do?" not in {m.query for m in gated.held.measurements}
    assert gated.held.document["trained_personas"] == ["Bob"]
    assert gated.entry.persona == "Bob" and gated.entry.state == "candidate"
    assert "the training knew Bob" in capsys.readouterr().err


def test_a_single_character_is_asked_enough_for_a_verdict(
    monkeypatch: pytest.MonkeyPatch, write_adapter: Callable[..., Path]
) -> None:
    code = _gate_with_juniper(monkeypatch, write_adapter)
    told = json.loads(Path("run/gate/gate.json").read_text())
    assert (told["outcome"], code) == ("promote", 0), told["reasons"]


def test_the_same_command_after_a_win_says_what_is_in_use(
    monkeypatch: pytest.MonkeyPatch,
    write_adapter: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    adapter = write_adapter(Path("1.gguf"), width=8, strength=0.1)
    monkeypatch.setattr("persona_sdk.cli.gate_after.convert", lambda *_: adapter)
    Path("rows.jsonl").write_text(json.dumps({"messages": []}) + "\n")
    for said in ("installed: c", "in use already: c"):
        with pytest.raises(typer.Exit) as ended:
            gate_training(
                Path("run"), "gguf:base.gguf", [Path("rows.jsonl")], personas="juniper", name="c"
            )
        assert ended.value.exit_code == 0
        assert said in capsys.readouterr().err
    assert [entry.state for entry in Registry().entries()] == ["active"]


@pytest.mark.parametrize("fault", ["gone", "was changed"])
def test_what_is_in_use_is_not_vouched_for_where_its_copy_is_not_whole(
    write_adapter: Callable[..., Path], capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    adapter = write_adapter(Path("1.gguf"), width=8, strength=0.1)
    assert gate_and_install(adapter, "gguf:base.gguf", Path("gate"), WANTED).entry.state == "active"
    copy = Registry().path_of("character")
    if fault == "gone":
        copy.unlink()
    else:
        copy.write_bytes(b"other")
    with pytest.raises(AdapterError, match=fault):
        gate_and_install(adapter, "gguf:base.gguf", Path("gate"), WANTED)
    assert "in use already" not in capsys.readouterr().err


def test_a_file_that_the_registry_has_for_another_use_is_refused_before_anything_is_measured(
    write_adapter: Callable[..., Path],
) -> None:
    adapter = write_adapter(Path("1.gguf"), width=8, strength=0.1)
    for_bob = replace(WANTED, persona="bob", items=0)
    gate_and_install(adapter, "gguf:base.gguf", Path("gate1"), for_bob)
    with pytest.raises(AdapterError, match=r"the same file is there as character .* for Bob"):
        gate_and_install(adapter, "gguf:base.gguf", Path("gate2"), WANTED)
    assert not Path("gate2").exists()


def test_a_bundled_character_is_meant_where_a_folder_bears_its_name_too(
    monkeypatch: pytest.MonkeyPatch, write_adapter: Callable[..., Path]
) -> None:
    Path("juniper").mkdir()
    code = _gate_with_juniper(monkeypatch, write_adapter)
    assert code == 0
    assert Registry().find("c").persona == "Juniper"


def test_an_adapter_of_the_same_weights_is_not_written_again(
    monkeypatch: pytest.MonkeyPatch, write_adapter: Callable[..., Path]
) -> None:
    written: list[str] = []

    def write(folder: Path, out: Path, *, base: str, name: str) -> None:
        written.append(name)
        facts = {
            "general.name": name,
            "faithful_persona.weights_sha256": sha256_of(folder / "adapter_model.safetensors"),
            "faithful_persona.base_sha256": sha256_of("base.gguf"),
            "faithful_persona.ended": str(len(written)),
        }
        write_adapter(out, width=8, strength=0.1, **facts)

    monkeypatch.setattr("persona_sdk.training.adapters.convert.convert_adapter", write)
    weights = Path("run/adapter_model.safetensors")
    weights.parent.mkdir()
    weights.write_bytes(b"1")
    file = convert(Path("run"), "gguf:base.gguf", "c")
    first = file.read_bytes()
    assert convert(Path("run"), "gguf:base.gguf", "c") == file
    assert (file.read_bytes(), written) == (first, ["c"])
    convert(Path("run"), "gguf:base.gguf", "d")
    weights.write_bytes(b"2")
    convert(Path("run"), "gguf:base.gguf", "d")
    file.write_bytes(b"cut")
    convert(Path("run"), "gguf:base.gguf", "d")
    assert written == ["c", "d", "d", "d"]


def test_a_character_whose_file_has_a_comma_in_its_name_is_asked(
    write_adapter: Callable[..., Path],
) -> None:
    Path("a, b.toml").write_text('name = "Mara"\nstatements = ["Mara bakes."]\n')
    adapter = write_adapter(Path("1.gguf"), width=8, strength=0.1)
    wanted = Wanted("c", persona="a, b.toml", items=0, guarded=0)
    gated = gate_and_install(adapter, "gguf:base.gguf", Path("gate"), wanted)
    assert (gated.entry.persona, gated.entry.state) == ("Mara", "candidate")


@pytest.mark.parametrize(("dev", "asked"), [(None, True), (Path("dev.jsonl"), False)])
def test_rows_of_the_dev_split_are_not_asked(
    monkeypatch: pytest.MonkeyPatch,
    write_adapter: Callable[..., Path],
    dev: Path | None,
    asked: bool,
) -> None:
    adapter = write_adapter(Path("1.gguf"), width=8, strength=0.1)
    monkeypatch.setattr("persona_sdk.cli.gate_after.convert", lambda *_: adapter)
    said = {"role": "user", "content": "What kind of work do you do?"}
    rows = Path("rows.jsonl")
    rows.write_text(json.dumps({"messages": []}) + "\n")
    Path("dev.jsonl").write_text(json.dumps({"messages": [said]}) + "\n")
    with pytest.raises(typer.Exit):
        gate_training(Path("run"), "gguf:base.gguf", (rows, dev), personas="juniper", name="c")
    found = read_journal(Path("run/gate"))[1]
    assert (said["content"] in {one.query for one in found}) == asked


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (("--base", "hf:somewhere"), 2, "--gate needs a base that llama.cpp runs"),
        (("--base", "gguf:base.gguf", "--gate-name", "a/b"), 2, "the name of an adapter has"),
        (("--base", "gguf:base.gguf", "--gate-personas", "eve,nobody"), 3, "'nobody'"),
    ],
)
def test_what_cannot_be_gated_is_refused_before_the_training(
    persona: Run, args: tuple[str, ...], code: int, why: str
) -> None:
    Path("rows.jsonl").write_text("")
    result = persona("train", "sft", "rows.jsonl", "--out", "run", "--gate", *args)
    assert result.exit_code == code
    assert why in result.stderr
    assert not Path("run").exists()


def _gate_with_juniper(monkeypatch: pytest.MonkeyPatch, write_adapter: Callable[..., Path]) -> int:
    """Gate a training with Juniper and return the exit code."""
    adapter = write_adapter(Path("1.gguf"), width=8, strength=0.1)
    monkeypatch.setattr("persona_sdk.cli.gate_after.convert", lambda *_: adapter)
    Path("rows.jsonl").write_text(json.dumps({"messages": []}) + "\n")
    with pytest.raises(typer.Exit) as ended:
        gate_training(
            Path("run"), "gguf:base.gguf", [Path("rows.jsonl")], personas="juniper", name="c"
        )
    return ended.value.exit_code
