"""Tiny DeBERTa-v2 and RoBERTa classifiers behind `hf:`: what the families do unlike BERT.

DeBERTa has no position embeddings and no token types, and a Unigram vocabulary; RoBERTa counts
positions from behind its padding token 1, has two marks between the texts, and reads bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import pytest

from guards.config import NLI_LABELS
from guards.probes import ENTAILMENT_PROBES
from guards.wordings import as_pair
from persona_sdk.errors import WeightsError
from persona_sdk.types import Query, as_statements

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

QUERY = Query("Alice", "Do you like coffee?")
COFFEE = as_statements(["Alice loves coffee."])
YES, NO = "Yes, I love coffee.", "No, I never drink coffee. I hate it."
POSITIONS = 160
ROWS = [
    (as_pair(Query("Alice", probe.query), probe.reply, probe.statement), label)
    for label in NLI_LABELS
    for probe in ENTAILMENT_PROBES[label]
]
TEXTS = [text for texts, _ in ROWS for text in texts]


def deberta_tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers

    # Written out, as the trainer of this kind is another one each time.
    pieces = {"[PAD]": 0.0, "[CLS]": 0.0, "[SEP]": 0.0, "[UNK]": 0.0}
    pieces |= {f"▁{word}": -1.0 for text in TEXTS for word in re.findall(r"\w+", text)}
    pieces |= {character: -5.0 for text in TEXTS for character in f"▁{text}"}
    toy = Tokenizer(models.Unigram([*pieces.items()], unk_id=3))
    toy.pre_tokenizer = pre_tokenizers.Metaspace()
    return marked(toy, "[CLS] $A [SEP] $B:1 [SEP]:1", "[CLS]", "[SEP]", "[PAD]", "[UNK]")


def roberta_tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    toy = Tokenizer(models.BPE())
    toy.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    toy.train_from_iterator(TEXTS, trainer)
    tokenizer = marked(toy, "<s> $A </s> </s> $B </s>", "<s>", "</s>", "<pad>", "<unk>")
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    return tokenizer


def marked(toy, pair, start, end, pad, unknown):
    """Return `toy` as transformers knows it, with the marks that its family puts around texts."""
    from tokenizers import processors

    toy.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=pair,
        special_tokens=[(mark, toy.token_to_id(mark)) for mark in (start, end)],
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=toy, cls_token=start, sep_token=end, pad_token=pad, unk_token=unknown
    )


def deberta_config(**shape):
    """Return the settings that the published `deberta-v3` ones have, but for their size."""
    return transformers.DebertaV2Config(
        relative_attention=True,
        position_buckets=16,
        norm_rel_ebd="layer_norm",
        share_att_key=True,
        pos_att_type=["p2c", "c2p"],
        position_biased_input=False,
        type_vocab_size=0,
        pooler_hidden_size=32,
        **shape,
    )


def roberta_config(**shape):
    return transformers.RobertaConfig(
        type_vocab_size=1, bos_token_id=0, pad_token_id=1, eos_token_id=2, **shape
    )


class Family(NamedTuple):
    tokenizer: Callable[[], object]
    config: Callable[..., object]
    labels: tuple[str, str, str]
    """In another order than ours, as published classifiers have them."""


FAMILIES = {
    "deberta-v2": Family(
        deberta_tokenizer, deberta_config, ("entailment", "neutral", "contradiction")
    ),
    "roberta": Family(
        roberta_tokenizer, roberta_config, ("CONTRADICTION", "ENTAILMENT", "NEUTRAL")
    ),
}


@pytest.fixture(scope="module", params=FAMILIES)
def folder(request, tmp_path_factory):
    """The folder of a classifier of the family, of one layer, that has learnt the probes."""
    family = FAMILIES[request.param]
    tokenizer = family.tokenizer()
    torch.manual_seed(0)
    torch.set_num_threads(1)  # more cost time on a network this small
    config = family.config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=POSITIONS,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(family.labels)),
        label2id={name: place for place, name in enumerate(family.labels)},
    )
    model = transformers.AutoModelForSequenceClassification.from_config(config)
    places = [name.lower() for name in family.labels]
    wanted = torch.tensor([places.index(label) for _, label in ROWS])
    fed = tokenizer(
        [texts.first for texts, _ in ROWS],
        [texts.second for texts, _ in ROWS],
        padding=True,
        return_tensors="pt",
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(500):
        optimizer.zero_grad()
        loss = model(**fed, labels=wanted).loss
        loss.backward()
        optimizer.step()
        if loss.item() < 0.01:
            break
    saved = tmp_path_factory.mktemp(request.param)
    model.eval().save_pretrained(saved)
    tokenizer.save_pretrained(saved)
    return saved


def load(folder, **options):
    from guards.huggingface import load_huggingface_entailment

    return load_huggingface_entailment(folder, **options)


def test_the_labels_are_read_by_name_whatever_their_order(folder):
    scorer = load(folder)
    for texts, label in ROWS:
        assert getattr(scorer.pairs([texts.first], [texts.second])[0], label) > 0.9


def test_our_order_is_not_theirs(folder):
    with pytest.raises(WeightsError, match="fails the probes"):
        load(folder, labels=NLI_LABELS)


def test_a_batch_of_mixed_lengths_gives_what_each_pair_gives_alone(folder):
    replies = [YES, f"{YES} {NO}", "Yes.", "It has been raining all morning in Rome."]
    alone = [load(folder).entailment(QUERY, [reply], COFFEE)[0] for reply in replies]
    together = load(folder).entailment(QUERY, replies, COFFEE * len(replies))
    for one, other in zip(alone, together, strict=True):
        assert one.contradiction == pytest.approx(other.contradiction, abs=1e-5)


def test_a_reply_of_any_length_is_judged(folder):
    scorer = load(folder)
    for sentences, more in product(range(POSITIONS // 8, POSITIONS // 2, 8), range(32)):
        reply = f"{'Ok. ' * sentences}{'Z' * more}"
        assert len(scorer.entailment(QUERY, [reply], COFFEE)) == 1


def test_a_mark_in_a_reply_is_text(folder):
    from guards.sequence_classifier import SequenceClassifier, load_live

    model, tokenizer = load_live(folder, device="cpu")
    read = SequenceClassifier(model, tokenizer, name="toy").count_tokens
    assert tokenizer.sep_token_id not in (None, tokenizer.unk_token_id)
    assert read(tokenizer.sep_token) > 1
