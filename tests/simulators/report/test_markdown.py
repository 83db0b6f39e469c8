"""The report as Markdown."""

from simulators.audit import Audit
from simulators.audit_checks import Finding
from simulators.report.document import document
from simulators.report.markdown import as_markdown, plain

VOID = Audit((Finding("like people", "fail", 0.9, 0.2, "the users <sound> alike"),))


def test_every_failed_turn_is_there_with_its_evidence_and_its_replay(sample):
    text = as_markdown(document(sample, "runs/alice"))
    assert "## Failed turns (3)" in text
    for place in ("1:1", "1:2", "2:2"):
        assert f"`persona stress --replay runs/alice {place}`" in text
    assert "contradicts s1 “Alice never drinks coffee.” with “I love coffee.”" in text
    assert "(probability 0.96, bar 0.50)" in text


def test_the_headline_figures_are_there(sample):
    text = as_markdown(document(sample, "f"))
    assert "| first drafts | 50.0% [" in text
    assert "Clean conversations: 33.3% [" in text


def test_what_people_wrote_cannot_become_markup(runs):
    text = "# *a* | `b` <img src=x>\n- [c](d) \x1b"
    told = as_markdown(document(runs.run(runs.dialogue(
        runs.exchange(runs.violating(text), says=text, attack=text), profile=text
    )), "f"))  # fmt: skip
    assert "\x1b" not in told
    assert "<img" not in told.replace("\\<img", "")
    assert plain(text).count("\n") == 0
    assert "| `b`" not in told.replace("\\|", "")


def test_a_command_with_backticks_stays_code(sample):
    assert "`` persona stress --replay 'a`b' 1:1 ``" in as_markdown(document(sample, "a`b"))


def test_a_void_run_says_so_and_gives_no_rate(sample):
    text = as_markdown(document(sample, "f", audit=VOID))
    assert "**VOID**" in text and "like people: the users \\<sound\\> alike" in text
    assert "violation rate" not in text
