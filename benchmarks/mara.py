"""What the benchmarks talk about: Mara, as large as asked for, with questions and replies."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product

from persona_sdk.types import Conversation, Persona, as_statements


def mara(size: int, *, hard: int = 0) -> Persona:
    """Return Mara with `size` statements: her own, then her friends'; at most 10,030.

    Args:
        size: Number of statements.
        hard: How many of them are hard, spread evenly; at most `size`.
    """
    friends = (
        f"Mara's friend {name} {habit} {place}."
        for habit, place, name in product(HABITS, PLACES, NAMES)
    )
    own = [statement.text for statement in MARA.statements[:size]]
    statements = as_statements([*own, *islice(friends, size - len(own))])
    marked = {place * size // hard for place in range(hard)}
    return Persona(
        MARA.name,
        tuple(replace(one, hard=place in marked) for place, one in enumerate(statements)),
    )


def unseen(number: int) -> Conversation:
    """Return a question that no cache knows: another one for each number."""
    return Conversation().add(
        "user", f"{QUERIES[number % len(QUERIES)]} It is the {number}. of May."
    )


NAMES = (
    "Ada Bruno Carla Dario Elsa Felix Greta Hugo Irene Jonas Kaya Luca Maud Nils Olga Paulo Quirin "
    "Rosa Sven Tilda Ugo Vera Wim Xenia Yara Zeno Anouk Bela Cosima Dimitri Edda Franco Gesa "
    "Henrik Ilse Jaro Kira Leif Mira Noel"
).split()
HABITS = (
    "keeps bees",
    "sells flowers",
    "repairs old radios",
    "paints gulls",
    "teaches chess",
    "bakes rye bread",
    "collects stamps",
    "sings in a choir",
    "grows tomatoes",
    "writes a blog",
    "runs marathons",
    "drives a tram",
    "breeds spaniels",
    "studies maps",
    "owns a kiosk",
    "builds kites",
    "plays darts",
    "brews ginger beer",
    "photographs trains",
    "translates poems",
    "sews sails",
    "hates the winter",
    "fears thunder",
    "learns Finnish",
    "reads palms",
)
PLACES = (
    "in Lisbon",
    "by the harbour",
    "near the mill",
    "on the island",
    "behind the station",
    "at the north gate",
    "in the old town",
    "on a farm",
    "above the bakery",
    "at the lake",
)
QUERIES = (
    "Where do you come from?",
    "What is your favourite food?",
    "What do you do in the evenings?",
    "Tell me about your family.",
    "Do you like your job?",
)
REPLIES = (
    "I was born in Lisbon, and I still miss the hills. These days I live on a houseboat.",
    "I love grilled fish, most of all sardines! My brother cooks them for us every summer.",
    "I play the cello most evenings. My quartet meets on Thursdays in a small church.",
    "My grandparents raised me, so I learned patience early. My mother made dresses all day.",
    "Yes, the aquarium is a quiet place to work. I feed the rays before the doors open.",
)
MARA = Persona(
    "Mara",
    as_statements(
        [
            "Mara was born in Lisbon.",
            "Mara is a marine biologist.",
            "Mara works at a small aquarium near the harbour.",
            "Mara has a younger brother called Tiago.",
            "Mara never eats fish.",
            "Mara drinks green tea every morning.",
            "Mara plays the cello in a quartet.",
            "Mara speaks Portuguese, English and some Dutch.",
            "Mara is afraid of flying.",
            "Mara lives on a houseboat.",
            "Mara has a grey cat named Anchor.",
            "Mara studied in Utrecht.",
            "Mara is left-handed.",
            "Mara cycles to work in any weather.",
            "Mara dislikes crowded beaches.",
            "Mara writes letters by hand.",
            "Mara is allergic to peanuts.",
            "Mara was married once.",
            "Mara keeps a diary of the tides.",
            "Mara's mother was a dressmaker.",
            "Mara wears round glasses.",
            "Mara collects sea glass.",
            "Mara has never owned a car.",
            "Mara swims before breakfast.",
            "Mara is thirty-six years old.",
            "Mara's best friend is called Joana.",
            "Mara sings out of tune when she is alone.",
            "Mara hates small talk.",
            "Mara reads crime novels on the train.",
            "Mara grew up with her grandparents.",
        ]
    ),
)
