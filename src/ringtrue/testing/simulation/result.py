"""What came of one call, and of all the calls of a persona."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from ringtrue.testing.simulation.judging import Fields, Judgement, Record, Verdict, claims_success, judge, stated
from ringtrue.testing.simulation.runs import Run

STAGES = ("end_of_turn", "reply", "synthesis", "sending")
"""What a gap is made of, in order; "recognition", until the words were known, lies within the first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How long the agent took to answer one turn: from its end to the agent's first sample by the program's own log, and
    between the two voices on the recording. None where it cannot be told, or where nothing was answered. `stages` are the
    milliseconds of "recognition" and of each of `STAGES`, as far as they are known."""

    by: str
    gap_ms: int | None
    recorded_ms: int | None
    stages: Mapping[str, int] = field(default_factory=dict)

    @property
    def latency_ms(self) -> int | None:
        """The recorded gap where there is one: it needs no trust in the program that is measured."""
        return self.gap_ms if self.recorded_ms is None else self.recorded_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class RunResult:
    """One call that is over."""

    run: Run
    judgement: Judgement
    call_id: str
    status: str
    reason: str | None
    fields: Fields
    successful: bool
    duration_ms: int | None
    answers: Sequence[Answer]

    @property
    def verdict(self) -> Verdict:
        """What its record is worth."""
        return self.judgement.verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """All calls of one persona. Latencies are milliseconds, None where nothing was answered; `stages` are the means of those of
    its spoken turns that were answered, empty where there is none."""

    name: str
    runs: int
    right: int
    open: int
    wrong: int
    turns_median: float | None
    latency_p50_ms: int | None
    latency_p95_ms: int | None
    reasons: Mapping[str, int]
    stages: Mapping[str, float] = field(default_factory=dict)

    def share_of(self, stage: str) -> float:
        """How much of the mean gap one of `STAGES` is, from 0 to 1."""
        total = sum(self.stages.get(one, 0.0) for one in STAGES)
        return self.stages.get(stage, 0.0) / total if total else 0.0

    @property
    def right_share(self) -> float:
        """From 0 to 1; 0 where nothing was run."""
        return self.right / self.runs if self.runs else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """`min_right` is a share of each persona's calls, `max_wrong` a number of calls of all personas together."""

    min_right: float = 0.8
    max_wrong: int = 0

    def allow_wrong(self, summaries: Sequence[Summary]) -> bool:
        """Whether so many wrong records are allowed."""
        return sum(one.wrong for one in summaries) <= self.max_wrong

    def allow_open(self, summary: Summary) -> bool:
        """Whether enough of the persona's calls were right."""
        return summary.right_share >= self.min_right

    def are_kept(self, summaries: Sequence[Summary]) -> bool:
        """Whether nothing is beyond them. Nothing at all keeps none."""
        return bool(summaries) and self.allow_wrong(summaries) and all(self.allow_open(one) for one in summaries)


def result_of(run: Run, record: Record, turns: Sequence[Mapping[str, Any]]) -> RunResult:
    """What came of a call, from its terminal record and its turns as the API gives them."""
    return RunResult(
        run=run,
        judgement=judge(record, run.caller.expected),
        call_id=record["id"],
        status=record["status"],
        reason=record["disconnection_reason"],
        fields=stated(record),
        successful=claims_success(record),
        duration_ms=record["duration_ms"],
        answers=[_answer(turn) for turn in turns],
    )


def summaries(results: Sequence[RunResult]) -> list[Summary]:
    """One for each persona that was run, by name."""
    names = sorted({one.run.caller.name for one in results})
    return [_summary(name, [one for one in results if one.run.caller.name == name]) for name in names]


def percentile(values: Sequence[int], share: float) -> int | None:
    """The smallest value that at least this share of them does not exceed (nearest rank); None of none."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _answer(turn: Mapping[str, Any]) -> Answer:
    recorded = turn["recorded"]
    return Answer(
        by=turn["by"],
        gap_ms=turn["gap_ms"],
        recorded_ms=recorded["gap_ms"] if recorded is not None else None,
        stages={name.removesuffix("_ms"): ms for name, ms in turn["stages"].items() if ms is not None},
    )


def _stages(answers: Sequence[Answer]) -> dict[str, float]:
    """The mean of each stage of the spoken turns that were answered."""
    spoken = [one.stages for one in answers if one.by == "words" and one.gap_ms is not None]
    return {name: fmean(of.get(name, 0) for of in spoken) for name in ("recognition", *STAGES)} if spoken else {}


def _summary(name: str, results: Sequence[RunResult]) -> Summary:
    verdicts = Counter(one.verdict for one in results)
    latencies = [ms for one in results for answer in one.answers if (ms := answer.latency_ms) is not None]
    reasons = Counter(one.reason or one.status for one in results)
    return Summary(
        name=name,
        runs=len(results),
        right=verdicts["right"],
        open=verdicts["open"],
        wrong=verdicts["wrong"],
        turns_median=median(len(one.answers) for one in results) if results else None,
        latency_p50_ms=percentile(latencies, 0.5),
        latency_p95_ms=percentile(latencies, 0.95),
        reasons=dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        stages=_stages([answer for one in results for answer in one.answers]),
    )
