"""The results as one JSON document, for scripts."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.testing.simulation.result import STAGES, Answer, RunResult, Summary, Thresholds, summaries

Document = dict[str, object]


def report(
    project: str, results: Sequence[RunResult], thresholds: Thresholds, *, runs: int, seed: int, is_interrupted: bool
) -> Document:
    """Everything: the thresholds and whether they are kept, a summary of each persona, every run."""
    found = summaries(results)
    return {
        "project": project,
        "seed": seed,
        "runs_per_persona": runs,
        "interrupted": is_interrupted,
        "thresholds": {"min_right": thresholds.min_right, "max_wrong": thresholds.max_wrong},
        "within_thresholds": not is_interrupted and thresholds.are_kept(found),
        "personas": [_persona(one) for one in found],
        "runs": [_run(one) for one in results],
    }


def _persona(one: Summary) -> Document:
    return {
        "name": one.name,
        "runs": one.runs,
        "right": one.right,
        "open": one.open,
        "wrong": one.wrong,
        "right_share": round(one.right_share, 4),
        "turns_median": one.turns_median,
        "latency_p50_ms": one.latency_p50_ms,
        "latency_p95_ms": one.latency_p95_ms,
        "stages": {name: {"mean_ms": round(one.stages[name], 1), "share": round(one.share_of(name), 4)} for name in STAGES}
        if one.stages
        else None,
        "recognition_mean_ms": round(one.stages["recognition"], 1) if one.stages else None,
        "reasons": dict(one.reasons),
    }


def _run(one: RunResult) -> Document:
    return {
        "persona": one.run.caller.name,
        "seed": one.run.seed,
        "verdict": one.verdict,
        "why": one.judgement.why or None,
        "call_id": one.call_id,
        "status": one.status,
        "disconnection_reason": one.reason,
        "call_successful": one.successful,
        "fields": dict(one.fields),
        "expected_fields": dict(one.run.caller.expected.fields),
        "duration_ms": one.duration_ms,
        "turns": [_answer(answer) for answer in one.answers],
    }


def _answer(one: Answer) -> Document:
    return {
        "by": one.by,
        "latency_ms": one.latency_ms,
        "gap_ms": one.gap_ms,
        "recorded_gap_ms": one.recorded_ms,
        "stages_ms": dict(one.stages),
    }
