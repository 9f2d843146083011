"""Both sides at once, as the caller's own tapes have it: how soon the agent yields to a voice, and that nothing else stops it.

    make bench-overlaps        # 100 calls for each of three callers

Each call is a simulation's: real SIP and RTP, a long question, a caller that speaks into it at a word its seed draws (barge_in),
only sends back its echo, or only says that it listens. Printed, not asserted.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from overlap_meter import Kept, read

HERE = Path(__file__).parent
_SOON_MS = 500


def main() -> int:
    """Place the calls, measure, print."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="ringtrue-overlaps-") as folder:
        keep = options.keep or Path(folder)
        if not options.read_only:
            _simulate(keep, options)
        found = {name: _calls(keep / name) for name in ("barge_in", "echo_only", "backchannels")}
    report = {name: _summary(name, calls) for name, calls in found.items()}
    if options.as_json:
        print(json.dumps(report, indent=2))
        return 0
    for name, summary in report.items():
        print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in summary.items()))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--model", default="base", help="recogniser")
    parser.add_argument("--models", default="data/models", help="folder of voices and recognisers")
    parser.add_argument("--keep", type=Path, help="folder that keeps every call")
    parser.add_argument("--read-only", action="store_true", help="measure what --keep has of an earlier run")
    parser.add_argument("--json", action="store_true", dest="as_json")
    return parser.parse_args()


def _simulate(keep: Path, options: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "ringtrue", "simulate", str(HERE / "overlaps" / "project.yaml")]
    command += ["--personas", str(HERE / "overlaps" / "personas"), "--keep", str(keep), "--models", options.models]
    command += ["--runs", str(options.runs), "--seed", str(options.seed), "--parallel", str(options.parallel)]
    command += ["--stt-model", options.model, "--min-right", "0", "--max-wrong", "1000000", "--json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as simulation:
        try:
            simulation.wait()
        except KeyboardInterrupt:  # it got the terminal's too, and ends in order: with what it has so far
            simulation.send_signal(signal.SIGINT)
            simulation.wait()


def _calls(folder: Path) -> list[Kept]:
    return [read(path.parent) for path in sorted(folder.glob("*/callee-heard.wav"))]


def _summary(name: str, calls: Sequence[Kept]) -> dict[str, object]:
    common: dict[str, object] = {
        "calls": len(calls),
        "agent cut by other than an answer": sum(call.cuts > 0 for call in calls),
        "words not sent in the transcript": sum(call.unsent_words for call in calls),
    }
    if name != "barge_in":
        return common
    overlaps = [overlap for call in calls for overlap in call.overlaps("barge_in")]
    delays = sorted(one.ended - one.began for one in overlaps if one.ended is not None)
    soon = sum(delay <= _SOON_MS for delay in delays)
    middle = delays[len(delays) // 2] if delays else None
    late = delays[int(len(delays) * 0.95)] if delays else None
    return {
        **common,
        "barge-ins": len(overlaps),
        f"silent within {_SOON_MS} ms": soon,
        "p50 ms": middle,
        "p95 ms": late,
    }


if __name__ == "__main__":
    sys.exit(main())
