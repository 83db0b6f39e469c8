import json

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from persona_sdk.training.outcome import ADAPTER_FILES, write_adapter  # noqa: E402


class Adapted:
    """Saves itself as peft does."""

    def save_pretrained(self, folder, *, safe_serialization):
        assert safe_serialization
        save_file({"a": torch.zeros(2)}, f"{folder}/adapter_model.safetensors")
        with open(f"{folder}/adapter_config.json", "w") as file:
            json.dump({"target_modules": ["v", "q"]}, file)


def test_the_files_of_an_adapter_are_as_readable_as_any_other(tmp_path):
    (tmp_path / "any").write_text("")
    write_adapter(Adapted(), tmp_path / "adapter", {"steps": 1})
    modes = {(tmp_path / "adapter" / name).stat().st_mode for name in ADAPTER_FILES}
    assert modes == {(tmp_path / "any").stat().st_mode}
