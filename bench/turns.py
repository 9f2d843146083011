"""Measure how soon an agent answers, Ringtrue beside a plain Pipecat pipeline with the same engines; nothing is asserted.

    python bench/turns.py [--quick] [--json FILE] [--model base|tiny.en] [--seconds 60] [--only latency]

Voice to voice: from the end of what a caller said to the first audible sample that reached it, measured at the caller alone
(turn_caller.py). Capacity: how many conversations one core carries before an answer comes 25 % later than alone, in the mean:
free speech is waited for longer than a "yes", and a median between the two would jump. The callers have the other core. What
one run prints is to be compared with itself only: the machine's other work is in it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import turn_words
from turn_systems import Bench, Heard, dump, pipecat, pipecat_tuned, ringtrue

_SLOWER = 1.25
_MOST_MISSED = 0.05  # of the turns unanswered: beyond, the median says nothing
_MOST_CALLERS = 24
_MUCH_OTHER_WORK = 25  # percent of a core: as much as a conversation or two
_ROUNDS = 4  # by turns, so that what else the machine does falls on both
SYSTEMS: dict[str, Callable[[Bench, int], Heard]] = {"Ringtrue": ringtrue, "Pipecat": pipecat, "Pipecat tuned": pipecat_tuned}
PEERS = ("Pipecat", "Pipecat tuned")
_STAGES = {
    "end_of_turn_ms": "end of turn decided (the words are made meanwhile)",
    "reply_ms": "reply known",
    "synthesis_ms": "first audio there",
    "sending_ms": "first sample sent",
}


def quantile(values: Sequence[float], share: float) -> float:
    """Of the sorted values; not a number without any."""
    ordered = sorted(values)
    if share == 0.5 and ordered:
        return statistics.median(ordered)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def summary(heard: Sequence[Heard]) -> dict[str, float]:
    """Several measurements of one system as one."""
    turns = [turn for one in heard for turn in one.turns]
    seconds = [float(str(turn["seconds"])) for turn in turns if turn["seconds"] is not None]
    counted = {"callers": heard[0].callers, "turns": len(turns), "lost": sum(one.lost for one in heard)}
    if not seconds:
        return counted
    return {
        **counted,
        "mean_ms": round(statistics.fmean(seconds) * 1000),
        "p50_ms": round(quantile(seconds, 0.5) * 1000),
        "p95_ms": round(quantile(seconds, 0.95) * 1000),
        "unanswered": sum(turn["seconds"] is None and not turn["is_early"] for turn in turns),
        "talked_over": sum(bool(turn["is_early"]) for turn in turns),
        "cpu_percent_each": round(100 * statistics.fmean(one.cpu_share / one.callers for one in heard), 1),
        "others_percent": round(100 * statistics.fmean(one.others_share for one in heard)),
    }


def row(name: str, found: dict[str, float]) -> None:
    """One line of a table."""
    keys = ("callers", "mean_ms", "p50_ms", "p95_ms", "turns", "unanswered", "talked_over", "lost")
    keys += ("cpu_percent_each", "others_percent")
    print(f"{name:<14}", *(f"{found.get(key, float('nan')):>8g}" for key in keys), flush=True)


def head() -> None:
    """Above the rows."""
    print(
        f"{'':<14}",
        *(
            f"{key:>8}"
            for key in ("callers", "mean ms", "p50 ms", "p95 ms", "turns", "none", "over", "lost", "cpu%/call", "others%")
        ),
    )


def warn(measured: Iterable[dict[str, float]]) -> None:
    """Say so when the machine had other things to do."""
    if max(one.get("others_percent", 0) for one in measured) > _MUCH_OTHER_WORK:
        print("The machine had much other work meanwhile: these numbers say little. Repeat them on a quiet one.")


def latency(bench: Bench) -> dict[str, object]:
    """One conversation at a time, each system by turns, on all cores."""
    print("\nVoice to voice, one conversation at a time")
    head()
    heard: dict[str, list[Heard]] = {name: [] for name in SYSTEMS}
    for _ in range(_ROUNDS):
        for name, converse in SYSTEMS.items():
            heard[name].append(converse(bench, 1))
    found = {name: summary(several) for name, several in heard.items()}
    for name, one in found.items():
        row(name, one)
    ratios = {name: [found["Ringtrue"][key] / found[name][key] for key in ("p50_ms", "p95_ms")] for name in PEERS}
    for name, (median, tail) in ratios.items():
        print(f"Ringtrue's median is {median:.2f} of that of {name}, its p95 {tail:.2f}.")
    warn(found.values())
    return {
        **found,
        "ratios": {name: round(median, 3) for name, (median, _) in ratios.items()},
        "by_answer": by_answer(heard),
        "stages": stages(heard["Ringtrue"]),
        "measured": {name: [one.turns for one in several] for name, several in heard.items()},
    }


def by_answer(heard: dict[str, list[Heard]]) -> dict[str, dict[str, int]]:
    """The medians by what the caller said."""
    print("Medians by answer (of the replies, those to `read back` and `reason` are fixed prompts, which Ringtrue keeps):")
    table: dict[str, dict[str, int]] = {}
    for number, (name, text) in enumerate(turn_words.ANSWERS):
        table[name] = {}
        for system, several in heard.items():
            said = [turn for one in several for turn in one.turns if turn["answer"] == number and turn["seconds"] is not None]
            table[name][system] = round(quantile([float(str(turn["seconds"])) for turn in said], 0.5) * 1000) if said else -1
        print(f"  {name:<10}", *(f"{system} {ms:>5} ms " for system, ms in table[name].items()), f" {text}")
    return table


def stages(heard: list[Heard]) -> dict[str, int]:
    """Where Ringtrue's time went, as `GET /calls/{id}/turns` tells it."""
    times = [turn for one in heard for turn in one.stages]
    if not times:
        return {}
    means = {stage: statistics.fmean(turn[stage] for turn in times) for stage in (*_STAGES, "recognition_ms", "gap_ms")}
    print(f"Stages of Ringtrue's answers, mean of {len(times)} turns by GET /calls/{{id}}/turns:")
    for stage, name in _STAGES.items():
        print(f"  {means[stage]:>5.0f} ms {means[stage] / means['gap_ms'] * 100:>4.0f} %  {name}")
    print(f"  {means['gap_ms']:>5.0f} ms        in all; words known {means['recognition_ms']:.0f} ms after the end of speech")
    return {stage: round(mean) for stage, mean in means.items()}


def capacity(bench: Bench) -> dict[str, object]:
    """One core for each system in turn, one caller more each time."""
    print("\nConversations at once on one core; the callers have another")
    head()
    alone: dict[str, list[Heard]] = {name: [] for name in SYSTEMS}
    for _ in range(2):
        for name, converse in SYSTEMS.items():
            alone[name].append(converse(bench, 1))
    levels = {name: [summary(several)] for name, several in alone.items()}
    for name, found in levels.items():
        row(name, found[0])
    going = list(SYSTEMS)
    for callers in range(2, _MOST_CALLERS + 1):
        for name in tuple(going):
            heard = [SYSTEMS[name](bench, callers)]
            if not holds(summary(heard), levels[name][0]):
                heard.append(SYSTEMS[name](bench, callers))  # it may have been the machine's other work
            levels[name].append(summary(heard))
            row(name, levels[name][-1])
            for reason, calls in Counter(reason for one in heard for reason in one.reasons).items():
                print(f"{'':<10} {calls} not in progress at the end: {reason}")
            if not holds(levels[name][-1], levels[name][0]):
                going.remove(name)
    carried = {
        name: max((int(level["callers"]) for level in several if holds(level, several[0])), default=0)
        for name, several in levels.items()
    }
    print("Conversations that one core carries:", ", ".join(f"{name} {number}" for name, number in carried.items()))
    warn(level for several in levels.values() for level in several)
    return {"levels": levels, "carried": carried}


def holds(level: dict[str, float], alone: dict[str, float]) -> bool:
    """Whether that many are still answered well."""
    if level["lost"] or "mean_ms" not in level:
        return False
    return level["mean_ms"] <= alone["mean_ms"] * _SLOWER and level["unanswered"] <= level["turns"] * _MOST_MISSED


def main() -> None:
    """All of it."""
    options = argparse.ArgumentParser(description="Measure turns; see the module.")
    options.add_argument("--quick", action="store_true", help="about half an hour")
    options.add_argument("--model", default="base", help="base or tiny.en")
    options.add_argument("--seconds", type=float, help="per measurement (60; 45 with --quick)")
    options.add_argument("--models", type=Path, default=Path("data/models"), help="folder of the models")
    options.add_argument("--pipecat", default=".cache/venv-pipecat/bin/python", help="a Python that has pipecat-ai and ringtrue")
    options.add_argument("--only", choices=("latency", "capacity"), help="half of it")
    options.add_argument("--json", type=Path, help="write everything there, too")
    chosen = options.parse_args()
    os.environ["LOGURU_LEVEL"] = "WARNING"  # Pipecat's banner
    seconds = chosen.seconds or (45.0 if chosen.quick else 60.0)  # a round of the answers takes 42
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}, model {chosen.model}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(
            model=chosen.model,
            models=chosen.models.resolve(),
            data=Path(folder),
            answers=turn_words.render(Path(folder)),
            pipecat_python=chosen.pipecat,
            seconds=seconds,
        )
        found: dict[str, object] = {"model": chosen.model, "seconds": seconds, "ringtrue": version("ringtrue")}
        if chosen.only != "capacity":
            found["latency"] = latency(bench)
        if chosen.only != "latency":
            found["capacity"] = capacity(Bench(**{**vars(bench), "server_core": 0, "caller_core": (os.cpu_count() or 2) - 1}))
    if chosen.json:
        dump(chosen.json, found)


if __name__ == "__main__":
    main()
