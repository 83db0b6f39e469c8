"""A llama.cpp server in this process (xllamacpp), as a rival with slots of its own."""

from __future__ import annotations

from xllamacpp import CommonParams, Server

from benchmarks import conversations
from benchmarks.conversations import Message, Played, play, warm


def serve(path: str, round_: int, slots: int, context: int) -> Played:
    """Start a server and time as many new conversations as it has slots.

    Args:
        path: The GGUF file.
        round_: Number of the set of conversations.
        slots: Requests that it decodes together.
        context: Tokens of each slot.
    """
    params = CommonParams()
    params.model.path = path
    params.n_parallel = slots
    params.n_ctx = slots * context
    params.warmup = False
    params.verbosity = -1
    server = Server(params)

    def ask(messages: list[Message]) -> tuple[str, int]:
        answer = server.handle_chat_completions(
            {
                "messages": messages,
                "max_tokens": conversations.REPLY_TOKENS,
                "temperature": conversations.TEMPERATURE,
                "top_p": conversations.TOP_P,
                "min_p": conversations.MIN_P,
                "repeat_penalty": conversations.REPEAT_PENALTY,
                "seed": conversations.SEED,
                "cache_prompt": True,
            }
        )
        return answer["choices"][0]["message"]["content"], answer["usage"]["completion_tokens"]

    warm(ask)
    return play(ask, round_=round_, conversations=slots, at_once=slots)
