"""A profile as one line of a file: which keys it has, of which types and within which limits."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from persona_sdk.profile import BigFive, Disclosure, Fact, FactKind, Level, Profile, Register, Style

VERSION = 1
"""Of the schema; a file of another one is refused."""

MAX_TEXT = 2_000
"""Characters in a fact, a goal or a phrase."""

MAX_PROSE = 20_000
"""Characters in a paragraph of own prose."""


def _printable(text: str) -> str:
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t":
            raise ValueError(f"holds the character U+{ord(char):04X}: remove it")
    return text


Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_printable)]
Prose = Annotated[str, Field(max_length=MAX_PROSE), AfterValidator(_printable)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class FactRow(_Row):
    """One fact."""

    id: Name = Field(description="Unique in the profile.")
    text: Text = Field(description="One fact in the second person: `You are a nurse.`")
    kind: FactKind = Field("scene-consistent", description="Holds in any scene, or in this one.")
    attribute: Annotated[str, Field(max_length=100)] = Field("", description="age, family, …")
    disclosure: Disclosure = Field("on-request", description="When the user tells it.")
    evidence: list[Annotated[int, Field(ge=0)]] = Field(
        default_factory=list, description="0-based numbers of the user turns it was read from."
    )


class StyleRow(_Row):
    """How somebody writes; rates are in [0, 1]."""

    words: float = Field(12.0, gt=0, allow_inf_nan=False, description="Median words a turn.")
    spread: float = Field(
        0.6, ge=0, allow_inf_nan=False, description="Deviation of the log of the words a turn."
    )
    lower_start: Rate = Field(0.1, description="Turns that begin in lower case.")
    end_mark: Rate = Field(0.8, description="Turns that end in a full stop or its like.")
    lower_i: Rate = Field(0.0, description="Share of `I` written `i`.")
    apostrophes: Rate = Field(1.0, description="Share of contractions with their apostrophe.")
    questions: Rate = Field(0.4, description="Turns with a question mark.")
    exclamations: Rate = Field(0.1, description="Turns with an exclamation mark.")
    emoji: Rate = Field(0.0, description="Turns with an emoji or emoticon.")
    typos: Rate = Field(0.0, description="Misspelt words, as a share of words.")
    shorthand: Rate = Field(0.0, description="Chat shorthand, as a share of words.")
    courtesy: Rate = Field(0.1, description="Turns with please, thanks or a greeting.")
    register_: Register = Field("unknown", alias="register", description="How formal.")
    phrases: list[Text] = Field(default_factory=list, description="What is said again and again.")


class BigFiveRow(_Row):
    """The five traits: low, mid, high or unknown."""

    openness: Level = "unknown"
    conscientiousness: Level = "unknown"
    extraversion: Level = "unknown"
    agreeableness: Level = "unknown"
    neuroticism: Level = "unknown"


class ProfileRow(_Row):
    """One line of a profiles file."""

    version: Literal[1] = Field(description="Of this schema.")
    id: Name = Field(description="Unique in the file.")
    facts: list[FactRow] = Field(default_factory=list, description="Objective, one fact each.")
    goals: list[Text] = Field(default_factory=list, description="In the infinitive.")
    style: StyleRow = Field(
        default_factory=lambda: StyleRow.model_validate({}), description="Language style."
    )
    big_five: BigFiveRow = Field(default_factory=BigFiveRow, description="Traits.")
    patience: int = Field(4, ge=1, description="Unhelpful replies in a row that are borne.")
    attacks: list[Name] = Field(default_factory=list, description="Names of attack strategies.")
    objective: Prose = Field("", description="Own prose instead of the first paragraph.")
    subjective: Prose = Field("", description="Own prose instead of the second paragraph.")
    language: Annotated[str, Field(max_length=35)] = Field("en", description="`und` if unknown.")
    source: Prose = Field("", description="Where it was read from.")
    licence: Prose = Field("", description="Of the source.")
    parents: list[Name] = Field(default_factory=list, description="Of a virtual profile.")

    def profile(self) -> Profile:
        """Return the value that this row describes.

        Raises:
            ValueError: It is one that no profile may have, such as two facts of one id.
        """
        facts = (
            Fact(f.id, f.text, f.kind, f.attribute, f.disclosure, tuple(f.evidence))
            for f in self.facts
        )
        style = self.style.model_dump(by_alias=True)
        return Profile(
            id=self.id,
            facts=tuple(facts),
            goals=tuple(self.goals),
            style=Style(**{**style, "phrases": tuple(style["phrases"])}),
            big_five=BigFive(**self.big_five.model_dump()),
            patience=self.patience,
            attacks=tuple(self.attacks),
            objective=self.objective,
            subjective=self.subjective,
            language=self.language,
            source=self.source,
            licence=self.licence,
            parents=tuple(self.parents),
        )


def document(profile: Profile) -> dict[str, object]:
    """Return the keys and values of a line, version first; lists for tuples."""
    plain = {key: _lists(value) for key, value in asdict(profile).items()}
    return {"version": VERSION, **plain}


def _lists(value: object) -> object:
    if isinstance(value, (tuple, list)):
        return [_lists(item) for item in value]
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return value
