"""The two systems of bench/turns.py: started, given N callers for a time, asked what they used, and ended."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import turn_script
import turn_words
from media import Child
from turn_meter import Meter

from ringtrue.client import Client, Conflict

_WARM_UP_SECONDS = 8.0  # the opening, and the first turn or so of the last caller
_STAGGER_SECONDS = 0.7
_START_SECONDS = 90
_SETTLE_SECONDS = 30.0
_STAGES = ("end_of_turn_ms", "reply_ms", "synthesis_ms", "sending_ms", "recognition_ms", "gap_ms")

Turn = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a measurement is made with. `server_core` and `caller_core` are None where all cores may be used."""

    model: str
    models: Path
    data: Path
    answers: Path
    pipecat_python: str
    seconds: float
    server_core: int | None = None
    caller_core: int | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the callers measured, and the system's own times of each turn, if it has any.

    `reasons` are those of calls that ended before they were hung up. `cpu_share` is what the system used of a core,
    `others_share` what neither it nor the callers used.
    """

    callers: int
    turns: list[Turn]
    lost: int
    cpu_share: float
    others_share: float
    stages: list[Mapping[str, int]]
    reasons: tuple[str, ...]


def pipecat(bench: Bench, callers: int, services: str = "own") -> Heard:
    """That many conversations with Pipecat; `services` as pipecat_peer.py takes them."""
    peer = Child(
        "pipecat_peer.py", callers, bench.model, bench.models, services, python=bench.pipecat_python, core=bench.server_core
    )
    ports = peer.hear()
    phones = Child("turn_callers.py", "rtp", callers, bench.answers, core=bench.caller_core)
    phones.hear()
    try:
        return _measure(bench, phones, callers, peer.process.pid, order={"ports": ports, "stagger": _STAGGER_SECONDS})
    finally:
        peer.end()


def pipecat_tuned(bench: Bench, callers: int) -> Heard:
    """That many conversations with Pipecat around Ringtrue's recogniser and voice."""
    return pipecat(bench, callers, "tuned")


def ringtrue(bench: Bench, callers: int) -> Heard:
    """That many conversations with a server of ours, which rings the callers."""
    phones = Child("turn_callers.py", "sip", callers, bench.answers, core=bench.caller_core)
    told = phones.hear()
    assert isinstance(told, dict)
    server, url = _serve(bench, told["sip"])
    try:
        with Client(url, (bench.data / "api-key").read_text().strip()) as client:
            client.projects.apply(turn_script.NAME, turn_script.project())
            return _measure(bench, phones, callers, server.pid, order={"ports": [], "stagger": 0.0}, client=client)
    finally:
        for _ in range(2):  # the second ends calls that are still in progress
            server.terminate()
            time.sleep(0.5)
        server.wait(_SETTLE_SECONDS)


def _serve(bench: Bench, trunk_port: int) -> tuple[subprocess.Popen[str], str]:
    pin = [] if bench.server_core is None else ["taskset", "-c", str(bench.server_core)]
    options = ["--port", "0", "--sip-port", "0", "--rtp-ports", "36000-36999", "--data", str(bench.data)]
    options += ["--models", str(bench.models), "--stt-model", bench.model, "--trunk", f"sip:127.0.0.1:{trunk_port}"]
    command = [*pin, sys.executable, "-m", "ringtrue", "serve", *options]
    log = (bench.data / "serve.log").open("a")
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert server.stdout is not None
    for line in server.stdout:
        if line.startswith("ready "):
            return server, line.split()[1]
    raise RuntimeError(f"the server did not start: {(bench.data / 'serve.log').read_text()[-500:]}")


def _measure(
    bench: Bench, phones: Child, callers: int, pid: int, *, order: dict[str, object], client: Client | None = None
) -> Heard:
    until_warm = _STAGGER_SECONDS * callers + _WARM_UP_SECONDS
    began = time.time()
    phones.tell({**order, "seconds": until_warm + bench.seconds})
    calls = _ring(client, callers) if client is not None else []
    time.sleep(max(0.0, began + until_warm - time.time()))
    meter = Meter(pid, phones.process.pid)
    time.sleep(max(0.0, began + until_warm + bench.seconds - 0.5 - time.time()))
    (system, _), others = meter.shares()
    results = phones.hear()
    assert isinstance(results, list)
    reasons = _hang_up(client, calls) if client is not None else ()
    stages = _stages(client, calls) if client is not None else []
    phones.end()
    rounds = [_rounds(result["turns"], began + until_warm) for result in results]
    turns = [turn for several in rounds for turn in several]
    return Heard(
        callers=callers,
        turns=turns,
        lost=sum(result["lost"] or not several for result, several in zip(results, rounds, strict=True)),
        cpu_share=system,
        others_share=others,
        stages=stages,
        reasons=reasons,
    )


def _rounds(turns: Sequence[Turn], since: float) -> Sequence[Turn]:
    """One caller's turns from then on, whole rounds of its answers only where there is one: free speech is waited for longer than
    a "yes", and a share of it that depends on where the time ran out would be in every median."""
    counted = [turn for turn in turns if float(str(turn["ended"])) >= since]
    answers = len(turn_words.ANSWERS)
    return counted[: len(counted) // answers * answers or len(counted)]


def _ring(client: Client, callers: int) -> list[str]:
    """Place the calls one after the other; their ids."""
    placed = []
    for number in range(callers):
        callee = f"+1415555{number + 1000:04d}"
        placed.append(client.calls.create(callee, turn_script.NAME, json_data=turn_script.DATA, background=True).call.id)
        time.sleep(_STAGGER_SECONDS)
    return placed


def _hang_up(client: Client, calls: Sequence[str]) -> tuple[str, ...]:
    """End what is in progress; why the others have ended, or that they were not let in yet."""
    others = [call for call in map(client.calls.get, calls) if call.status != "ongoing"]
    reasons = [str(call.disconnection_reason or "waits to be let in") for call in others]
    for call in calls:
        with suppress(Conflict):  # it has ended
            client.calls.hangup(call)
    return tuple(reasons)


def _stages(client: Client, calls: Sequence[str]) -> list[Mapping[str, int]]:
    """The times of every turn by words, as the server serves them."""
    found: list[Mapping[str, int]] = []
    until = time.monotonic() + _SETTLE_SECONDS
    for call in calls:
        found_turns = client.calls.turns(call)
        while found_turns.status == "pending" and time.monotonic() < until:
            time.sleep(0.2)
            found_turns = client.calls.turns(call)
        for turn in found_turns.turns:
            times = {**turn.stages.to_dict(), "gap_ms": turn.gap_ms}
            if turn.by == "words" and all(times[stage] is not None for stage in _STAGES):
                found.append({stage: int(times[stage]) for stage in _STAGES})
    return found


def dump(path: Path, document: object) -> None:
    """Write JSON."""
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
