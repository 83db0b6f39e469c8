"""The chat template that a GGUF file brings, rendered in the sandbox of llama-cpp-python."""

from __future__ import annotations

import jinja2
import llama_cpp
from llama_cpp import Llama
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from persona_sdk.errors import ModelError
from persona_sdk.models.chat_prompt import Message, Render


def chat_renderer(llama: Llama, template: str) -> Render:
    """Compile a chat template for a live model.

    Raises:
        ModelError: The template has a syntax error.
    """
    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)

    def text_of(token: int) -> str:
        if token < 0:
            return ""
        text: bytes = llama_cpp.llama_vocab_get_text(vocabulary, token)
        return text.decode("utf-8", "replace")

    try:
        formatter = Jinja2ChatFormatter(
            template, text_of(llama.token_eos()), text_of(llama.token_bos())
        )
    except jinja2.TemplateError as error:
        raise ModelError(f"the chat template of {llama.model_path} is broken: {error}") from error

    def render(messages: list[Message]) -> str:
        try:
            prompt: str = formatter(messages=messages).prompt
        except jinja2.TemplateError as error:
            raise ValueError(str(error)) from error
        return prompt

    return render
