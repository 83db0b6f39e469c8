import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from tokenizers import Tokenizer  # noqa: E402

from guards.config import check_files, read_config  # noqa: E402
from guards.training.bert import write_bert  # noqa: E402
from guards.training.embedder import SentenceEmbedder  # noqa: E402
from guards.training.export import (  # noqa: E402
    KEPT_FLOAT,
    cosine_head,
    export,
    write_float,
    write_head,
)
from guards.training.network import Discriminators  # noqa: E402

TOKENIZER = Path(__file__).parents[3] / "guards" / "weights" / "tokenizer.json"
PAIRS = [("Ann: I like tea.", "Ann likes tea."), ("Ann: No, never, I fear.", "Ann sings.")]

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(1)
    return Discriminators(layers=1).eval()


@pytest.fixture
def run(net, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    average = [p for name, p in net.named_parameters() if not name.startswith("words")]
    torch.save({"net": net.state_dict(), "average": average}, folder / "checkpoint.pt")
    (folder / "tokenizer.json").write_bytes(TOKENIZER.read_bytes())
    return folder


def rows(texts):
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.enable_padding()
    found = tokenizer.encode_batch(texts)
    return {
        "input_ids": np.array([e.ids for e in found]),
        "attention_mask": np.array([e.attention_mask for e in found]),
        "token_type_ids": np.array([e.type_ids for e in found]),
    }


def test_the_files_give_what_the_networks_give(net, run, tmp_path):
    weights = export(run, tmp_path / "weights", embedder=run)
    feeds = rows(PAIRS)
    tensors = {name: torch.from_numpy(array) for name, array in feeds.items()}
    texts = {name: feeds[name] for name in ("input_ids", "attention_mask")}
    with torch.no_grad():
        expected = net(**tensors), SentenceEmbedder(net)(*list(tensors.values())[:2])
    for name, fed, wanted in zip(("entailment", "embedder"), (feeds, texts), expected, strict=True):
        session = onnxruntime.InferenceSession(str(weights / f"{name}.int8.onnx"))
        assert np.abs(session.run(None, fed)[0] - wanted.numpy()).max() < 0.1


def test_of_the_entailment_network_alone_one_product_stays_float(run, tmp_path):
    onnx = pytest.importorskip("onnx")
    weights = export(run, tmp_path / "weights", embedder=run)
    for name, kept in (("entailment", True), ("embedder", False)):
        nodes = onnx.load(str(weights / f"{name}.int8.onnx")).graph.node
        found = {node.name for node in nodes if node.op_type == "MatMul"}
        assert (KEPT_FLOAT in found) == kept


def test_float_weights_are_exact_for_any_batch_and_length(net, tmp_path):
    inputs = ("input_ids", "attention_mask")
    path = tmp_path / "float.onnx"
    write_float(SentenceEmbedder(net), path, inputs=inputs, output="embedding")
    session = onnxruntime.InferenceSession(str(path))
    fed = rows([first for first, _ in PAIRS])
    found = session.run(["embedding"], {name: fed[name] for name in inputs})[0]
    alone = rows([PAIRS[0][0]])
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1], abs=1e-4)
    assert session.run(None, {name: alone[name] for name in inputs})[0][0] == pytest.approx(
        found[0], abs=1e-5
    )


def test_float_weights_are_exported_for_gpus(net, run, tmp_path):
    weights = export(run, tmp_path / "weights", precision="float32")
    config = read_config(weights)
    assert config.precision == "float32"
    fed = rows(PAIRS)
    found = onnxruntime.InferenceSession(str(weights / config.files.entailment)).run(["nli"], fed)
    with torch.no_grad():
        expected = net(**{name: torch.from_numpy(array) for name, array in fed.items()})
    assert found[0] == pytest.approx(expected.numpy(), abs=1e-4)


def test_the_config_names_every_file_with_its_digest(run, tmp_path):
    weights = export(run, tmp_path / "weights")
    config = read_config(weights)
    assert set(config.sha256) == set(config.files.names())
    check_files(weights, config)


def test_a_relevance_head_that_lies_there_stays(run, tmp_path):
    (tmp_path / "weights").mkdir()
    path = tmp_path / "weights" / "relevance.npz"
    write_head(path, cosine_head())
    before = path.read_bytes()
    export(run, tmp_path / "weights")
    assert path.read_bytes() == before


def test_transformers_reads_the_same_network(net, tmp_path):
    transformers = pytest.importorskip("transformers")
    write_bert(net, tmp_path / "bert", TOKENIZER)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(tmp_path / "bert")
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "bert")
    firsts, seconds = zip(*PAIRS, strict=True)
    fed = tokenizer(list(firsts), list(seconds), padding=True, return_tensors="pt")
    with torch.no_grad():
        found = model(**fed).logits
        expected = net(**{name: torch.from_numpy(array) for name, array in rows(PAIRS).items()})
    assert found.numpy() == pytest.approx(expected.numpy(), abs=1e-3)
    labels = json.loads((tmp_path / "bert" / "config.json").read_text())["id2label"]
    assert labels == {"0": "contradiction", "1": "neutral", "2": "entailment"}
