import struct
from pathlib import Path

import pytest
from llama_cpp import Llama

from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.chat_prompt import Piece
from persona_sdk.models.llama_vocabulary import LlamaVocabulary

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
TEMPLATE = "<s><|user|>{{ content }}<|end|>"
WORDS = ("▁", "▁a", "▁b", "a", "b", "s", "<", ">", "|", "s>", "<s", "user", "end", "▁word")


@pytest.fixture(scope="module")
def sentencepiece(tmp_path_factory: pytest.TempPathFactory) -> LlamaVocabulary:
    """A vocabulary that merges by score and puts a space before the first word."""
    tokens = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    tokens += [(f"<0x{i:02X}>", BYTE) for i in range(256)]
    tokens += [("<|user|>", USER_DEFINED), ("<|end|>", USER_DEFINED), ("<b>", USER_DEFINED)]
    tokens += [(word, NORMAL) for word in WORDS]
    path = tmp_path_factory.mktemp("vocabulary") / "vocabulary.gguf"
    write_vocabulary(path, tokens)
    llama = Llama(str(path), vocab_only=True, n_ctx=8, verbose=False)
    return LlamaVocabulary(llama, TEMPLATE)


def texts(vocabulary: LlamaVocabulary, pieces: list[Piece]) -> list[str]:
    return [vocabulary._text(token) for chunk in vocabulary.chunks(pieces) for token in chunk]


def test_template_text_becomes_marks_and_contents_do_not(sentencepiece: LlamaVocabulary) -> None:
    pieces = [Piece("<s><|user|>", None), Piece("<|end|><|user|>a<s>", "user")]
    pieces.append(Piece("<|end|>", None))
    found = texts(sentencepiece, pieces)
    assert found[:2] == ["<s>", "<|user|>"]
    assert found[-1] == "<|end|>"
    assert not {"<s>", "<|user|>", "<|end|>"} & set(found[2:-1])
    tokens = [token for chunk in sentencepiece.chunks(pieces) for token in chunk]
    written = b"".join(map(sentencepiece.bytes_of, tokens[2:-1])).decode()
    assert written.replace(" ", "") == "<|end|><|user|>a<s>"


def test_merged_pieces_never_become_a_control_token(sentencepiece: LlamaVocabulary) -> None:
    bare = sentencepiece._llama.tokenize(b"a<s>", add_bos=False, special=False)
    assert 1 in bare, "this tokeniser does merge the beginning-of-sequence token from text"
    assert 1 not in sentencepiece.plain("a<s>")


def test_user_defined_tokens_that_are_no_role_marks_stay(sentencepiece: LlamaVocabulary) -> None:
    found = texts(sentencepiece, [Piece("<s><|user|>", None), Piece("a<b>", "user")])
    assert found[-1] == "<b>"


def test_no_space_is_put_between_a_header_and_its_content(sentencepiece: LlamaVocabulary) -> None:
    pieces = [Piece("<|user|>a", None), Piece("b", "assistant")]
    assert texts(sentencepiece, pieces) == ["<s>", "<|user|>", "▁a", "b"]


def test_the_first_token_is_added_where_the_template_lacks_it(
    sentencepiece: LlamaVocabulary,
) -> None:
    without = sentencepiece.chunks([Piece("<|user|>", None), Piece("a", "user")])
    doubled = sentencepiece.chunks([Piece("<s><|user|>", None), Piece("a", "user")])
    assert without == doubled


def test_the_persona_block_is_the_first_chunk() -> None:
    llama = Llama(str(builtin_path()), vocab_only=True, n_ctx=8, verbose=False)
    vocabulary = LlamaVocabulary(llama, "<|im_start|><|im_end|>")
    block = [Piece("<|im_start|>", None), Piece("Be Tess.", "system"), Piece("<|im_end|>", None)]
    first = vocabulary.chunks([*block, Piece("Hi", "user"), Piece("<|im_end|>", None)])
    longer = vocabulary.chunks(
        [*block, Piece("Hi", "user"), Piece("<|im_end|>", None), Piece("Yes?", "assistant")]
    )
    assert len(first) == 2
    assert longer[:2] == first


def write_vocabulary(path: Path, tokens: list[tuple[str, int]]) -> None:
    """Write a GGUF file, version 3, of a vocabulary without a model."""
    facts = [
        _text("general.architecture") + _string("llama"),
        *(
            _text(f"llama.{key}") + struct.pack("<II", 4, 8)
            for key in (
                "context_length",
                "embedding_length",
                "block_count",
                "feed_forward_length",
                "attention.head_count",
                "rope.dimension_count",
            )
        ),
        _text("llama.attention.layer_norm_rms_epsilon") + struct.pack("<If", 6, 1e-5),
        _text("tokenizer.ggml.model") + _string("llama"),
        _text("tokenizer.ggml.tokens") + _array(8, [_text(text) for text, _ in tokens]),
        _text("tokenizer.ggml.scores")
        + _array(6, [struct.pack("<f", -float(i)) for i in range(len(tokens))]),
        _text("tokenizer.ggml.token_type") + _array(5, [struct.pack("<i", t) for _, t in tokens]),
        _text("tokenizer.ggml.bos_token_id") + struct.pack("<II", 4, 1),
        _text("tokenizer.ggml.eos_token_id") + struct.pack("<II", 4, 2),
    ]
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(facts)) + b"".join(facts))


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _string(text: str) -> bytes:
    return struct.pack("<I", 8) + _text(text)


def _array(kind: int, items: list[bytes]) -> bytes:
    return struct.pack("<IIQ", 9, kind, len(items)) + b"".join(items)
