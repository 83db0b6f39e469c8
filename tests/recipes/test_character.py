"""The rows that the embedded character is trained on: what they teach, and what they keep out."""

import gzip
import json
import random
import re
from pathlib import Path

import pytest

from guards.apc import APCGuard
from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.personas.catalog import bundled, load
from persona_sdk.prompts import HINT_OPENING, persona_block
from persona_sdk.training.gate.ability import questions as ability_questions
from persona_sdk.training.gate.chats import chats as gate_chats
from persona_sdk.types import Conversation, Persona, Statement, as_statements
from persona_sdk.words import content_words
from recipes.character.chats import CHATS, chats
from recipes.character.duties import on_duty
from recipes.character.errands import errands
from recipes.character.further import Drafts, difference, drafts_of, questions
from recipes.character.people import Judges, Person, held_out_names
from recipes.character.points import CONVAI2, Drawn, Point, of_line, spelled
from recipes.character.rows import people, queries, strangers, training_rows, write_rows
from recipes.character.talk import Talker

LINES = [
    "i love to bake cookies .",
    "i am a truck driver in the south .",
    "i don t like the beach .",
    "my mother is a nurse .",
    "i have two dogs and a cat .",
    "i m afraid of spiders .",
    "i play the guitar .",
    "i once saw zxqv at the store .",
] * 6
_PLAIN = ScriptedModel("Rome." + " It lies on the Tiber" * 20, cycle=True)
JUDGES = Judges(WordRelevance(), WordEntailment())
GUITAR = Point(said=("I play the guitar.",), denial=("I don't play the guitar.",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder like that of the public data, with a handful of lines."""
    (tmp_path / "persona").mkdir()
    numbered = [f"{line[:-2]} {word} ." for line in LINES[:7] for word in ("now", "today", "here")]
    rows = [{"persona": line} for line in [*LINES[:7], *numbered, LINES[7]]]
    _write(tmp_path / CONVAI2, rows)
    talk = [
        f"User {side}: {text}"
        for text in ("Hi! How are you?", "I love to bake cookies.", "I am a teacher.", "Thank you.")
        for side in (1, 2)
    ]
    lines = ["I love to bake cookies.", "I am a teacher.", "I like the cold snow."]
    _write(tmp_path / CHATS, [{"user1": lines, "user2": lines, "conv": talk}])
    return tmp_path


def test_rows_are_a_persona_block_and_turns_that_end_with_the_character(folder: Path) -> None:
    for row in training_rows(folder, 3, 4, "train", JUDGES):
        roles = [message["role"] for message in row["messages"]]
        assert roles == ["system", *["user", "assistant"] * (len(roles) // 2)]
        assert row["messages"][0]["content"].startswith("You are ")
        assert all(message["content"].strip() for message in row["messages"])


def test_the_same_seed_writes_the_same_file(folder: Path, tmp_path: Path) -> None:
    for name in ("one.jsonl", "two.jsonl.gz"):
        write_rows(training_rows(folder, 3, 3, "dev", JUDGES), tmp_path / name, 3)
    with gzip.open(tmp_path / "two.jsonl.gz", "rt") as file:
        assert file.read() == (tmp_path / "one.jsonl").read_text()


def test_no_made_up_character_bears_the_name_of_a_held_out_one(folder: Path) -> None:
    made = people(folder, 5, 40, "train", JUDGES)
    assert not {part for one in made for part in one.persona.name.split()} & held_out_names()
    assert {part for name in bundled() for part in load(name).name.split()} == held_out_names()


def test_characters_for_measuring_share_no_fact_with_those_of_the_training(folder: Path) -> None:
    facts = {
        split: {
            point.said
            for one in people(folder, 7, 25, split, JUDGES)  # type: ignore[arg-type]
            for point in one.points
        }
        for split in ("train", "dev")
    }
    assert facts["train"] and facts["dev"]
    assert not facts["train"] & facts["dev"]


def test_a_false_supposition_is_answered_with_the_fact() -> None:
    talker = Talker(random.Random(1), _guitarist(), (GUITAR,), WordRelevance(), {"denied": 1.0})
    turns = talker.conversation(6)
    for asked, told in zip(turns[::2], turns[1::2], strict=True):
        if re.search("don't play", asked.content):
            assert told.content.endswith("I play the guitar.")
    assert any("you don't play the guitar" in turn.content.lower() for turn in turns)


def test_who_is_asked_about_the_facts_of_others_claims_nothing() -> None:
    stranger = Point(said=("I keep bees.",), asks=("Do you keep bees?",))
    talker = Talker(random.Random(1), _guitarist(), (stranger,), WordRelevance(), {"unsaid": 1.0})
    told = [turn.content for turn in talker.conversation(5) if turn.role == "assistant"]
    assert told and not any("bees" in text for text in told)


def test_what_a_user_takes_for_granted_is_not_confirmed() -> None:
    stranger = Point(said=("I keep bees.",), asks=("Do you keep bees?",))
    turns = Talker(
        random.Random(1), _guitarist(), (stranger,), WordRelevance(), {"assumed": 1.0}
    ).conversation(5)
    assert any("you keep bees" in turn.content.lower() for turn in turns[::2])
    assert not any("bees" in turn.content or "Yes" in turn.content for turn in turns[1::2])


def test_the_reminder_of_a_repair_is_learned_too() -> None:
    talker = Talker(random.Random(2), _guitarist(), (GUITAR,), WordRelevance(), {"hinted": 1.0})
    asked = [turn.content for turn in talker.conversation(4) if turn.role == "user"]
    assert any(HINT_OPENING in text and "Xena plays the guitar." in text for text in asked)


def test_a_question_about_life_is_answered_with_the_nearest_fact() -> None:
    lines = ("I work as a baker.", "I am afraid of spiders.", "I have two dogs.")
    points = tuple(point for point in map(of_line, lines) if point)
    statements = as_statements([f"Xena {line[2:]}" for line in lines])
    person = Person(Persona("Xena", statements), points, statements)
    talker = Talker(random.Random(4), person, (), WordRelevance(), {"about": 1.0})
    turns = talker.conversation(300)
    asked = {u.content: a.content for u, a in zip(turns[::2], turns[1::2], strict=True)}
    at_work = [told for question, told in asked.items() if "work?" in question]
    assert at_work and all(told.startswith("I work as a baker.") for told in at_work)


def test_a_question_that_no_fact_is_near_to_gets_no_fact() -> None:
    talker = Talker(random.Random(4), _guitarist(), (), WordRelevance(), {"about": 1.0})
    assert not any("guitar" in turn.content for turn in talker.conversation(9)[1::2])


def test_a_program_does_not_deny_what_it_is() -> None:
    point = of_line("I am a robot that works for the Corvin Hotel.")
    assert point is not None
    statement = Statement("s1", "Xena is a robot that works for the Corvin Hotel.")
    person = Person(Persona("Xena", (statement,)), (point,), (statement,))
    talker = Talker(random.Random(4), person, (), WordRelevance(), {"bait": 1.0})
    told = {turn.content for turn in talker.conversation(8)[1::2]}
    assert {"I am a robot that works for the Corvin Hotel."} <= told
    assert all("robot" in text or "Hello" in text or "Xena" in text for text in told)


def test_a_character_on_duty_says_first_what_it_is() -> None:
    beside = of_line("I love to bake cookies.")
    assert beside is not None
    draw = on_duty(random.Random(2), lambda rng: Drawn((beside,)))
    drawn = [one for one in (draw(random.Random(i)) for i in range(40)) if one]
    first, *others = (one.points[0] for one in drawn)
    assert first.core and "What exactly are you?" in first.asks
    assert not any(point.core for point in others)
    texts = [one.statement("Xena", ("she", "her", "her")) for one in drawn]
    assert not any("{" in text for text in texts)
    assert 2 < texts.count("Xena loves to bake cookies.") < 20
    assert "Xena can" in " ".join(texts) and "Xena never" in " ".join(texts)


def test_everyday_questions_are_answered_as_the_plain_model_does_in_whole_sentences() -> None:
    talks = list(errands(_PLAIN, random.Random(3)))
    told = [turn.content for turns in talks for turn in turns if turn.role == "assistant"]
    assert set(told) == {"Rome."}
    assert len({turn.content for turns in talks for turn in turns[::2]}) == len(told) / 2


def test_no_everyday_question_is_like_one_that_a_gate_asks() -> None:
    fixed = [one.ask for one in ability_questions()] + [one.asked for one in gate_chats()]
    asked = {t.content for turns in errands(_PLAIN, random.Random(3)) for t in turns[::2]}
    for ask in asked:
        mine = content_words(ask)
        for other in map(content_words, fixed):
            assert len(mine & other) < 0.4 * len(mine | other), ask


def test_queries_end_with_the_user(folder: Path) -> None:
    (person,) = people(folder, 9, 1, "train", JUDGES)
    asked = queries(person, strangers("train"), 1, 5, JUDGES)
    assert len(asked) == 5
    assert all(conversation.turns[-1].role == "user" for conversation in asked)


def test_public_chats_stay_only_where_the_replies_tell_of_the_persona(folder: Path) -> None:
    ((persona, turns),) = chats(folder, random.Random(1), WordEntailment())
    assert persona_block(persona, persona.statements).startswith(f"You are {persona.name}.")
    assert turns[0].role == "user"
    assert {"I love to bake cookies.", "I am a teacher."} & {turn.content for turn in turns}


def test_lines_get_back_their_capitals_and_contractions() -> None:
    assert spelled("i don t like mondays , i m tired on monday .") == (
        "I don't like mondays, I'm tired on Monday."
    )


def test_a_line_whose_verb_is_not_understood_makes_no_point() -> None:
    assert of_line("Cats are great and so am I.") is None
    assert of_line("I love cats and hate dogs.") is None
    point = of_line("I love to bake cookies.")
    assert point is not None and point.denial == ("I don't love to bake cookies.",)


def _guitarist() -> Person:
    statement = Statement("s1", "Xena plays the guitar.")
    return Person(Persona("Xena", (statement,)), (GUITAR,), (statement,))


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_two_models_are_compared_on_the_same_questions(folder: Path) -> None:
    asked = [(_guitarist().persona, Conversation().add("user", "Do you play?"))] * 3
    guard = APCGuard(WordRelevance(), WordEntailment())
    done: list[int] = []

    def drafts(said: str) -> Drafts:
        return drafts_of(ScriptedModel(said, cycle=True), guard, asked, done.append)

    liar, faithful = drafts("I don't play the guitar."), drafts("I play the guitar.")
    assert (liar.passed, faithful.passed) == (0.0, 1.0)
    assert (faithful.words, len(done)) == (4.0, 6)
    assert difference(liar, faithful, asked).mean > 0
    made = questions(folder, JUDGES)
    assert made == questions(folder, JUDGES)
    assert all(conversation.turns[-1].role == "user" for _, conversation in made)
