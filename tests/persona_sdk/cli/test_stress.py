"""`persona stress`: from a persona and some users to a journal and a report."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import Result

from persona_sdk.cli.stress_cast import Cast, Parts
from persona_sdk.cli.stress_users import given_templates
from persona_sdk.cli.stress_view import View
from persona_sdk.cli.terminal import BAD_INPUT, INTERRUPTED, MODEL, OK, STORE, USAGE
from persona_sdk.profile import Profile
from persona_sdk.types import Conversation, Persona, Reply
from simulators.attacks import Attacking
from simulators.journal import JOURNAL, read_run
from simulators.protocols import Replier
from simulators.running.budget import Budget, Prices
from simulators.running.limits import Limits
from simulators.running.tally import Tally
from simulators.user import LLMUser
from simulators.values import Usage
from simulators.writing.user_prompts import Templates

Run = Callable[..., Result]
SAYS = "scripted:I play the guitar in a small band, mostly at night."
PARTS = Parts(
    persona=Persona("Alice", ()),
    model="scripted:Hello there.",
    user_model="scripted:Hi.",
    user_kind="agenda",
    guard="off",
    scorers="builtin",
    exact=False,
    prompt="long-context",
    max_tokens=9,
    temperature=0.5,
    difficulty=0.3,
    context=None,
    gpu_layers=0,
    concurrency=1,
    limits=Limits(),
)
SMALL = ("alice", "--users", 3, "--turns", 2, "--model", SAYS)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word_guard: None) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def only_folder(here: Path) -> Path:
    (folder,) = (here / "stress").iterdir()
    return folder


def test_a_run_is_held_reported_and_summed_up(persona: Run, here: Path) -> None:
    done = persona("stress", *SMALL, "--json")
    assert done.exit_code == OK, done.output
    told = json.loads(done.stdout)
    assert (told["persona"], told["conversations"], told["turns"]) == ("Alice", 3, 6)
    assert told["endings"] == {"max_turns": 3}
    assert Path(told["report"]).read_text().startswith("<!doctype html>")
    run = read_run(only_folder(here))
    assert run.config.seed == 7
    assert len({dialogue.profile_id for dialogue in run.dialogues}) == 3


def test_the_same_command_shows_the_same_run_again(persona: Run, here: Path) -> None:
    first, again = (persona("stress", *SMALL) for _ in range(2))
    assert first.stdout == again.stdout
    assert "goes on: 6 turns are kept, 3 conversations are done" in again.stderr
    assert len(read_run(only_folder(here)).dialogues) == 3


@pytest.mark.parametrize(
    "other",
    [
        ("--seed", 8),
        ("--turns", 3),
        ("--difficulty", 0.9),
        ("--temperature", 0.7),
        ("--attacks", "injection"),
        ("--guard", "warn"),
        ("--prompt", "name-only"),
    ],
)
def test_other_options_are_another_run(persona: Run, other: tuple[str, object]) -> None:
    one, two = (
        json.loads(persona("stress", *SMALL, *options, "--dry-run", "--json").stdout)
        for options in ((), other)
    )
    assert one["config"] != two["config"]
    assert one["folder"] != two["folder"]


def test_a_folder_of_another_run_is_refused(persona: Run) -> None:
    assert persona("stress", *SMALL, "--out", "mine").exit_code == OK
    done = persona("stress", *SMALL, "--out", "mine", "--seed", 8)
    assert done.exit_code == STORE
    assert "belongs to another run" in done.stderr
    assert "seed is 7 there, 8 here" in done.stderr


def test_a_dry_run_loads_and_writes_nothing(persona: Run, here: Path) -> None:
    done = persona(
        "stress", "alice", "--users", 4, "--model", "gguf:nowhere", "--dry-run", "--json"
    )
    plan = json.loads(done.stdout)
    assert [one["number"] for one in plan["conversations"]] == [0, 1, 2, 3]
    assert not list(here.iterdir())


def test_more_users_than_are_bundled_come_again_with_other_seeds(persona: Run) -> None:
    plan = json.loads(persona("stress", "alice", "--users", 70, "--dry-run", "--json").stdout)
    conversations = plan["conversations"]
    assert len(conversations) == 70
    assert len({one["profile"] for one in conversations}) < 70
    assert len({one["seed"] for one in conversations}) == 70


def test_attacks_are_given_to_every_user(persona: Run) -> None:
    plan = persona("stress", *SMALL, "--attacks", "injection,crescendo", "--dry-run", "--json")
    for one in json.loads(plan.stdout)["conversations"]:
        assert one["attacks"] == ["injection", "crescendo"]
    plan = persona("stress", *SMALL, "--attacks", "all", "--dry-run", "--json")
    assert len({a for one in json.loads(plan.stdout)["conversations"] for a in one["attacks"]}) == 3


def test_a_file_of_profiles_is_taken_whole(persona: Run, here: Path) -> None:
    from simulators.profiles.files import write_profiles

    write_profiles(here / "mine.jsonl", [Profile("ann"), Profile("ben")])
    done = persona("stress", "alice", "--users", "mine.jsonl", "--turns", 1, "--model", SAYS)
    assert done.exit_code == OK, done.output
    assert [d.profile_id for d in read_run(only_folder(here)).dialogues] == ["ann", "ben"]


def test_users_of_a_log_are_replayed(persona: Run, here: Path) -> None:
    turns = [
        {"role": "user", "content": "Where were you born?"},
        {"role": "assistant", "content": "Here."},
    ]
    (here / "chats.jsonl").write_text(json.dumps({"messages": turns}) + "\n")
    command = (
        "stress",
        "alice",
        "--users",
        "chats.jsonl",
        "--user-kind",
        "replay",
        "--model",
        SAYS,
    )
    done = persona(*command)
    assert done.exit_code == OK, done.output
    (dialogue,) = read_run(only_folder(here)).dialogues
    assert dialogue.exchanges[0].move.text == "Where were you born?"
    assert persona(*command, "--attacks", "all").exit_code == USAGE


def test_templates_of_ones_own_go_to_the_users(persona: Run, here: Path) -> None:
    (here / "told").mkdir()
    (here / "told" / "leave.txt").write_text("(The person has to catch a bus.)")
    run = ("stress", *SMALL, "--user-kind", "llm", "--user-model", "scripted:and then?")
    plain, own = (
        persona(*run, *more, "--dry-run", "--json") for more in ((), ("--user-templates", "told"))
    )
    assert (plain.exit_code, own.exit_code) == (OK, OK), own.output
    assert json.loads(plain.stdout)["folder"] != json.loads(own.stdout)["folder"]
    assert given_templates(here / "told").leave == "(The person has to catch a bus.)"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), USAGE, "name a persona"),
        (("alice", "--user-templates", "told"), USAGE, "add --user-kind llm"),
        (("alice", "--user-kind", "llm", "--user-templates", "no"), USAGE, "no: there are no temp"),
        (("nobody",), BAD_INPUT, "no persona is called 'nobody'"),
        (("alice", "--users", 0), USAGE, "--users must be at least 1, was: 0"),
        (("alice", "--users", -2), USAGE, "--users must be at least 1, was: -2"),
        (("alice", "--users", "nowhere.jsonl"), BAD_INPUT, "no profiles are called"),
        (("alice", "--turns", 0), USAGE, "turns"),
        (("alice", "--attacks", "injektion"), USAGE, "did you mean 'injection'?"),
        (("alice", "--budget-money", 1), USAGE, "needs prices"),
        (("alice", "--budget-seconds", 0), USAGE, "must be above 0"),
        (("alice", "--model", "nothing"), MODEL, "no model is called 'nothing'"),
        (("alice", "--users", "none.txt", "--user-kind", "replay"), BAD_INPUT, "no such chat log"),
        (("--replay", "nowhere", "0"), STORE, "name the folder of a run"),
        (("--replay", "nowhere", "x"), USAGE, "wants CONVERSATION"),
    ],
)
def test_wrong_usage_is_told(
    persona: Run, arguments: tuple[object, ...], code: int, told: str
) -> None:
    done = persona("stress", *arguments)
    assert done.exit_code == code, done.output
    assert told in " ".join(done.stderr.split())


def test_one_conversation_is_replayed_with_its_verdicts(persona: Run, here: Path) -> None:
    persona("stress", *SMALL)
    folder = only_folder(here)
    whole = persona("stress", "--replay", folder, 1)
    assert whole.exit_code == OK, whole.output
    assert whole.stdout.count("I play the guitar") == 2
    assert "status: max_turns" in whole.stdout
    assert "V_APC" in whole.stdout
    one = json.loads(persona("stress", "--replay", folder, "1:2", "--json").stdout)
    assert [turn["turn"] for turn in one["turns"]] == [2]
    assert "there is no conversation 3" in persona("stress", "--replay", folder, 3).stderr
    assert "has 2 turns, was: 3" in persona("stress", "--replay", folder, "1:3").stderr


def test_a_budget_leaves_conversations_over(persona: Run) -> None:
    done = persona("stress", *SMALL, "--budget-turns", 2, "--concurrency", 1, "--json")
    assert json.loads(done.stdout)["endings"] == {"budget": 2, "max_turns": 1}
    assert "2 are left over: a larger budget goes on" in done.stderr
    assert json.loads(persona("stress", *SMALL, "--json").stdout)["endings"] == {"max_turns": 3}


def test_ctrl_c_says_that_the_same_command_goes_on(
    persona: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulators.stress.stress", interrupted)
    done = persona("stress", *SMALL)
    assert done.exit_code == INTERRUPTED
    assert "the same command goes on" in done.stderr


class Endpoint(ThreadingHTTPServer):
    """Answers `says` until `dies` requests were answered."""

    daemon_threads = True
    says = "I keep bees."
    dies = 10**6
    busy = 0
    """Requests that are refused first because there are too many."""
    seen = 0


class Asked(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.seen += 1
        status = 200
        if self.server.seen <= self.server.busy:
            status = 429
        elif self.server.seen > self.server.dies:
            status = 401
        body = {
            "choices": [{"message": {"content": self.server.says}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10},
        }
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.send_header("retry-after", "0")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Endpoint(("127.0.0.1", 0), Asked) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def against(endpoint: Endpoint) -> tuple[object, ...]:
    url = f"http://127.0.0.1:{endpoint.server_address[1]}/v1"
    return ("alice", "--users", 3, "--turns", 2, "--model", f"openai:m@{url}", "--guard", "warn")


def test_an_endpoint_that_dies_in_mid_run_loses_nothing(
    persona: Run, here: Path, endpoint: Endpoint
) -> None:
    endpoint.dies = 2
    command = ("stress", *against(endpoint), "--concurrency", 1, "--json")
    done = persona(*command)
    assert done.exit_code == OK  # one conversation was whole
    told = json.loads(done.stdout)
    assert (told["turns"], told["faults"]) == (2, {"engine": 2})
    assert "2 of 3 broke off, first 1: http://127.0.0.1" in done.stderr
    assert persona(*command).stdout == done.stdout
    endpoint.dies = 10**6
    assert json.loads(persona(*command, "--retry").stdout)["endings"] == {"max_turns": 3}


def test_an_endpoint_that_is_never_there_ends_with_the_code_of_a_model(
    persona: Run, endpoint: Endpoint
) -> None:
    endpoint.dies = 0
    assert persona("stress", *against(endpoint)).exit_code == MODEL


def test_an_endpoint_that_limits_its_rate_is_asked_again(persona: Run, endpoint: Endpoint) -> None:
    endpoint.busy = 2
    done = persona("stress", *against(endpoint), "--concurrency", 2, "--json")
    told = json.loads(done.stdout)
    assert (told["endings"], told["turns"]) == ({"max_turns": 3}, 6)
    assert (told["prompt_tokens"], told["completion_tokens"]) == (600, 60)


def test_a_rate_that_the_workers_cannot_share_is_refused(persona: Run, endpoint: Endpoint) -> None:
    ray = ("--engine", "ray", "--workers", 4, "--rate", 3)
    done = persona("stress", *against(endpoint), *ray)
    assert done.exit_code == USAGE
    assert "4 processes cannot share a limit of 3" in done.stderr


def test_an_endpoint_that_answers_nothing_is_the_characters_fault(
    persona: Run, here: Path, endpoint: Endpoint
) -> None:
    endpoint.says = "  "
    done = persona("stress", *against(endpoint), "--json")
    assert json.loads(done.stdout)["faults"] == {"character": 3}
    assert "answered nothing" in done.stderr


def test_what_a_run_costs_is_told_and_bounded(persona: Run, endpoint: Endpoint) -> None:
    prices = ("--price-in", 10, "--price-out", 100)
    done = persona("stress", *against(endpoint), *prices, "--json")
    assert json.loads(done.stdout)["cost"] == pytest.approx(6 * (100 * 10 + 10 * 100) / 1e6)
    other = ("stress", *against(endpoint), *prices, "--seed", 8, "--concurrency", 1, "--json")
    short = json.loads(persona(*other, "--budget-money", 0.003).stdout)
    assert short["endings"] == {"budget": 2, "max_turns": 1}


def test_a_cast_survives_a_journey_to_another_process() -> None:
    import pickle

    cast = Cast(PARTS)
    asked = Conversation().add("user", "Who are you?")
    cast.agent(1).reply(asked)
    agent, user = pickle.loads(pickle.dumps((cast.agent, cast.user)))
    assert agent.__self__ is user.__self__
    answering: Replier = agent(1)
    reply: Reply = answering.reply(asked)
    assert reply.text == "Hello there."


def test_a_cast_hands_templates_to_its_users() -> None:
    told = Templates(leave="(A bus comes.)")
    user = Cast(replace(PARTS, user_kind="llm", templates=told)).user(Profile("p"), 1)
    assert isinstance(user, Attacking)
    assert isinstance(user.user, LLMUser)
    assert user.user.templates == told


def test_figures_that_are_not_known_yet_show_a_dash() -> None:
    now = iter([0.0, 0.0, 10.0, 10.0, 10.0])
    view = View(4, Budget(character=Prices(1e6, 0.0)), clock=lambda: next(now))
    assert view.line == "opening the journal"
    view.update(Tally(conversations=3))
    assert "turns 0, violations -, tokens/s -" in view.line
    view.update(
        Tally(3, running=1, done=1, turns=6, judged=4, violations=1, character=Usage(2, 50, 1.0))
    )
    assert view.line == (
        "running 1, done 1/3, failed 0, turns 6, violations 25.0%, tokens/s 5, cost 2, left 0:10"
    )


def test_the_journal_stands_where_the_summary_says(persona: Run, here: Path) -> None:
    done = persona("stress", *SMALL, "--out", "mine")
    assert done.exit_code == OK
    assert (here / "mine" / JOURNAL).is_file()
    assert "mine/report.html" in done.stdout


@pytest.mark.model
def test_the_embedded_model_says_the_same_however_many_talk_at_once(
    persona: Run, here: Path
) -> None:
    small = ("pip", "--users", 2, "--turns", 1, "--guard", "off", "--max-tokens", 8)
    said = []
    for concurrency in (1, 2):
        done = persona("stress", *small, "--concurrency", concurrency, "--out", str(concurrency))
        assert done.exit_code == OK, done.output
        said.append([d.conversation().turns for d in read_run(here / str(concurrency)).dialogues])
    assert said[0] == said[1]
    assert all(turns[-1].content for turns in said[0])
