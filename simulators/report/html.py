"""The report as one page that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from simulators.report import plots, wording
from simulators.report.clusters import by_attack
from simulators.report.document import Document
from simulators.report.groups import attack_of

_TEMPLATE = "report.html.j2"

FILTER = """
const box = document.getElementById("filter");
const count = document.getElementById("found");
const turns = [...document.querySelectorAll("#failed details.turn")];
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const turn of turns) {
    const text = turn.textContent.toLowerCase();
    turn.hidden = !words.every((word) => text.includes(word));
    shown += turn.hidden ? 0 : 1;
  }
  count.textContent = words.length ? shown + " of " + turns.length : "";
});
for (const [id, open] of [["unfold", true], ["fold", false]]) {
  document.getElementById(id).addEventListener("click", () => {
    for (const turn of turns) turn.open = open && !turn.hidden;
  });
}
const visit = () => {
  let at = document.getElementById(location.hash.slice(1));
  if (at) at.hidden = false;
  for (; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
};
window.addEventListener("hashchange", visit);
visit();
"""
"""Finds and folds failed turns; without it the page still shows all of them."""


def as_html(told: Document) -> str:
    """Return the whole page; every text that a persona, user or model wrote is escaped."""
    page = _environment().get_template(_TEMPLATE)
    figures = told.figures
    text = page.render(
        told=told,
        figures=figures,
        config=told.run.config,
        after_attack=by_attack(told.clusters),
        script=Markup(FILTER),
        script_hash=_digest(FILTER),
        charts={name: Markup(svg) for name, svg in _charts(told).items()},
    )
    return text.encode("utf-8", "replace").decode()


def _charts(told: Document) -> dict[str, str]:
    figures = told.figures
    drawn = {
        "violations": plots.violations_by_turn(figures.drift),
        "delta_apc": plots.delta_apc_by_turn(figures.drift),
        "attacks": plots.violations_by_group(
            figures.by_attack, title="First drafts that go against a statement, by attack"
        ),
    }
    return drawn | ({"pass_hat": plots.clean_again(figures.pass_hat)} if figures.pass_hat else {})


def _digest(script: str) -> str:
    """Return how the page's security policy names its one script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("simulators.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # What is printed is data: none of it may turn the line around or break the file.
        finalize=lambda value: wording.harmless(value) if type(value) is str else value,
    )
    named = (
        wording.percent,
        wording.decimal,
        wording.percent_interval,
        wording.percent_range,
        wording.decimal_range,
        wording.decimal_interval,
        wording.seconds,
        wording.plural,
        wording.counts,
        wording.endings,
        wording.why,
        wording.judged,
        wording.checked,
        wording.drift_words,
        wording.unjudged,
    )
    environment.filters.update({function.__name__: function for function in named})
    environment.globals.update(attack_of=attack_of, rungs=wording.RUNGS, audited=wording.AUDITED)
    return environment
