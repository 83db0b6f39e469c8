from __future__ import annotations

import pytest

from guards.probes import ENTAILMENT_PROBES
from guards.training.rows import Row
from guards.wordings import as_pair
from persona_sdk.types import Query

LETTERS = {"contradiction": "c", "neutral": "n", "entailment": "e"}
HALF_TOLD = [
    Row(
        "nli", "User: Where do you live? Alice: I live in Rome.", "Alice lives abroad.", "ne", "toy"
    ),
    Row(
        "nli",
        "User: Do you like coffee? Alice: Yes, I love coffee.",
        "Alice hates tea.",
        "nc",
        "toy",
    ),
]


@pytest.fixture(scope="session")
def probe_rows():
    """Return the probes of entailment as rows, and two that leave labels open."""
    rows = [
        Row("nli", *as_pair(Query("Alice", p.query), p.reply, p.statement), LETTERS[label], "toy")
        for label, probes in ENTAILMENT_PROBES.items()
        for p in probes
    ]
    return rows + HALF_TOLD


class ToyCorpus:
    """The same rows each epoch."""

    def __init__(self, rows):
        self._rows = rows

    def epoch(self, number, *, nli_only):
        return list(self._rows)

    def sha256(self):
        return "toy"


@pytest.fixture(scope="session")
def toy_corpus(probe_rows):
    return ToyCorpus(probe_rows)


MARKS = {"bert": ("[CLS]", "[PAD]", "[SEP]", "[UNK]"), "mpnet": ("<s>", "<pad>", "</s>", "<unk>")}


def _tokenizer(transformers, kind, rows):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    splitter = pre_tokenizers.BertPreTokenizer()
    texts = [text.lower() for row in rows for text in (row.first, row.second)]
    words = {word for text in texts for word, _ in splitter.pre_tokenize_str(text)}
    start, pad, end, unknown = MARKS[kind]
    vocabulary = {word: place for place, word in enumerate([*MARKS[kind], *sorted(words)])}
    toy = Tokenizer(models.WordLevel(vocabulary, unk_token=unknown))
    toy.normalizer = normalizers.Lowercase()
    toy.pre_tokenizer = splitter
    middle, types = (end, "1") if kind == "bert" else (f"{end} {end}", "0")
    toy.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {middle} $B:{types} {end}:{types}",
        special_tokens=[(start, 0), (end, 2)],
    )
    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * (kind == "bert")
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=toy,
        pad_token=pad,
        cls_token=start,
        sep_token=end,
        unk_token=unknown,
        model_input_names=names,
    )


@pytest.fixture(scope="session")
def make_encoder_folder(tmp_path_factory, probe_rows):
    """Return a function that saves a tiny encoder, drawn by chance, and returns its folder."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")

    def make(kind, *, labels=None, positions=140):
        tokenizer = _tokenizer(transformers, kind, probe_rows)
        shape = {
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 64,
            "max_position_embeddings": positions,
            "pad_token_id": 1,
        }
        torch.manual_seed(3)
        config = {"bert": transformers.BertConfig, "mpnet": transformers.MPNetConfig}[kind](**shape)
        if labels is None:
            model = transformers.AutoModel.from_config(config)
        else:
            config.id2label = dict(enumerate(labels))
            model = transformers.AutoModelForSequenceClassification.from_config(config)
        folder = tmp_path_factory.mktemp(kind)
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def encoders(make_encoder_folder):
    """Return the folder of one encoder of each kind."""
    return {kind: make_encoder_folder(kind) for kind in MARKS}


@pytest.fixture(scope="session")
def teachers(encoders, toy_corpus, tmp_path_factory):
    """Return the folder of one trained teacher of each kind, and the losses on the way."""
    from guards.training.options import Options
    from guards.training.teacher import train_teacher

    folders = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("guards.training.teacher.Corpus", lambda *_: toy_corpus)
        for kind, start in encoders.items():
            folders[kind] = out = tmp_path_factory.mktemp("teacher") / kind
            train_teacher(
                Options(
                    data=out,
                    out=out,
                    start=start,
                    steps=250,
                    nli_minutes=0,
                    batch=8,
                    rate=3e-3,
                    threads=1,
                )
            )
    return folders
