from persona_sdk.types import Persona, as_statements
from simulators.gym.known_answers.claims import claims_of
from simulators.gym.known_answers.topics import Topics, topics_of


def topics(*statements: str) -> Topics:
    return topics_of(claims_of(Persona("Tess", as_statements(statements))), "Tess")


def test_attributes_come_before_sentence_patterns() -> None:
    found = topics("Tess drinks tea.", "Tess bakes bread.").found
    assert [topic.name for topic in found] == ["drink", "object:what-do-you-bake"]


def test_a_question_that_would_name_the_value_gives_way_to_a_vaguer_one() -> None:
    (topic,) = topics("Tess's oldest tree is a pear tree.").found
    assert topic.name == "days"


def test_wordings_that_name_a_value_are_left_out() -> None:
    (topic,) = topics("Tess is afraid of her own heart.").found
    safe = [text for _, text in topic.safe(topic.indirect, "Tess")]
    assert safe == [text for text in topic.indirect if "heart" not in text]
    assert len(safe) < len(topic.indirect)


def test_a_statement_that_every_question_gives_away_is_skipped_with_the_reason() -> None:
    found = topics("Tess is scared of what is frightening and whom she is afraid of.")
    assert not found.found
    assert "would name a part of" in found.skipped["s1"]


def test_what_answers_a_broad_question_stands_beside_what_it_asks_for() -> None:
    found = topics("Tess is a human being.", "Tess is a baker.", "Tess sews sails.").found
    answers = {topic.name: [claim.text for claim in topic.answers] for topic in found}
    assert answers["identity"] == ["Tess is a human being.", "Tess is a baker."]
    assert answers["occupation"] == ["Tess is a baker."]


def test_what_a_wording_names_is_no_answer_beside() -> None:
    found = topics("Tess loves fog.", "Tess paints a grey day.").found
    (likes,) = [topic for topic in found if topic.name == "likes"]
    assert [claim.text for claim in likes.answers] == ["Tess loves fog."]


def test_a_secret_is_no_right_answer() -> None:
    assert not topics("Tess secretly enjoys painting.").found


def test_what_was_done_answers_for_what_is_done() -> None:
    found = topics("Tess has kept the light.", "Tess keeps a medal in a tin.").found
    assert [len(topic.answers) for topic in found] == [2, 2]
