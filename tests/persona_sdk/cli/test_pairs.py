"""`persona pairs`: from drafts to files of pairs and between them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.cli.terminal import BAD_INPUT, CHECK_FAILED, INTERRUPTED, OK, USAGE
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.personas import load
from persona_sdk.store import Store
from persona_sdk.training.preferences.files import read_pairs, write_pairs
from persona_sdk.types import PreferencePair, Turn

Run = Callable[..., Result]
GOOD, IDLE, BAD = "I keep bees in Rome.", "Nice weather out there today.", "I do not keep bees."
QUERIES = "Do you keep bees?\nWhat of the bees?\nTell me of bees in Rome.\n"
TESS = """
name = "Tess"
statements = [{ text = "Tess keeps bees.", hard = true }, "Tess lives in Rome.", "Tess is 52."]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word_guard: None) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.txt").write_text(QUERIES)
    (tmp_path / "tess.toml").write_text(TESS)
    return tmp_path


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """Writes a good, an idle and a bad draft to every query, and the good one again."""
    found = ScriptedModel([GOOD, IDLE, BAD, GOOD], cycle=True)
    monkeypatch.setattr("persona_sdk.cli.pairs_sources.load_model", lambda *_, **__: found)
    return found


def build(persona: Run, *more: object) -> Result:
    return persona(
        "pairs", "build", "--persona", "tess.toml", "--queries", "q.txt", "--out", "p.jsonl", *more
    )


def written(here: Path, personas: int = 5, queries: int = 8) -> Path:
    pairs = [
        PreferencePair(
            (Turn("user", f"Question {q} to {p}?"),),
            "I keep bees.",
            "I sell wax.",
            margin=q / 4,
            persona=f"P{p}",
            violated=("Tess keeps bees.",),
        )
        for p in range(personas)
        for q in range(queries)
    ]
    write_pairs(pairs, here / "made.jsonl")
    return here / "made.jsonl"


def test_drafts_are_sampled_judged_and_chosen(
    persona: Run, here: Path, model: ScriptedModel
) -> None:
    done = build(persona, "--any-negations", "--json")
    assert done.exit_code == OK, done.output
    told = json.loads(done.stdout)
    assert (told["pairs"], told["personas"]) == (3, {"Tess": 3})
    pairs = read_pairs(here / "p.jsonl")
    assert [(p.chosen, p.rejected) for p in pairs] == [(GOOD, BAD)] * 3
    assert [p.query for p in pairs] == QUERIES.splitlines()
    assert pairs[0].prompt == model.prompts[0]
    assert pairs[0].violated
    assert pairs[0].supporting > pairs[0].opposing


def test_the_two_of_a_pair_are_alike_in_negations_unless_told_otherwise(
    persona: Run, here: Path, model: ScriptedModel
) -> None:
    assert build(persona).exit_code == OK
    assert [p.rejected for p in read_pairs(here / "p.jsonl")] == [IDLE] * 3


def test_the_same_command_goes_on_where_it_was_stopped(
    persona: Run, here: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate, calls = model.generate, iter([True, False])

    def stopping(*args: object, **kwargs: object) -> object:
        if not next(calls, True):
            raise KeyboardInterrupt
        return generate(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(model, "generate", stopping)
    stopped = build(persona, "--any-negations")
    assert stopped.exit_code == INTERRUPTED
    assert "is kept in p.candidates.jsonl: the same command goes on" in stopped.stderr
    again = build(persona, "--any-negations")
    assert again.exit_code == OK, again.output
    assert "goes on: 1 of 3 queries are kept" in again.stderr
    assert len(model.prompts) == 3
    first = (here / "p.jsonl").read_bytes()
    assert build(persona, "--any-negations").exit_code == OK
    assert (here / "p.jsonl").read_bytes() == first
    assert len(model.prompts) == 3


def test_kept_drafts_can_be_chosen_from_again_by_other_rules(
    persona: Run, here: Path, model: ScriptedModel
) -> None:
    build(persona, "--any-negations")
    strict = ("--from-candidates", "p.candidates.jsonl", "--out", "s.jsonl", "--margin", 99)
    strict += ("--hard-margin", 99)
    done = persona("pairs", "build", *strict)
    assert done.exit_code == CHECK_FAILED
    assert "query: the margin is too small  3" in done.stderr
    every = ("--from-candidates", "p.candidates.jsonl", "--out", "s.jsonl", "--take", "all")
    done = persona("pairs", "build", *every, "--any-negations", "--length", 1, "--json")
    assert json.loads(done.stdout)["pairs"] > 3


def test_drafts_of_other_options_are_refused(
    persona: Run, here: Path, model: ScriptedModel
) -> None:
    build(persona, "--any-negations")
    done = build(persona, "--any-negations", "--k", 2)
    assert done.exit_code == BAD_INPUT
    assert "holds candidates of another run: k is 4 there, 2 here" in done.stderr


def test_known_answers_of_the_persona_are_asked(
    persona: Run, here: Path, model: ScriptedModel
) -> None:
    done = persona(
        *("pairs", "build", "--persona", "tess.toml", "--persona", "bob", "--known-answers"),
        *("--most", 4, "--any-negations", "--length", 1, "--out", "p.jsonl", "--json"),
    )
    assert done.exit_code == OK, done.output
    assert len(model.prompts) == 8
    assert len({prompt[-1].content for prompt in model.prompts[:4]}) == 4


def test_stored_sessions_give_pairs(persona: Run, here: Path) -> None:
    tess = load("./tess.toml")
    guard = ScriptedGuard({"not keep": "s1"})
    with Store.open(here / "s.sqlite3") as store:
        for _ in range(2):
            session = store.create_session(tess, model="m", guard_mode="enforce")
            store.append_user(session.id, "What is your job?")
            agent = PersonaAgent(tess, ScriptedModel([BAD, GOOD]), guard)
            store.append_reply(session.id, agent.reply(store.conversation(session.id)))
    stored = ("pairs", "build", "--from-store", "s.sqlite3", "--out", "p.jsonl", "--any-negations")
    done = persona(*stored, "--json")
    assert done.exit_code == OK, done.output
    told = json.loads(done.stdout)
    assert (told["sources"], told["dropped"]) == (
        {"session": 1},
        {"pair: as good as another one": 1},
    )
    (pair,) = read_pairs(here / "p.jsonl")
    assert (pair.chosen, pair.rejected, pair.violated) == (GOOD, BAD, ("Tess keeps bees.",))
    one = persona(*stored, "--session", session.id)
    assert one.exit_code == OK
    assert session.id in read_pairs(here / "p.jsonl")[0].source
    assert "there is no session 'x'" in persona(*stored, "--session", "x").stderr


def test_a_stress_run_gives_pairs(persona: Run, here: Path) -> None:
    says = f"scripted:{BAD}"
    stress = ("stress", "tess.toml", "--users", 2, "--turns", 2, "--model", says)
    assert persona(*stress).exit_code == OK
    (folder,) = (here / "stress").iterdir()
    done = persona("pairs", "build", "--from-stress", folder, "--out", "p.jsonl")
    assert done.exit_code == CHECK_FAILED
    assert "draft: a fallback line" in done.stderr
    assert "no pair among 4 replies" in done.stderr


def test_statistics_tell_what_was_left_out_and_what_style_predicts(
    persona: Run, here: Path, model: ScriptedModel
) -> None:
    (here / "q.txt").write_text("".join(f"Do you keep {n} bees?\n" for n in range(30)))
    build(persona, "--any-negations")
    done = persona("pairs", "stats", "p.jsonl", "--plot", "m.svg")
    assert done.exit_code == OK, done.output
    assert "chosen 5.0, rejected 5.0" in done.stdout
    assert "more negations" in done.stdout and "0.0% [0.0%, 0.0%]" in done.stdout
    assert "unmatched" in done.stdout
    assert (here / "m.svg").read_text().startswith("<svg")
    (here / "p.report.json").write_text("{}")
    assert "unmatched" not in persona("pairs", "stats", "p.jsonl").stdout


def test_a_few_pairs_are_shown_with_what_the_rejected_reply_violates(
    persona: Run, here: Path
) -> None:
    done = persona("pairs", "show", written(here), "-n", 2)
    assert done.stdout.count("rejected  I sell wax.") == 2
    assert "violates  Tess keeps bees." in done.stdout
    assert done.stdout == persona("pairs", "show", here / "made.jsonl", "-n", 2).stdout
    rows = json.loads(persona("pairs", "show", here / "made.jsonl", "-n", 99, "--json").stdout)
    assert len(rows) == 40


def test_splits_are_written_without_leakage(persona: Run, here: Path) -> None:
    done = persona("pairs", "split", written(here), "--out", "splits", "--json")
    told = json.loads(done.stdout)
    assert told["pairs"] == {"train": 24, "dev": 8, "test": 8}
    assert len(read_pairs(here / "splits" / "test.jsonl")) == 8
    two = persona("pairs", "split", "made.jsonl", "--out", "two", "--dev", 0, "--by", "query")
    assert two.exit_code == OK
    assert sorted(path.name for path in (here / "two").iterdir()) == ["test.jsonl", "train.jsonl"]
    nothing = persona("pairs", "split", "made.jsonl", "--out", "x", "--dev", 0.5, "--test", 0.5)
    assert nothing.exit_code == USAGE


def test_pairs_are_converted_there_and_back(persona: Run, here: Path) -> None:
    pairs = read_pairs(written(here))
    for form in ("kto", "axolotl", "llamafactory"):
        there = persona("pairs", "convert", "made.jsonl", "--to", form, "--out", f"{form}.jsonl")
        assert there.exit_code == OK, there.output
        back = persona(
            *(
                "pairs",
                "convert",
                f"{form}.jsonl",
                "--from",
                form,
                "--to",
                "trl",
                "--out",
                "b.jsonl",
            )
        )
        assert back.exit_code == OK, back.output
        assert read_pairs(here / "b.jsonl") == pairs
    assert "80" in persona("pairs", "convert", "made.jsonl", "--to", "kto", "--out", "k").stdout


def test_a_data_set_is_added_to_those_that_llama_factory_knows(persona: Run, here: Path) -> None:
    info = here / "dataset_info.json"
    info.write_text('{"other": {"file_name": "o.json"}}')
    convert = ("pairs", "convert", written(here), "--to", "llamafactory", "--out", "mine.jsonl")
    assert persona(*convert).exit_code == OK
    known = json.loads(info.read_text())
    assert list(known) == ["other", "mine"]
    assert known["mine"]["file_name"] == "mine.jsonl"
    info.write_text("[")
    broken = persona(*convert)
    assert broken.exit_code == BAD_INPUT
    assert "dataset_info.json: no JSON" in broken.stderr


@pytest.fixture
def wrong(here: Path) -> Iterator[Callable[[str], Path]]:
    def write(text: str) -> Path:
        (here / "wrong.jsonl").write_text(text)
        return here / "wrong.jsonl"

    yield write


def test_a_broken_row_ends_every_command_with_its_place(
    persona: Run, wrong: Callable[[str], Path]
) -> None:
    file = wrong('{"prompt": []}\n')
    for command in (("stats",), ("show",), ("split", "--out", "x")):
        done = persona("pairs", command[0], file, *command[1:])
        assert done.exit_code == BAD_INPUT
        assert "wrong.jsonl:1: field 'chosen' is missing" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "name where drafts come from"),
        (("--persona", "alice"), "say what to ask: --queries FILE, --known-answers or both"),
        (("--session", "x"), "--session names one of a store"),
        (("--queries", "q.txt"), "--queries and --known-answers go with --persona"),
    ],
)
def test_sources_that_say_too_little_are_refused(
    persona: Run, options: tuple[str, ...], message: str
) -> None:
    done = persona("pairs", "build", "--out", "p.jsonl", *options)
    assert done.exit_code == USAGE
    assert message in done.stderr


def test_a_name_that_asks_for_compression_is_refused_before_anything_is_sampled(
    persona: Run, model: ScriptedModel
) -> None:
    done = build(persona, "--out", "p.jsonl.gz")
    assert done.exit_code == BAD_INPUT
    assert not model.prompts


def test_the_help_shows_examples(persona: Run) -> None:
    assert (
        "persona pairs build --persona alice --known-answers"
        in persona("pairs", "build", "--help").stdout
    )
