"""`python -m ringtrue.testing.callee`: a simulated callee in a process of its own.

Prints `ready sip:HOST:PORT`, then one JSON object per event. With `--end-with-stdin` it ends when its standard input does;
lines that it reads are keys to press for the persona `me`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
from pathlib import Path

import uvloop

from ringtrue import logs
from ringtrue.clock import SystemClock
from ringtrue.errors import RingtrueError
from ringtrue.settings import parse_ports
from ringtrue.testing.callee.ears import DEFAULT_MODEL
from ringtrue.testing.callee.persona import Persona, persona_of, shipped_personas
from ringtrue.testing.callee.phone import Phone, PhoneConfig


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ringtrue.testing.callee", description="A simulated callee.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="SIP port; 0 takes a free one")
    parser.add_argument("--rtp-ports", default="40000-40999")
    parser.add_argument(
        "--persona",
        default="patient",
        help="what it does: patient, keys=1,2,1, busy, hangup=3; or FILE.yaml; or one that comes with the program: "
        + ", ".join(shipped_personas()),
    )
    parser.add_argument("--models", type=Path, default=Path("data/models"), help="where recognisers and voices are")
    parser.add_argument("--ears", default=DEFAULT_MODEL, help="the recogniser of personas that speak")
    parser.add_argument("--answer-after", type=float, default=1.0, help="seconds of ringing")
    parser.add_argument("--pause", type=float, default=1.2, help="seconds of silence after which a prompt is over")
    parser.add_argument("--seed", type=int, default=0, help="varies its timing")
    parser.add_argument("--seed-by-number", action="store_true", help="take the seed from the number's last four digits")
    parser.add_argument(
        "--for",
        nargs=2,
        action="append",
        default=[],
        metavar=("NUMBER", "PERSONA"),
        dest="by_number",
        help="who answers a number",
    )
    parser.add_argument("--record", type=Path, help="folder for what it heard and sent")
    parser.add_argument("--play", action="store_true", help="let a player of this machine sound what is heard")
    parser.add_argument("--end-with-stdin", action="store_true")
    return parser.parse_args()


def _say(message: dict[str, object]) -> None:
    print(json.dumps(message), flush=True)


def _read_stdin(loop: asyncio.AbstractEventLoop, phone: Phone) -> None:
    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(phone.typed.put_nowait, line.strip())
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()


async def _run(options: argparse.Namespace) -> None:
    def persona(text: str) -> Persona:
        return persona_of(text, answer_after=options.answer_after, pause=options.pause, seed=options.seed)

    config = PhoneConfig(
        persona=persona(options.persona),
        by_number={number: persona(text) for number, text in options.by_number},
        seed_by_number=options.seed_by_number,
        host=options.host,
        port=options.port,
        rtp_ports=parse_ports(options.rtp_ports),
        record=options.record,
        play=options.play,
        models_dir=options.models,
        ears_model=options.ears,
    )
    phone = Phone(config, clock=SystemClock(), say=_say)
    await phone.start()
    if options.end_with_stdin:
        _read_stdin(asyncio.get_running_loop(), phone)
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"ready sip:{host}:{phone.port}", flush=True)
    await phone.run()


def main() -> int:
    """Run until interrupted."""
    logs.configure("text")
    try:
        uvloop.run(_run(_arguments()))
    except KeyboardInterrupt:
        return 0
    except (RingtrueError, ValueError) as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
