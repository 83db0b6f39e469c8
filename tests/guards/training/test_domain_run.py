import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from guards.load import SHIPPED, load_scorers  # noqa: E402
from guards.training.batches import collate, pair_tokenizer, probabilities  # noqa: E402
from guards.training.domain import Domain  # noqa: E402
from guards.training.domain_run import dev_accuracy, train_domain  # noqa: E402
from guards.training.options import Distillation  # noqa: E402
from guards.training.rows import Row  # noqa: E402
from guards.training.unquantise import entailment_network  # noqa: E402
from persona_sdk.errors import PersonaSDKError, TrainingError, WeightsError  # noqa: E402

pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def few_synthetic_rows(monkeypatch):
    monkeypatch.setattr("guards.training.domain_run.RELEVANCE_ROWS", 100)


PAIRS = [
    ("User: Do you like tea? Ann: Yes, I love it.", "Ann likes tea."),
    ("User: Do you like tea? Ann: No, I hate it.", "Ann likes tea."),
    ("User: How are you? Ann: Fine, it is sunny.", "Ann likes tea."),
    ("Ann: I have never owned a dog.", "Ann owns a dog."),
    ("A man is asleep on a bench.", "A man is sleeping."),
]


def _write(folder):
    rows = []
    for number in range(8):
        about = {"character": "Ann", "statement": f"Ann owns {number + 2} boats."}
        asked = {**about, "query": "How many boats do you own?"}
        rows.append({**asked, "reply": f"I own {number + 2} boats.", "label": "entailment"})
        rows.append({**asked, "reply": "I have never owned a boat.", "label": "contradiction"})
        rows.append({**asked, "label": "yes"})
        rows.append({**about, "query": "What did you eat today?", "label": "no"})
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _domain(tmp_path, **changed):
    given = {"files": (_write(tmp_path),), "out": tmp_path / "run", "minutes": 0.05, "threads": 1}
    return Domain(**(given | changed))


def test_the_network_comes_back_from_int8_and_gives_the_same_labels():
    net = entailment_network(SHIPPED / "entailment.int8.onnx")
    rows = [Row("nli", first, second, "e", "toy") for first, second in PAIRS]
    batch = collate(pair_tokenizer(SHIPPED / "tokenizer.json"), rows)
    with torch.no_grad():
        found = torch.softmax(net(*batch.inputs), dim=1)
    judged = load_scorers().entailment.pairs([p for p, _ in PAIRS], [h for _, h in PAIRS])
    table = [[j.contradiction, j.neutral, j.entailment] for j in judged]
    assert found.argmax(dim=1).tolist() == torch.tensor(table).argmax(dim=1).tolist()


def test_another_network_is_not_taken_for_ours():
    with pytest.raises(WeightsError, match="no network of ours"):
        entailment_network(SHIPPED / "embedder.int8.onnx")


@pytest.mark.filterwarnings("ignore")
def test_a_run_on_own_rows_tells_its_way_and_can_be_resumed(tmp_path):
    told = []
    split = train_domain(_domain(tmp_path), tell=told.append)
    assert len(split.dev) == len(split.test) == 4
    assert "32 rows read, 0 left out" in told[0]
    assert told[1].startswith("before training: dev accuracy")
    assert any("after 0" in line and "dev accuracy" in line for line in told)
    assert any("relevance: dev AUC" in line for line in told)
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert (record["start"], record["own_rows"], record["public"]) == ("shipped", 32, False)
    again = []
    more = record["minutes_spent"] + 0.1  # of a busy machine the first step may have taken all
    train_domain(_domain(tmp_path, resume=True, minutes=more), tell=again.append)
    steps = json.loads((tmp_path / "run" / "run.json").read_text())["steps"]
    assert steps > record["steps"]


@pytest.mark.filterwarnings("ignore")
def test_own_rows_are_distilled_from_a_teacher(tmp_path, teachers):
    lesson = Distillation(teachers["bert"])
    domain = _domain(tmp_path, distillation=lesson, synthetic=False, minutes=0.02)
    train_domain(domain, tell=lambda line: None)
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["distillation"]["teacher"] == "bert"
    with pytest.raises(TrainingError, match="other settings: distillation"):
        train_domain(replace(domain, resume=True, distillation=None), tell=lambda line: None)
    with pytest.raises(TrainingError, match=r"synthetic False \(now True\)"):
        train_domain(replace(domain, resume=True, synthetic=True), tell=lambda line: None)
    with pytest.raises(TrainingError, match=r"start shipped \(now minilm\)"):
        train_domain(replace(domain, resume=True, start="minilm"), tell=lambda line: None)


@pytest.mark.filterwarnings("ignore")
def test_relevance_rows_alone_leave_the_network_as_it_is(tmp_path):
    path = tmp_path / "asked.jsonl"
    rows = [row for row in _write(tmp_path).read_text().splitlines() if "reply" not in row]
    path.write_text("\n".join(rows))
    told = []
    train_domain(_domain(tmp_path, files=(path,)), tell=told.append)
    assert any("no entailment rows" in line for line in told)
    assert {"checkpoint.pt", "relevance.npz"} <= {p.name for p in (tmp_path / "run").iterdir()}


@pytest.mark.filterwarnings("ignore")
def test_a_run_that_is_there_is_left_as_it_is(tmp_path):
    asked = tmp_path / "asked.jsonl"
    rows = [row for row in _write(tmp_path).read_text().splitlines() if "reply" not in row]
    asked.write_text("\n".join(rows))
    only_asked = _domain(tmp_path, files=(asked,))
    train_domain(only_asked, tell=lambda line: None)
    before = {path.name: path.read_bytes() for path in only_asked.out.iterdir()}
    for again, told in (
        (_domain(tmp_path), "holds a run: add --resume"),
        (only_asked, "holds a run: add --resume"),
        (replace(only_asked, resume=True, start="minilm"), r"start shipped \(now minilm\)"),
    ):
        with pytest.raises(TrainingError, match=told):
            train_domain(again, tell=lambda line: None)
        assert {path.name: path.read_bytes() for path in only_asked.out.iterdir()} == before


def test_a_run_on_no_own_rows_is_not_resumed(tmp_path):
    domain = _domain(tmp_path, resume=True)
    domain.out.mkdir()
    (domain.out / "checkpoint.pt").write_bytes(b"of guards.training.train")
    with pytest.raises(TrainingError, match=r"holds a run without own\.json"):
        train_domain(domain, tell=lambda line: None)
    assert [path.name for path in domain.out.iterdir()] == ["checkpoint.pt"]


def test_the_network_is_trained_on_the_best_device(tmp_path, monkeypatch):
    trained_on = []
    module = "guards.training.domain_run"
    monkeypatch.setattr(f"{module}.best_device", lambda: torch.device("meta"))
    monkeypatch.setattr(f"{module}.dev_accuracy", lambda *_: 0.5)
    monkeypatch.setattr(
        f"{module}.run", lambda *given: trained_on.append(next(given[2].parameters()).device.type)
    )
    train_domain(_domain(tmp_path), tell=lambda line: None)
    assert trained_on == ["meta"]


class Elsewhere(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1, device="meta"))
        self.fed = set()

    def forward(self, *inputs):
        self.fed |= {tensor.device.type for tensor in inputs}
        return torch.zeros(len(inputs[0]), 3)


def test_rows_are_put_to_a_network_where_it_lies():
    net = Elsewhere()
    rows = [Row("nli", *PAIRS[0], "e", "own")]
    found = probabilities(net, pair_tokenizer(SHIPPED / "tokenizer.json"), rows)
    assert net.fed == {"meta"}
    assert found.device.type == "cpu"


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.filterwarnings("ignore")
def test_a_gpu_trains_on_own_rows_and_looks_at_the_others(tmp_path):
    told = []
    train_domain(_domain(tmp_path), tell=told.append)
    assert sum("dev accuracy" in line for line in told) >= 2
    assert torch.cuda.max_memory_allocated() > 0


def test_a_start_that_is_no_run_is_named(tmp_path):
    with pytest.raises(PersonaSDKError, match=r"--start must be .* in nowhere: name the folder"):
        train_domain(_domain(tmp_path, start="nowhere"), tell=lambda line: None)


def test_dev_accuracy_reads_partial_labels():
    net = entailment_network(SHIPPED / "entailment.int8.onnx")
    rows = [Row("nli", *PAIRS[0], "nc", "own"), Row("nli", *PAIRS[1], "nc", "own")]
    tokenizer = pair_tokenizer(SHIPPED / "tokenizer.json")
    assert dev_accuracy(net, tokenizer, rows) == 0.5
