import pytest

from persona_sdk.errors import ModelNotFound, TrainingError
from persona_sdk.models.catalog import builtin_path
from persona_sdk.training.base_model import find_base, load_base


def test_a_base_has_a_digest_of_its_weights(tiny_base):
    assert len(find_base(tiny_base).sha256) == 64


@pytest.mark.parametrize("name", ["builtin", "builtin:base"])
def test_the_built_in_base_is_the_plain_model(name):
    assert find_base(name).path == builtin_path()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hf:someone/model", "nothing is downloaded"),
        ("gguf:/nowhere.gguf", "there is no file"),
        ("hf:~nosuch/x", "home folder that '~nosuch/x' begins with"),
        ("openai:gpt", "a base to train is builtin, gguf:PATH or hf:DIR"),
    ],
)
def test_what_is_no_base_is_told(name, told):
    with pytest.raises(ModelNotFound, match=told):
        find_base(name)


def test_a_folder_without_weights_is_told(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    with pytest.raises(ModelNotFound, match="cannot load"):
        load_base(f"hf:{tmp_path}")
    with pytest.raises(ModelNotFound, match="holds no weights: fetch it again"):
        find_base(f"hf:{tmp_path}").sha256  # noqa: B018


def test_weights_of_an_older_kind_have_a_digest_too(tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    found = set()
    for content in (b"one", b"two"):
        (tmp_path / "pytorch_model.bin").write_bytes(content)
        found.add(find_base(f"hf:{tmp_path}").sha256)
    assert len(found) == 2


def test_a_gguf_file_cannot_be_held_in_four_bits():
    with pytest.raises(TrainingError, match="give --no-four-bit, or name a folder"):
        load_base("builtin", four_bit=True)
