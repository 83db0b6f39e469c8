"""The page: self-contained, escaped, complete."""

import re
from html.parser import HTMLParser

import pytest

from simulators.audit import Audit
from simulators.audit_checks import Finding
from simulators.metrics.conduct import Void
from simulators.report.document import document
from simulators.report.html import as_html

VOID = Audit((Finding("like people", "fail", 0.9, 0.2, "the users <sound> alike"),))
EVIL = "<script>alert('x')</script> \x1b[31m \u202e \ud800"


class Reader(HTMLParser):
    """Collects what a browser would fetch and the ids that links lead to."""

    def __init__(self):
        super().__init__()
        self.fetched, self.ids, self.links, self.tags = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "data", "action", "poster", "background"):
                self.fetched.append(value)
            if name == "href":
                self.links.append(value)
            if name == "id":
                self.ids.append(value)


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def page(sample):
    return as_html(document(sample, "runs/alice"))


def test_nothing_is_fetched_from_anywhere(page):
    found = read(page)
    assert found.fetched == []
    assert "link" not in found.tags and "iframe" not in found.tags
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in page and "url(" not in page
    assert "default-src 'none'" in page


def test_every_link_leads_to_a_place_on_the_page(page):
    found = read(page)
    assert found.links
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))


def test_every_failed_turn_is_there_with_its_evidence_and_its_replay(page):
    for place in ("1:1", "1:2", "2:2"):
        assert f"persona stress --replay runs/alice {place}" in page
        assert f'id="t-{place.replace(":", "-")}"' in page
    assert 'id="t-0-1"' not in page
    assert "Alice never drinks coffee." in page
    assert "“Coffee is my life.”" in page
    assert "0.96, bar 0.50" in page


def test_every_attempt_is_there_with_its_rung(page):
    failed = page.split('id="t-2-2"')[1].split("</details>")[0]
    assert re.findall(r'class="rung">([^<]+)', failed) == ["first draft", "after a hint"]
    assert re.findall(r'class="mark (\w+)">\w+</span>\n<q', failed) == ["fail", "pass"]


def test_what_people_and_models_wrote_is_only_text(runs):
    said = runs.exchange(runs.violating(EVIL), says=EVIL, attack=EVIL, faults=(EVIL,))
    run = runs.run(
        runs.dialogue(said, profile=EVIL, status="error", fault="engine", error=EVIL),
        character=EVIL,
        settings=((EVIL, EVIL),),
    )
    page = as_html(document(run, "a folder"))
    assert "<script>alert" not in page
    assert read(page).tags.count("script") == 1
    assert not set("\x1b\u202e\ud800") & set(page)
    assert "--replay &#39;a folder&#39; 0:1" in page


def test_the_policy_names_the_one_script(page):
    import base64
    import hashlib

    script = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page


def test_a_void_run_says_so_and_has_no_headline(sample):
    page = as_html(document(sample, "runs/alice", audit=VOID))
    assert "<h2>VOID</h2>" in page
    assert "like people: the users &lt;sound&gt; alike" in page
    assert 'class="tile"' not in page
    assert "<svg" not in page and 'id="drift"' not in page and 'id="attacks"' not in page
    assert ">first drafts<" not in page
    assert 'id="t-1-1"' in page


def test_what_harms_no_score_is_a_flag_and_no_failure(sample):
    flag = Finding("parroting", "fail", 0.3, 0.2, "they recite", voids=False)
    page = as_html(document(sample, "f", audit=Audit((flag,))))
    audit = page.split('class="audit"')[1].split("</details>")[0]
    assert "passed" in audit and "1 flag" in audit and ">flagged<" in audit
    assert "fail" not in audit


def test_a_conversation_that_broke_off_has_its_replay(runs):
    broken = runs.dialogue(number=0, status="error", fault="engine", error="it died")
    page = as_html(document(runs.run(broken), "runs/alice"))
    assert "<code>persona stress --replay runs/alice 0</code>" in page


def test_an_unchecked_run_claims_nothing(runs):
    run = runs.run(runs.dialogue(runs.exchange(runs.unscored())), guard="off")
    page = as_html(document(run, "f"))
    assert "No guard judged a reply" in page
    assert 'class="tile"' not in page
    assert "Failed turns" not in page


def test_turns_that_no_guard_could_judge_are_there_with_its_reasons(runs):
    page = as_html(document(runs.run(runs.dialogue(runs.exchange(runs.unscored()))), "f"))
    assert "The guard could judge no reply" in page and "the scorer failed" in page
    assert 'id="t-0-1"' in page
    assert "No first draft goes against" not in page


def test_an_unfinished_run_says_so(runs):
    run = runs.run(runs.dialogue(runs.exchange(runs.passed()), status="running"))
    assert "Unfinished: 0 of 1 conversation" in as_html(document(run, "f"))


def test_a_run_without_failures_has_nothing_to_filter(runs):
    page = as_html(document(runs.run(runs.dialogue(runs.exchange(runs.passed()))), "f"))
    assert 'id="failed"' in page
    assert "<script>" not in page and "<input" not in page


def test_an_empty_run_still_makes_a_page(runs):
    assert "Stress test of" in as_html(document(runs.run(), "f"))


def test_a_failed_turn_of_a_spoilt_conversation_is_there_and_marked(sample):
    told = document(sample, "f", audit=Audit((), (Void(1, ("spoke as the character",)),)))
    page = as_html(told)
    assert page.count("spoilt by the simulator</span>") == 2
    assert [one.dialogue.number for one in told.worst] == [2]
