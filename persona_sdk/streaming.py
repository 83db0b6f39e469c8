"""Streams a reply sentence by sentence: nothing leaves before the guard has passed it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from persona_sdk.errors import ModelError
from persona_sdk.repair import Drafting, climb, fall_back, passed
from persona_sdk.sentences import SentenceBuffer
from persona_sdk.text import is_cut_off, unlabelled, without_controls
from persona_sdk.types import Attempt, GenerationOptions, Reply, Rung, Turn, Verdict, Violation


class ReplyStream:
    """Text as it becomes ready, checked where the guard enforces. Iterate, then read `reply`.

    Closing it early stops the model.
    """

    def __init__(self, drafting: Drafting, pieces: Generator[str, None, Reply]) -> None:
        self._drafting = drafting
        self._pieces = pieces
        self._reply: Reply | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._pieces)
        except StopIteration as stop:
            self._reply = self._reply or stop.value
            raise StopIteration from None

    def close(self) -> None:
        """Stop the model; `reply` then holds what was yielded."""
        self._pieces.close()

    @property
    def reply(self) -> Reply:
        """The whole reply at the end; before it, what was yielded, with a note."""
        if self._reply is not None:
            return self._reply
        cut_short = finished(self._drafting)
        return replace(cut_short, notes=(*cut_short.notes, "the reply was interrupted"))


def checked_pieces(drafting: Drafting) -> Generator[str, None, Reply]:
    """Yield sentences that passed; a sentence that fails is rewound and repaired.

    The model goes on from the last sentence that was shown, first with a hint, then with
    candidates. When all fail, a reply that has begun ends there; one that has not becomes a
    fallback line.
    """
    failed = yield from _sentences(drafting, "draft")
    for _ in range(drafting.policy.hints):
        if failed is None or not drafting.has_time():
            break
        try:
            failed = yield from _sentences(drafting, "hint", failed.verdict.violations)
        except ModelError as error:
            drafting.notes.append(f"the repair stopped: {error}")
            break
    if failed is not None:
        repaired = climb(drafting, failed, hints=0)
        if repaired is None and not drafting.shown:
            repaired = fall_back(drafting)
        if repaired is not None:
            yield _add(drafting, repaired.draft[len(drafting.shown) :])
    return finished(drafting)


def unchecked_pieces(drafting: Drafting) -> Generator[str, None, Reply]:
    """Yield the model's text as it comes, and have the whole of it judged at the end."""
    began, held = drafting.clock(), ""
    label = len(drafting.persona.name) + len(": ")
    stream = drafting.model.stream(drafting.messages(()), options=drafting.next_options())
    for piece in stream:
        held += without_controls(piece)
        held = held if drafting.shown else held.lstrip()
        # A `Name:` label is dropped, so the beginning waits until it cannot be one.
        if drafting.shown or len(held) > label:
            yield _add(drafting, held if drafting.shown else unlabelled(held, drafting.persona))
            held = ""
    if held and (rest := unlabelled(held, drafting.persona)):
        yield _add(drafting, rest)
    drafting.judge(drafting.shown, "draft", drafting.clock() - began)
    return finished(drafting)


def finished(drafting: Drafting) -> Reply:
    """Sum up: the reply is what was shown, its outcome the verdict on exactly that text."""
    notes = (*drafting.prompt.notes, *drafting.notes)
    reply = Reply(drafting.shown, tuple(drafting.attempts), "unscored", notes)
    deciding = reply.shown
    if deciding is None and not reply.text and drafting.attempts:
        deciding = drafting.attempts[-1]
    return replace(reply, outcome=deciding.verdict.outcome) if deciding else reply


def _sentences(
    drafting: Drafting, rung: Rung, violations: Sequence[Violation] = ()
) -> Generator[str, None, Attempt | None]:
    """Yield the sentences that pass; return the attempt that failed, or None at a good end."""
    paused, checking, prefix, raw = drafting.paused, 0.0, drafting.shown, ""
    began, kept = drafting.clock(), len(drafting.attempts)
    messages, options = drafting.messages(violations), drafting.next_options()
    stream = drafting.model.stream(messages, options=options)
    with closing(stream):
        for sentence in _held_back(stream, _cut_off(drafting, messages, options)):
            raw += sentence
            draft = drafting.draft_of(prefix, raw)
            if draft == drafting.shown:
                continue
            drafting.last_seconds = drafting.clock() - began - (drafting.paused - paused)
            attempt = _judged(drafting, draft, rung, drafting.last_seconds - checking)
            checking += attempt.check_seconds
            if not passed(attempt):
                return attempt
            # One attempt stands for all sentences that passed: the longest.
            drafting.attempts[kept:] = [attempt]
            shown_at = drafting.clock()
            yield _add(drafting, draft[len(drafting.shown) :])
            drafting.paused += drafting.clock() - shown_at
    return None if drafting.shown else drafting.judge("", rung, drafting.clock() - began)


def _judged(drafting: Drafting, draft: str, rung: Rung, generate_seconds: float) -> Attempt:
    """Judge a longer draft; one that does not go on from what is shown is never a pass."""
    if draft.startswith(drafting.shown):
        return drafting.judge(draft, rung, generate_seconds)
    verdict = Verdict("unscored", reason="the draft does not go on from what is shown")
    drafting.attempts.append(Attempt(draft, verdict, rung, generate_seconds))
    return drafting.attempts[-1]


def _held_back(stream: Iterable[str], cut_off: Callable[[str], bool]) -> Iterator[str]:
    """Yield whole sentences; a last one that the token limit cut off is dropped, if not alone."""
    buffer, sentences, text = SentenceBuffer(), 0, ""
    for piece in stream:
        text += piece
        for sentence in buffer.feed(piece):
            sentences += 1
            yield sentence
    rest = buffer.flush()
    if rest and sentences + len(rest) > 1 and is_cut_off(rest[-1]) and cut_off(text):
        rest.pop()
    yield from rest


def _cut_off(
    drafting: Drafting, messages: Sequence[Turn], options: GenerationOptions
) -> Callable[[str], bool]:
    """Tell, by its length in tokens, whether a text ends because of the token limit."""

    def cut_off(text: str) -> bool:
        asked = Turn("user", drafting.conversation.query)
        count = drafting.model.count_tokens
        written = count([asked, Turn("assistant", text)]) - count([asked])
        return written >= options.max_tokens - _TOKENISED_ANEW

    return cut_off


def _add(drafting: Drafting, addition: str) -> str:
    drafting.shown += addition
    return addition


_TOKENISED_ANEW = 2
"""Tokens by which a text may be shorter when it is tokenised as a whole."""
