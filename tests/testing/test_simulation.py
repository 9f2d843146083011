"""Simulated callers: which calls are placed, what a record is worth, and what the numbers are."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from ringtrue.calls.numbers import check_allowed, to_e164
from ringtrue.testing.simulation.judging import Expectation, judge
from ringtrue.testing.simulation.junit import junit_xml
from ringtrue.testing.simulation.report import report
from ringtrue.testing.simulation.result import STAGES, Thresholds, percentile, summaries
from ringtrue.testing.simulation.runs import number_for, planned

from .simulated import MOVED, OPEN, RIGHT, WRONG, caller, record, result, turn


@pytest.mark.parametrize(
    ("said", "expected", "verdict"),
    [
        (RIGHT, MOVED, "right"),
        (WRONG, MOVED, "wrong"),
        (OPEN, MOVED, "open"),
        (record({"outcome": "moved", "new_time": "2027-03-08T14:15"}), MOVED, "wrong"),
        (record({"outcome": "moved", "new_time": None}), MOVED, "open"),
        (record({"outcome": "moved", "new_time": "2027-03-05T09:00"}, reason="user_hangup"), MOVED, "open"),
        (record({"outcome": "callback", "new_time": None}), MOVED, "open"),
        (record({"outcome": "callback", "new_time": "2027-03-08T14:15"}), MOVED, "wrong"),
        (record({"outcome": "kept", "new_time": None}, successful=False), MOVED, "wrong"),
        (record({}, status="error", reason="error_worker_lost", successful=False), MOVED, "open"),
        (record(None, reason="dial_busy"), MOVED, "open"),
        (record(None, reason="dial_busy"), Expectation(reasons=["dial_busy"]), "right"),
        (record({"outcome": None}, successful=False), Expectation(fields={"outcome": None}), "right"),
        (record({"outcome": "kept"}), Expectation(fields={"outcome": None}), "wrong"),
        (record({"outcome": "kept", "note": "a word"}), Expectation(fields={"outcome": "kept"}), "right"),
        (record({}), Expectation(successful=False), "wrong"),
        (record({}, successful=False), Expectation(successful=True), "open"),
        (record({}), Expectation(), "right"),
        (record({}, status="error", reason="error_tts"), Expectation(), "open"),
        (record({"count": 3.0, "sure": True}), Expectation(fields={"count": 3, "sure": True}), "right"),
        (record({"count": 1}), Expectation(fields={"count": True}), "wrong"),
    ],
)
def test_a_record_is_judged(said: dict[str, Any], expected: Expectation, verdict: str) -> None:
    """Wrong is what states something else than the persona gave; open is what states too little or what is accepted."""
    judgement = judge(said, expected)

    assert judgement.verdict == verdict
    assert (judgement.why == "") is (verdict == "right")


def test_an_analysis_that_failed_settles_nothing() -> None:
    """Even for a persona that expects no field."""
    assert judge({**record({}), "call_analysis": {"status": "failed"}}, Expectation()).verdict == "open"


def test_a_judgement_says_what_was_stated_and_what_was_meant() -> None:
    """In one sentence."""
    assert judge(WRONG, MOVED).why == "The record states outcome: kept, not outcome: moved."
    assert judge(OPEN, MOVED).why == "The record states no outcome, new_time; the call ended with inactivity."


def test_the_same_seed_places_the_same_calls() -> None:
    """Number for number; another seed places others."""
    callers = [caller("one"), caller("two")]
    first, again, other = (planned(callers, runs=3, seed=seed, country="US") for seed in (7, 7, 10))

    assert first == again
    assert [(run.caller.name, run.seed) for run in first[:4]] == [("one", 7), ("two", 7), ("one", 8), ("two", 8)]
    assert len({run.number for run in [*first, *other]}) == 12


def test_a_call_can_be_placed_again_alone() -> None:
    """The persona's name and the seed of the run are enough."""
    callers = [caller("one"), caller("two")]
    whole = planned(callers, runs=5, seed=9998, country="US")

    (alone,) = planned(callers, runs=1, seed=1, country="US", only={"two"})

    assert alone in whole


@pytest.mark.parametrize("country", ["US", "GB", "DE", "FR", "AU", "JP"])
def test_numbers_may_be_rung(country: str) -> None:
    """Every caller's number is one of a country that the project calls; its last four digits are the seed."""
    for place, seed in ((0, 0), (42, 1234), (99, 9999)):
        number = number_for(country, place, seed)

        check_allowed(to_e164(number, home_country=country), countries=[country])
        assert number.endswith(f"{seed:04d}")


def test_a_persona_is_summed_up() -> None:
    """Counts, the median of its turns, the recorded gap before the program's own, the reasons by how often."""
    results = [
        result("mover", 1, RIGHT, [turn(500, 700), turn(20, by="keys")]),
        result("mover", 2, WRONG, [turn(400), turn(None), turn(100, 900), turn(600, 800)]),
        result("mover", 3, OPEN),
        result("keeper", 1, RIGHT),
    ]

    keeper, mover = summaries(results)

    assert keeper.name == "keeper"
    assert (mover.runs, mover.right, mover.open, mover.wrong, mover.turns_median) == (3, 1, 1, 1, 2)
    assert (mover.latency_p50_ms, mover.latency_p95_ms) == (700, 900)
    assert list(mover.reasons.items()) == [("agent_hangup", 2), ("inactivity", 1)]
    # Of the four spoken turns that were answered, after 500, 400, 100 and 600 ms.
    assert mover.stages == {"recognition": 200, "end_of_turn": 300, "reply": 0, "synthesis": 100, "sending": 0}
    assert [mover.share_of(stage) for stage in STAGES] == [0.75, 0, 0.25, 0]
    assert keeper.stages == {}
    assert keeper.share_of("reply") == 0.0


@pytest.mark.parametrize(
    ("values", "share", "found"), [([], 0.5, None), ([7], 0.95, 7), ([3, 1, 2, 4], 0.5, 2), (list(range(1, 101)), 0.95, 95)]
)
def test_percentiles_are_values_that_occurred(values: list[int], share: float, found: int | None) -> None:
    """By nearest rank."""
    assert percentile(values, share) == found


@pytest.mark.parametrize(
    ("said", "thresholds", "are_kept"),
    [
        ([RIGHT] * 4 + [OPEN], Thresholds(min_right=0.8, max_wrong=0), True),
        ([RIGHT] * 3 + [OPEN] * 2, Thresholds(min_right=0.8, max_wrong=0), False),
        ([RIGHT] * 9 + [WRONG], Thresholds(min_right=0.8, max_wrong=0), False),
        ([RIGHT] * 9 + [WRONG], Thresholds(min_right=0.8, max_wrong=1), True),
        ([], Thresholds(min_right=0.0, max_wrong=0), False),
    ],
)
def test_thresholds(said: list[dict[str, Any]], thresholds: Thresholds, are_kept: bool) -> None:
    """A share of the persona's calls must be right; wrong ones are counted; nothing at all is no success. The JUnit file
    has failures exactly when they are not kept."""
    results = [result("mover", seed, one) for seed, one in enumerate(said)]

    assert thresholds.are_kept(summaries(results)) is are_kept
    if results:
        document = ElementTree.fromstring(junit_xml("clinic", results, thresholds))
        assert (document.get("failures") == "0") is are_kept


def test_every_persona_must_be_right_often_enough() -> None:
    """A good one does not make up for a bad one."""
    results = [*(result("good", seed, RIGHT) for seed in range(9)), result("bad", 1, OPEN)]

    assert not Thresholds(min_right=0.5).are_kept(summaries(results))


def test_junit_has_a_suite_for_each_persona_and_a_case_for_each_run() -> None:
    """An open call within the threshold is no failure, a wrong one is; what XML cannot write is replaced."""
    odd = record({"outcome": "kept\x00", "new_time": None})
    results = [*(result("mover", seed, RIGHT) for seed in range(4)), result("mover", 4, OPEN), result("other", 1, odd)]

    document = ElementTree.fromstring(junit_xml("clinic", results, Thresholds()))

    assert (document.tag, document.get("tests"), document.get("failures"), document.get("time")) == (
        "testsuites",
        "6",
        "1",
        "15.000",
    )
    mover, other = document.findall("testsuite")
    assert [case.get("name") for case in mover.findall("testcase")] == [f"seed {seed}" for seed in range(5)]
    assert mover.get("failures") == "0"
    (failure,) = other.iter("failure")
    assert (failure.get("type"), failure.get("message")) == ("wrong", "The record states outcome: kept?, not outcome: moved.")


def test_the_report_holds_everything() -> None:
    """Thresholds, personas and every run with its fields, reason and latencies."""
    document = report("clinic", [result("mover", 3, WRONG, [turn(500, 700)])], Thresholds(), runs=1, seed=3, is_interrupted=False)

    assert (document["within_thresholds"], document["seed"], document["interrupted"]) == (False, 3, False)
    (run,) = document["runs"]  # type: ignore[misc]
    assert run == {
        "persona": "mover",
        "seed": 3,
        "verdict": "wrong",
        "why": "The record states outcome: kept, not outcome: moved.",
        "call_id": "call_1",
        "status": "ended",
        "disconnection_reason": "agent_hangup",
        "call_successful": True,
        "fields": {"outcome": "kept", "new_time": None},
        "expected_fields": {"outcome": "moved", "new_time": "2027-03-05T09:00"},
        "duration_ms": 2500,
        "turns": [
            {
                "by": "words",
                "latency_ms": 700,
                "gap_ms": 500,
                "recorded_gap_ms": 700,
                "stages_ms": {"recognition": 250, "end_of_turn": 375, "reply": 0, "synthesis": 125, "sending": 0},
            }
        ],
    }


def test_a_report_of_a_part_is_never_within_the_thresholds() -> None:
    """What was interrupted proves nothing."""
    document = report("clinic", [result("mover", 3, RIGHT)], Thresholds(), runs=9, seed=3, is_interrupted=True)

    assert (document["within_thresholds"], document["interrupted"]) == (False, True)
