"""A base that trains in a second, and rows for it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from persona_sdk.types import PreferencePair, Turn

if any(find_spec(package) is None for package in ("torch", "transformers", "peft", "trl")):
    collect_ignore = [
        "test_sft.py",
        "test_dpo.py",
        "test_chat_tokens.py",
        "test_learned_head.py",
        "test_resume.py",
        "test_estimate.py",
        "test_base_model.py",
    ]

CHATML = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are helpful.<|im_end|>\n' }}{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def write_tiny(folder: Path, *, hidden: int = 32, layers: int = 2, template: str = CHATML) -> Path:
    """Write the folder; the same weights every time."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {text: i for i, text in enumerate(letters)}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<|im_start|>", eos_token="<|im_end|>"
    )
    tokenizer.chat_template = template
    tokenizer.save_pretrained(str(folder))
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=hidden,
            intermediate_size=2 * hidden,
            num_hidden_layers=layers,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=512,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            tie_word_embeddings=True,
        )
    )
    model.save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory):
    """Name of a tiny random llama."""
    from persona_sdk.training.silence import silence

    with silence():
        return f"hf:{write_tiny(tmp_path_factory.mktemp('tiny'))}"


@pytest.fixture(scope="session")
def chats():
    return [
        (
            Turn("system", "You are Al."),
            Turn("user", f"Hi {i}?"),
            Turn("assistant", "I am Al the cat." * (1 + i % 3)),
        )
        for i in range(12)
    ]


@pytest.fixture(scope="session")
def preferences(chats):
    return [
        PreferencePair(chat[:2], chat[2].content, "I am a dog.", supporting=2.0, opposing=0.5)
        for chat in chats
    ]
