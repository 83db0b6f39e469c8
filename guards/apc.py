"""The guard: relevance, then entailment, then constraint scores, then the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guards.cascade import SMALL, Nearness, Reach, nearness_beside, reach
from guards.decision import Thresholds, decide
from guards.evidence import gather
from guards.measurement import Measurement
from guards.passages import read_whole
from guards.readable import foreign, unjudgeable, unpaired
from guards.recital import binds_tongue, is_recital
from guards.retelling import calmed
from guards.utterances import Utterance, as_prose, utterances
from persona_sdk.errors import ScorerError
from persona_sdk.protocols import EntailmentScorer, RelevanceScorer
from persona_sdk.types import (
    ConstraintScore,
    Conversation,
    Entailment,
    Persona,
    Query,
    Statement,
    Verdict,
)

UNTOUCHED = Entailment(0.0, 1.0, 0.0)
"""Of a statement that a reply cannot touch."""

MOST_CHARACTERS, MOST_SENTENCES = 10_000, 200
"""Of a reply that is judged: more would take minutes."""


class APCGuard:
    """Checks drafts against every statement of a persona (arXiv 2405.07726).

    The whole reply is judged against all statements that it can touch: that gives the scores of
    the paper. In a longer reply one sentence can drown, so the sentences that make claims are
    judged again, each against the statements that it may touch. What only says what the persona
    says, in its words or in others, contradicts nothing, whatever the scorer finds, but what is
    not to be told.

    Args:
        relevance: Tells which statements the query makes active.
        entailment: Tells which statements a text expresses or contradicts.
        thresholds: What counts as a violation.
        nearness: Tells which statements of a large persona can be left unjudged; None compares
            by vectors where `relevance` has them, else by words.
        exact: Judge every statement, however large the persona is.

    Example:
        >>> from guards.scripted import WordEntailment, WordRelevance
        >>> from persona_sdk.types import as_statements
        >>> alice = Persona("Alice", as_statements(["Alice never drinks coffee."]))
        >>> guard = APCGuard(WordRelevance(), WordEntailment())
        >>> asked = Conversation().add("user", "What do you drink?")
        >>> guard.check(alice, asked, "I drink coffee all day.").outcome
        'fail'
    """

    def __init__(
        self,
        relevance: RelevanceScorer,
        entailment: EntailmentScorer,
        *,
        thresholds: Thresholds | None = None,
        nearness: Nearness | None = None,
        exact: bool = False,
    ) -> None:
        self._relevance = relevance
        self._entailment = entailment
        self._thresholds = thresholds or Thresholds()
        self._nearness = nearness or nearness_beside(relevance)
        self._exact = exact

    @property
    def relevance(self) -> RelevanceScorer:
        """The relevance scorer, to share with retrieval prompts."""
        return self._relevance

    @property
    def entailment(self) -> EntailmentScorer:
        """The entailment scorer."""
        return self._entailment

    @property
    def thresholds(self) -> Thresholds:
        """What counts as a violation."""
        return self._thresholds

    def check(self, persona: Persona, conversation: Conversation, draft: str) -> Verdict:
        """Judge `draft` as the reply to the last user turn of `conversation`.

        What cannot be judged is `unscored`, with the reason: an empty draft, one of more than
        `MOST_CHARACTERS` or `MOST_SENTENCES`, text that the scorers cannot read, a persona
        without statements, a scorer that fails.
        """
        return decide(self.measure(persona, conversation, draft), self._thresholds)

    def measure(self, persona: Persona, conversation: Conversation, draft: str) -> Measurement:
        """Return the scores of `draft` without a decision."""
        if len(draft) > MOST_CHARACTERS:
            return Measurement(unscored=_excess(len(draft), MOST_CHARACTERS, "characters"))
        said = utterances(draft, persona.name)
        query = Query(persona.name, conversation.query, conversation.before_query)
        obstacle = _obstacle(persona, query, draft, said)
        if obstacle:
            return Measurement(unscored=obstacle)
        try:
            return self._scores(query, persona.statements, draft, said)
        except ScorerError as error:
            return Measurement(unscored=f"the scorer could not judge: {error}")

    def _scores(
        self,
        query: Query,
        statements: Sequence[Statement],
        draft: str,
        said: Sequence[Utterance],
    ) -> Measurement:
        found = self._relevance.relevance(query, statements)
        relevance = [_probability(g, s) for g, s in zip(found, statements, strict=True)]
        touched = self._reach(query, relevance, statements, said)
        places = touched.places if touched else range(len(statements))
        whole = read_whole(
            self._entailment,
            query,
            as_prose(said, draft),
            said,
            [statements[i] for i in places],
            touched,
        )
        judged = dict(zip(places, whole, strict=True))
        doubtful = list(places)
        if is_recital(said, query.character, statements):
            doubtful = [i for i in places if binds_tongue(statements[i])]
            judged = {i: calmed(e, statements[i]) for i, e in judged.items()}
        constraints = tuple(
            ConstraintScore(statement, relevance[i], judged.get(i, UNTOUCHED), i in judged)
            for i, statement in enumerate(statements)
        )
        if not doubtful:
            return Measurement(constraints, scorer=self._entailment.name)
        evidence, retold = gather(
            self._entailment, query, [constraints[i] for i in doubtful], draft, said, touched
        )
        if retold:
            constraints = tuple(
                replace(c, entailment=calmed(c.entailment, c.statement)) for c in constraints
            )
        return Measurement(constraints, evidence, scorer=self._entailment.name)

    def _reach(
        self,
        query: Query,
        relevance: Sequence[float],
        statements: Sequence[Statement],
        said: Sequence[Utterance],
    ) -> Reach | None:
        """Return what the reply can touch; None where all is judged."""
        if self._exact or len(statements) <= SMALL:
            return None
        return reach(self._nearness, query, relevance, statements, said)


def _obstacle(persona: Persona, query: Query, draft: str, said: Sequence[Utterance]) -> str:
    """Return why the draft cannot be judged against this persona; empty if it can."""
    if not persona.statements:
        return f"{persona.name} has no statements: there is nothing to check a reply against"
    if len(said) > MOST_SENTENCES:
        return _excess(len(said), MOST_SENTENCES, "sentences")
    reasons = (unjudgeable(draft), *(foreign(u.prose) for u in said if u.makes_claim))
    if any(reasons):
        return f"the reply cannot be judged: {next(filter(None, reasons))}"
    heard = [("the name of the persona", persona.name), ("the query", query.text)]
    for place, text in [*heard, *(("an earlier turn", turn.content) for turn in query.history)]:
        if unpaired(text):
            return f"{place} cannot be read: {unpaired(text)}"
    for statement in persona.statements:
        reason = unjudgeable(statement.text) or foreign(statement.text)
        if reason:
            return f"statement {statement.id} cannot be checked: {reason}"
    return ""


def _excess(found: int, most: int, unit: str) -> str:
    return (
        f"the reply cannot be judged: it has {found:,} {unit}, at most {most:,} are checked; "
        "ask for shorter replies"
    )


def _probability(value: float, statement: Statement) -> float:
    if not 0.0 <= value <= 1.0:
        raise ScorerError(f"relevance of {statement.id} must be in [0, 1], was: {value}")
    return value
