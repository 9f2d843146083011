"""Measure the media path and print what was found; nothing is asserted.

    python bench/media.py [--quick] [--calls 20,200] [--seconds 20] [--models FOLDER]

Packet gaps are those that the far ends saw, by the kernel's stamps. The machine's other work is in them: compare within one
run, not between runs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LOADS = {"quiet": None, "1 MiB bodies": "bodies", "commit storm": "commits", "voice at full load": "voice"}
_START_SECONDS = 60


class Child:
    """A process that is spoken to in lines of JSON, by our own Python or another, on every core or on one."""

    def __init__(self, script: str, *arguments: object, python: str = sys.executable, core: int | None = None) -> None:
        pin = [] if core is None else ["taskset", "-c", str(core)]
        command = [*pin, python, str(HERE / script), *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, value: object) -> None:
        """One line in."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def hear(self) -> object:
        """One line out. Raises RuntimeError when the process ended instead."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended with {self.process.wait()}")
        return json.loads(line)

    def end(self) -> list[object]:
        """Close its input, wait for it, and return what it still said."""
        out, _ = self.process.communicate(timeout=_START_SECONDS)
        return [json.loads(line) for line in out.splitlines()]


@dataclass(frozen=True)
class Found:
    """One measurement."""

    gaps: dict[str, float]
    cpu_share: float
    clock_p99_ms: float


def measure(kind: str, calls: int, seconds: float) -> Found:
    """The near ends of that kind against as many phones."""
    far, near = Child("far_ends.py", calls), Child("near_ends.py", kind, calls)
    phones, ports = far.hear(), near.hear()
    near.tell(phones)
    far.tell({"ports": ports, "seconds": seconds})
    gaps = far.hear()
    near.tell("stop")
    used = near.hear()
    far.end()
    near.end()
    assert isinstance(gaps, dict)
    assert isinstance(used, dict)
    return Found(gaps=gaps, cpu_share=used["cpu_share"], clock_p99_ms=used["clock_p99_ms"])


@contextmanager
def beside(load: str | None) -> Iterator[list[str]]:
    """That load runs; what it did stands in the list afterwards."""
    did: list[str] = []
    if load is None:
        yield did
        return
    child = Child("loads.py", load)
    try:
        child.hear()
        yield did
        did += [str(said["did"]) for said in child.end() if isinstance(said, dict)]
    finally:
        child.process.kill()


def show(name: str, found: Found, quiet: Found | None) -> None:
    """One row."""
    gaps = found.gaps
    against = f"{gaps['p99_9_ms'] / quiet.gaps['p99_9_ms']:.2f}" if quiet is not None else "1.00"
    row = [
        f"{name:<20}",
        *(f"{gaps[key]:>8.2f}" for key in ("p50_ms", "p99_ms", "p99_9_ms", "worst_ms")),
        f"{against:>8}",
        *(f"{int(gaps[key]):>7}" for key in ("over_40_ms", "lost", "deaf", "packets")),
        f"{found.clock_p99_ms:>8.2f}",
        f"{found.cpu_share * 100:>7.1f}",
    ]
    print(" ".join(row), flush=True)


def run(calls: int, seconds: float) -> None:
    """Every load with that many calls, and the echo."""
    print(f"\n{calls} calls, {seconds:g} s each; gaps in ms as the far ends saw them")
    print(
        f"{'beside':<20} {'p50':>8} {'p99':>8} {'p99.9':>8} {'worst':>8} {'x quiet':>8} {'>40 ms':>7} {'lost':>7} "
        f"{'deaf':>7} {'packets':>7} {'clock99':>8} {'cpu %':>7}"
    )
    quiet: Found | None = None
    for name, load in LOADS.items():
        with beside(load) as did:
            found = measure("streams", calls, seconds)
        show(name, found, quiet)
        for line in did:
            print(f"{'':<20} {line}")
        quiet = quiet or found
    assert quiet is not None
    bare, echo = measure("unrecorded", calls, seconds), measure("echo", calls, seconds)
    print("CPU per call in % of a core, and as often a plain uvloop echo of the same packets:")
    for name, found in (("with recording", quiet), ("without", bare), ("echo", echo)):
        print(f"  {name:<16} {found.cpu_share / calls * 100:.3f} {found.cpu_share / echo.cpu_share:.2f} x")


def signalling(count: int) -> None:
    """Set-ups a second, and how late calls due at one instant ring."""
    far = Child("far_sip.py", "answer")
    done = Child("near_sip.py", "set_ups", far.hear(), count).hear()
    far.end()
    assert isinstance(done, dict)
    print(f"\nSet-ups: {done['per_second']:.0f}/s, {done['failed']} of {count} failed, {done['cpu_ms']:.1f} ms of CPU each")

    far = Child("far_sip.py", "busy")
    told = Child("near_sip.py", "due", far.hear(), 100).hear()
    (rang,) = far.end()
    assert isinstance(told, dict)
    assert isinstance(rang, list)
    late = sorted((at - told["instant"]) * 1000 for at in rang)
    middle, last = (f"{late[int(len(late) * share)]:.0f}" if late else "none" for share in (0.5, 0.99))
    print(
        f"100 calls due in the same second: {len(late)} rang, earliest {late[0] if late else 0:.0f} ms after the instant, "
        f"p50 {middle} ms, p99 {last} ms"
    )


def main() -> None:
    """All of it."""
    options = argparse.ArgumentParser(description="Measure the media path; see the module.")
    options.add_argument("--quick", action="store_true", help="under three minutes")
    options.add_argument("--calls", default="20,200", help="how many calls, by commas")
    options.add_argument("--seconds", type=float, help="per measurement (20; 8 with --quick)")
    options.add_argument("--models", help="folder of the voices; without a voice there the load is made of tones")
    chosen = options.parse_args()
    if chosen.models:
        os.environ["RINGTRUE_MODELS"] = chosen.models
    seconds = chosen.seconds or (8.0 if chosen.quick else 20.0)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    for calls in map(int, chosen.calls.split(",")):
        run(calls, seconds)
    signalling(300 if chosen.quick else 2000)


if __name__ == "__main__":
    main()
