import gzip
import json

import pytest

from guards.training import count, mixture
from guards.training.count import Count, counts, main
from guards.training.rows import Row


class Repeating:
    """Draws the same row twice, and one that no other epoch holds."""

    def made(self, part, number):
        same = Row("nli", "User: Hi. Ann: I sing.", "Ann sings.", "e", part)
        return [same, same, Row("nli", f"{part} {number}", "Ann sings.", "e", part)]


@pytest.fixture
def data(tmp_path):
    """A data folder with a little chat."""
    (tmp_path / "persona").mkdir()
    lines = [
        {"persona": "i have two dogs .", "utterance": "my dogs bark ."},
        {"persona": "i am a nurse .", "utterance": "it rained all morning ."},
        {"persona": "i live in ohio .", "utterance": "that sounds great !"},
        {"persona": "my favorite color is blue .", "utterance": "what do you think ?"},
    ]
    files = {
        "convai2_train_entailed_pairs": lines,
        "convai2_valid_turns_entailidx": [{"persona": []}],
        "synthetic_persona_chat_valid": [{"user1": [], "user2": []}],
    }
    for name, rows in files.items():
        path = tmp_path / "persona" / f"{name}.jsonl.gz"
        with gzip.open(path, "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)
    return tmp_path


def test_a_row_counts_once_whatever_part_or_epoch_repeats_it(monkeypatch):
    monkeypatch.setattr(count, "ROWS", {"synthetic": 3, "pairs": 3})
    assert list(counts(Repeating(), 2)) == [
        Count("synthetic", 6, 3),
        Count("pairs", 6, 3),
        Count("all", 12, 5),
    ]


def test_every_generated_part_of_the_mixture_is_counted(data, monkeypatch, capsys):
    small = dict.fromkeys(mixture.ROWS, 12)
    for module in (mixture, count):
        monkeypatch.setattr(module, "ROWS", small)
    assert main(["--data", str(data), "--epochs", "2"]) == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in told] == [*small, "all"]
    assert all(int(line[3].replace(",", "")) > 12 for line in told)


def test_a_missing_data_folder_is_one_clear_error(tmp_path, capsys):
    assert main(["--data", str(tmp_path / "nowhere")]) == 2
    assert "--data" in capsys.readouterr().err
