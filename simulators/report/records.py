"""The report as JSON: stable names, a version, and null where a figure could not be told."""

from __future__ import annotations

import json
from dataclasses import asdict

from persona_sdk.statistics import Estimate
from persona_sdk.types import Attempt, Violation
from simulators.audit import Audit
from simulators.report.clusters import Cluster, by_attack
from simulators.report.document import Document
from simulators.report.drift import Drift
from simulators.report.effort import Effort, Waiting
from simulators.report.faithfulness import Faithfulness
from simulators.report.figures import Figures
from simulators.report.groups import Group
from simulators.report.turns import NumberedTurn
from simulators.report.worst import WorstConversation

FORMAT = "faithful-persona stress report"
VERSION = 1
"""Raised when a name goes or changes its meaning; new names may come without."""

Json = dict[str, object]


def as_json(told: Document) -> str:
    """Return the whole report as indented JSON in ASCII."""
    return json.dumps(as_record(told), indent=1, allow_nan=False) + "\n"


def as_record(told: Document) -> Json:
    """Return the whole report as plain lists, dicts, texts and numbers.

    `headline` is null where the run is void or no guard judged.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "void": told.void,
        "audit": None if told.audit is None else _audit(told.audit),
        "config": _config(told),
        "headline": headline(told.figures) if told.figures.checked and not told.void else None,
        "figures": figures_record(told.figures),
        "cost": told.cost,
        "clusters": [_cluster(cluster) for cluster in told.clusters],
        "clusters_by_attack": {attack: dict(fallen) for attack, fallen in by_attack(told.clusters)},
        "worst": [_worst(told, one) for one in told.worst],
        "failed_turns": [_turn(told, turn) for turn in told.failed],
        "broken": [
            {
                "conversation": d.number,
                "user": d.profile_id,
                "fault": d.fault,
                "error": d.error,
                "replay": told.replay_whole(d),
            }
            for d in told.broken
        ],
    }


def headline(figures: Figures) -> Json:
    """Return the few figures that a run is known by."""
    return {
        "violation_rate": estimate(figures.drafts.violation_rate),
        "shown_violation_rate": estimate(figures.shown.violation_rate),
        "delta_apc": estimate(figures.drafts.delta_apc),
        "coverage": estimate(figures.drafts.coverage),
        "clean": estimate(figures.clean),
    }


def figures_record(figures: Figures) -> Json:
    """Return every figure of a run."""
    return {
        "planned": figures.planned,
        "conversations": figures.conversations,
        "finished": figures.finished,
        "spoilt": figures.spoilt,
        "turns": figures.turns,
        "checked": figures.checked,
        "drafts": _faithfulness(figures.drafts),
        "shown": _faithfulness(figures.shown),
        "clean": estimate(figures.clean),
        "pass_hat": [{"k": p.k, **p.chance._asdict()} for p in figures.pass_hat],
        "drift": _drift(figures.drift),
        "users": [_group(group) for group in figures.by_profile],
        "attacks": [_group(group) for group in figures.by_attack],
        "statuses": dict(figures.statuses),
        "faults": dict(figures.faults),
        "simulator_faults": dict(figures.simulator_faults),
        "effort": _effort(figures.effort),
    }


def estimate(value: Estimate | None) -> Json | None:
    """Return a mean with its interval."""
    return None if value is None else value._asdict()


def _config(told: Document) -> Json:
    config = told.run.config
    return {
        "persona": config.persona.name,
        "statements": [asdict(statement) for statement in config.persona.statements],
        "users": [profile.id for profile in config.profiles],
        "conversations": config.conversations,
        "turns": config.turns,
        "seed": config.seed,
        "character": config.character,
        "user": config.user,
        "guard": config.guard,
        "settings": dict(config.settings),
    }


def _audit(audit: Audit) -> Json:
    return {
        "outcome": audit.outcome,
        "void": list(audit.void),
        "flags": list(audit.flags),
        "unknown": list(audit.unknown),
        "findings": [asdict(finding) for finding in audit.findings],
        "spoilt": [
            {"conversation": one.number, "reasons": list(one.reasons)} for one in audit.voided
        ],
        "measures": {one.name: estimate(one.estimate) for one in audit.measures},
    }


def _faithfulness(one: Faithfulness) -> Json:
    return {
        "turns": one.turns,
        "judged": one.judged,
        "unscored": one.unscored,
        "violation_rate": estimate(one.violation_rate),
        "delta_apc": estimate(one.delta_apc),
        "coverage": estimate(one.coverage),
    }


def _drift(drift: Drift) -> Json:
    return {
        "points": [{"turn": p.turn, **_faithfulness(p.drafts)} for p in drift.points],
        "late_less_early": {
            "violation_rate": estimate(drift.violation_rate),
            "delta_apc": estimate(drift.delta_apc),
        },
    }


def _group(group: Group) -> Json:
    return {
        "name": group.name,
        "conversations": group.conversations,
        **_faithfulness(group.drafts),
    }


def _effort(effort: Effort) -> Json:
    return {
        "blocked": effort.blocked,
        "repaired": effort.repaired,
        "fallback": effort.fallback,
        "attempts": effort.attempts,
        "character": _waiting(effort.character),
        "user": _waiting(effort.user),
    }


def _waiting(waiting: Waiting) -> Json:
    return {
        "seconds_p50": waiting.seconds_p50,
        "seconds_p95": waiting.seconds_p95,
        "seconds": waiting.total.seconds,
        "prompt_tokens": waiting.total.prompt_tokens,
        "completion_tokens": waiting.total.completion_tokens,
    }


def _cluster(cluster: Cluster) -> Json:
    return {
        "statement": cluster.statement.id,
        "text": cluster.statement.text,
        "turns": cluster.turns,
        "attacks": dict(cluster.attacks),
        "patterns": [
            {
                "sentence": pattern.failures[0].violation.sentence,
                "places": [failure.turn.place for failure in pattern.failures],
            }
            for pattern in cluster.patterns
        ],
    }


def _worst(told: Document, one: WorstConversation) -> Json:
    return {
        "conversation": one.dialogue.number,
        "user": one.dialogue.profile_id,
        "violations": one.violations,
        "failed": one.failed,
        "turns": len(one.dialogue.exchanges),
        "delta_apc": one.delta_apc,
        "status": one.dialogue.status,
        "replay": told.replay(one.first),
    }


def _turn(told: Document, turn: NumberedTurn) -> Json:
    return {
        "conversation": turn.dialogue.number,
        "turn": turn.number,
        "user": turn.dialogue.profile_id,
        "spoilt": told.is_spoilt(turn.dialogue),
        "attack": turn.exchange.move.attack,
        "says": turn.exchange.move.text,
        "attempts": [_attempt(attempt) for attempt in turn.exchange.reply.attempts],
        "shown": turn.exchange.reply.text or None,
        "replay": told.replay(turn),
    }


def _attempt(attempt: Attempt) -> Json:
    return {
        "rung": attempt.rung,
        "draft": attempt.draft,
        "outcome": attempt.verdict.outcome,
        "reason": attempt.verdict.reason,
        "delta_apc": attempt.verdict.delta_apc,
        "violations": [_violation(violation) for violation in attempt.verdict.violations],
    }


def _violation(violation: Violation) -> Json:
    return {
        "statement": violation.statement.id,
        "sentence": violation.sentence,
        "probability": violation.contradiction,
        "bar": violation.threshold,
        "scorer": violation.scorer,
    }
