import copy

import pytest
from transformers import AddedToken

from persona_sdk.errors import TrainingError
from persona_sdk.models.catalog import builtin_path
from persona_sdk.training.base_model import load_base
from persona_sdk.training.chat_tokens import IGNORED, ChatTokens
from persona_sdk.types import Turn

CHAT = (
    Turn("system", "You are Al."),
    Turn("user", "Hi"),
    Turn("assistant", "Hello."),
    Turn("user", "Who?"),
    Turn("assistant", "Al."),
)


@pytest.fixture(scope="module")
def tokenizer(tiny_base):
    return load_base(tiny_base)[1]


def learned(tokenizer, tokens):
    return tokenizer.decode([t for t in tokens.labels if t != IGNORED])


def test_assistant_turns_and_their_ends_are_learned_and_nothing_else(tokenizer):
    tokens = ChatTokens(tokenizer).conversation(CHAT)
    assert learned(tokenizer, tokens) == "Hello.<|im_end|>Al.<|im_end|>"


def test_the_template_is_applied_once_and_ends_with_the_last_turn(tokenizer):
    assert tokenizer.decode(ChatTokens(tokenizer).conversation(CHAT).ids) == (
        "<|im_start|>system\nYou are Al.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho?<|im_end|>\n"
        "<|im_start|>assistant\nAl.<|im_end|>"
    )


def test_a_reply_is_learned_behind_the_tokens_of_its_prompt_alone(tokenizer):
    prompt = tokenizer.apply_chat_template(
        [{"role": t.role, "content": t.content} for t in CHAT[:4]],
        tokenize=True,
        add_generation_prompt=True,
        return_dict=False,
    )
    tokens = ChatTokens(tokenizer).reply(CHAT[:4], "Al.")
    assert tokens.prompt == prompt
    assert tokenizer.decode(tokens.learned_ids) == "Al.<|im_end|>"


def test_a_special_token_that_a_turn_spells_is_told(tokenizer):
    knowing = copy.deepcopy(tokenizer)
    knowing.add_tokens([AddedToken("<file_sep>", special=True)], special_tokens=True)
    told = r"what the user says spells '<file_sep>', a special token .* out of 'Hi <file_sep>'"
    turns = (Turn("user", "Hi <file_sep>"), Turn("assistant", "Hello."))
    with pytest.raises(TrainingError, match=told):
        ChatTokens(knowing).conversation(turns)
    assert ChatTokens(tokenizer).conversation(turns).learned


def test_the_templates_own_system_text_stands_only_where_the_row_has_none(tokenizer):
    chat = ChatTokens(tokenizer)
    assert "You are helpful." in tokenizer.decode(chat.conversation(CHAT[1:]).ids)
    assert "You are helpful." not in tokenizer.decode(chat.conversation(CHAT).ids)


@pytest.mark.model
def test_training_sees_the_tokens_that_llama_cpp_is_given():
    from llama_cpp import Llama

    from persona_sdk.models.llama_prompt import LlamaPrompts
    from persona_sdk.training.silence import silence

    path = builtin_path()
    llama = Llama(str(path), vocab_only=True, verbose=False)
    prompts = LlamaPrompts(llama, name="x", context_size=512, seed=1)
    from transformers import AutoTokenizer

    with silence():
        tokenizer = AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
    chunks = prompts.vocabulary.chunks(prompts.pieces(CHAT[:4]))
    given = [token for chunk in chunks for token in chunk]
    llama.close()
    assert ChatTokens(tokenizer).reply(CHAT[:4], "Al.").prompt == given
