import json
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from persona_sdk.errors import ContextOverflow, ModelError
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.continuous import ContinuousLlamaModel
from persona_sdk.models.gguf_slots import load_gguf_slots
from persona_sdk.models.llama_cells import shared
from persona_sdk.models.slot_engine import PROMPT_ROWS
from persona_sdk.types import GenerationOptions, Turn

pytestmark = pytest.mark.model

TESS = Turn(
    "system",
    "You are Tess. Tess keeps bees in Cornwall. Tess never drinks coffee. Tess is fifty years old. "
    "Tess lives alone in a stone house by the sea.",
)
BOB = Turn("system", "You are Bob. Bob mends clocks in a cellar in Vienna.")
ASK = [TESS, Turn("user", "Who are you?")]
SHORT = GenerationOptions(max_tokens=6, seed=7)
ONE = GenerationOptions(max_tokens=1, seed=1)


def slots(count: int, context: int = 256) -> ContinuousLlamaModel:
    return load_gguf_slots(builtin_path(), slots=count, slot_context=context, threads=1)


@pytest.fixture(scope="module")
def model() -> ContinuousLlamaModel:
    return slots(4)


def said(
    model: ContinuousLlamaModel, messages: Sequence[Turn], options: GenerationOptions = SHORT
) -> str:
    return model.generate(messages, options=options)[0].text


def together(works: Sequence[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
        assert not thread.is_alive()


def conversation(model: ContinuousLlamaModel, number: int) -> list[str]:
    """Two turns; each conversation has its own length and persona."""
    turns = [BOB if number % 2 else TESS, Turn("user", "Tell me of the sea. " * (number + 1))]
    texts: list[str] = []
    for question in ("And then?", ""):
        options = GenerationOptions(max_tokens=3 + number, seed=number)
        texts.append(said(model, turns, options))
        turns += [Turn("assistant", texts[-1]), Turn("user", question)]
    return texts


def test_the_text_depends_on_prompt_and_seed_alone(model: ContinuousLlamaModel) -> None:
    alone = slots(1)
    one_by_one = {i: conversation(alone, i) for i in range(4)}
    at_once: dict[int, list[str]] = {}
    together([lambda i=i: at_once.update({i: conversation(model, i)}) for i in (2, 0, 3, 1)])
    again = {i: conversation(model, i) for i in (3, 1, 0, 2)}  # what was evaluated is still there
    assert at_once == one_by_one == again


def test_the_text_does_not_depend_on_the_threads() -> None:
    asked = [TESS, Turn("user", "Tell me of the sea. " * 85)]
    one = load_gguf_slots(builtin_path(), slots=1, slot_context=640, threads=1)
    two = load_gguf_slots(builtin_path(), slots=1, slot_context=640, threads=2)
    # From 512 tokens on llama.cpp may share one row among threads, which would change its sum.
    assert one.count_tokens(asked) > 530
    assert said(one, asked) == said(two, asked)


def test_the_persona_is_evaluated_once_for_all() -> None:
    model = slots(4)
    asked = [[TESS, Turn("user", f"{word}, who are you?")] for word in ("Hey", "So", "Well", "Now")]
    together([lambda messages=messages: said(model, messages, ONE) for messages in asked])
    persona = model.count_tokens(asked[0]) - 12
    assert model.prompt_tokens_evaluated < persona + 4 * 16


def test_the_next_turn_evaluates_only_what_is_new() -> None:
    model = slots(2)
    reply = said(model, ASK)
    before = model.prompt_tokens_evaluated
    said(model, [*ASK, Turn("assistant", reply), Turn("user", "And?")], ONE)
    assert model.prompt_tokens_evaluated - before < 16


def test_a_conversation_that_lost_its_slot_is_not_evaluated_again() -> None:
    model = slots(1)
    reply = said(model, ASK)
    said(model, [BOB, Turn("user", "What time is it?")], ONE)
    before = model.prompt_tokens_evaluated
    said(model, [*ASK, Turn("assistant", reply), Turn("user", "And?")], ONE)
    assert model.prompt_tokens_evaluated - before < 16


def test_a_model_that_keeps_nothing_aside_says_the_same(model: ContinuousLlamaModel) -> None:
    bare = load_gguf_slots(builtin_path(), slots=1, slot_context=256, threads=1, cache_bytes=0)
    said(bare, [BOB, Turn("user", "What time is it?")], ONE)
    assert said(bare, ASK) == said(model, ASK)


def test_more_callers_than_slots_are_all_served() -> None:
    model = slots(2)
    found: list[str] = []
    together([lambda: found.append(said(model, ASK, ONE)) for _ in range(6)])
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_prompt_that_fills_its_slot_fails_alone(model: ContinuousLlamaModel) -> None:
    alone, found, failed = said(model, ASK), [], []

    def ask_too_much() -> None:
        with pytest.raises(ContextOverflow, match=r"the prompt has 3\d\d tokens.*holds 256"):
            said(model, [TESS, Turn("user", "word " * 300)])
        failed.append(True)

    together([lambda: found.append(said(model, ASK)), ask_too_much])
    assert (found, failed) == ([alone], [True])


def test_a_broken_schema_fails_alone(model: ContinuousLlamaModel) -> None:
    with pytest.raises(ModelError, match="cannot keep to the JSON schema"):
        said(model, ASK, GenerationOptions(json_schema='{"type": "poem"}'))
    assert model.busy == 0
    assert said(model, ASK)


def test_closing_a_stream_frees_its_slot() -> None:
    model = slots(1)
    stream = model.stream(ASK, options=GenerationOptions(max_tokens=150, temperature=2.0, seed=3))
    next(stream)
    assert model.busy == 1
    stream.close()
    assert said(model, ASK, ONE)
    deadline = time.monotonic() + 60
    while model.busy and time.monotonic() < deadline:
        time.sleep(0.01)
    assert model.busy == 0


def test_a_stream_joins_to_the_generated_text(model: ContinuousLlamaModel) -> None:
    assert "".join(model.stream(ASK, options=SHORT)) == said(model, ASK)


def test_the_reader_of_a_stream_may_ask_for_more(model: ContinuousLlamaModel) -> None:
    stream = model.stream(ASK, options=SHORT)
    first = next(stream)
    between = said(model, ASK)
    assert first + "".join(stream) == between


def test_candidates_are_what_their_seeds_give_alone(model: ContinuousLlamaModel) -> None:
    three = model.generate(ASK, options=GenerationOptions(max_tokens=6, seed=7, n=3))
    alone = [said(model, ASK, GenerationOptions(max_tokens=6, seed=7 + i)) for i in range(3)]
    assert [candidate.text for candidate in three] == alone


def test_candidates_evaluate_the_prompt_once() -> None:
    model = slots(3)
    model.generate(ASK, options=GenerationOptions(max_tokens=1, seed=1, n=3))
    assert model.prompt_tokens_evaluated <= model.count_tokens(ASK) + 2


def test_a_stream_refuses_more_than_one_candidate(model: ContinuousLlamaModel) -> None:
    with pytest.raises(ValueError, match="must be 1 for a stream, was: 2"):
        model.stream(ASK, options=GenerationOptions(n=2))


def test_an_assistant_turn_is_continued(model: ContinuousLlamaModel) -> None:
    count = [Turn("user", "Count to five."), Turn("assistant", "1, 2, 3,")]
    options = GenerationOptions(max_tokens=4, temperature=0, repeat_penalty=1.0)
    assert said(model, count, options).startswith(" 4")


def test_text_ends_before_a_stop_string(model: ContinuousLlamaModel) -> None:
    whole = said(model, ASK)
    cut = whole[4:7]
    reply = model.generate(ASK, options=GenerationOptions(max_tokens=6, seed=7, stop=(cut,)))[0]
    assert (reply.text, reply.finish_reason) == (whole[: whole.index(cut)], "stop")


def test_a_reply_keeps_to_a_json_schema(model: ContinuousLlamaModel) -> None:
    schema = json.dumps({"type": "object", "properties": {"leave": {"type": "boolean"}}})
    options = GenerationOptions(json_schema=schema, seed=1, max_tokens=40)
    assert set(json.loads(said(model, ASK, options))) <= {"leave"}


def test_an_error_of_the_engine_reaches_all_waiters(monkeypatch: pytest.MonkeyPatch) -> None:
    model = slots(2)
    alone = said(model, ASK, ONE)
    monkeypatch.setattr("llama_cpp.llama_decode", lambda context, batch: 7)
    found: list[str] = []

    def ask(messages: list[Turn]) -> None:
        try:
            list(model.stream(messages, options=SHORT)) if len(found) % 2 else said(model, messages)
        except ModelError as error:
            found.append(str(error))

    together([lambda i=i: ask([TESS, Turn("user", f"{i}?")]) for i in range(5)])
    assert len(found) == 5
    assert all("llama_decode returned 7" in message for message in found)
    monkeypatch.undo()
    assert said(model, ASK, ONE) == alone


def test_a_long_prompt_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    import llama_cpp

    model = slots(2, 512)
    said(model, ASK, ONE)
    rows: list[int] = []
    real = llama_cpp.llama_decode

    def counting(context: object, batch: llama_cpp.llama_batch) -> int:
        rows.append(batch.n_tokens)
        return int(real(context, batch))

    monkeypatch.setattr("llama_cpp.llama_decode", counting)
    said(model, [BOB, Turn("user", "word " * 150)], ONE)
    assert len(rows) >= 3
    assert max(rows) <= PROMPT_ROWS + 1


def test_a_dropped_model_leaves_no_thread() -> None:
    model = slots(1)
    said(model, ASK, ONE)
    deadline = time.monotonic() + 60
    while any(t.name == "slots" for t in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(t.name == "slots" for t in threading.enumerate())


@pytest.mark.parametrize("count", [0, 257])
def test_a_senseless_number_of_slots_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=rf"slots must be in \[1, 256\], was: {count}"):
        load_gguf_slots(builtin_path(), slots=count)


def test_slots_longer_than_the_training_are_refused() -> None:
    with pytest.raises(ModelError, match=r"slots of 9999 tokens were asked for.*trained for \d+"):
        slots(1, 9999)


def test_common_starts_are_counted() -> None:
    assert [shared([1, 2, 3], [1, 2, 4, 5]), shared([], [1]), shared([1], [1])] == [2, 0, 1]


def test_a_thread_that_cannot_start_fails_its_request_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    model = slots(1)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(ModelError, match="can't start new thread"):
        said(model, ASK, ONE)
    monkeypatch.undo()
    assert said(model, ASK, ONE)
