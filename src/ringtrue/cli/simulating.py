"""The calls of a simulation: a server and a softphone of their own, and every run placed through the public API."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ringtrue.cli.demo_processes import DemoServer, Engines, Patient
from ringtrue.client import Client, ConnectionFailed
from ringtrue.errors import SetupError
from ringtrue.testing.simulation.result import RunResult, result_of
from ringtrue.testing.simulation.runs import Run

_LOOK_SECONDS = 0.25
_COMPLETE_SECONDS = 15.0
_WHAT = "simulation"

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """What is tried and how. `keep` is the folder for what each run leaves behind."""

    project: str
    yaml: str
    country: str
    data: Mapping[str, Any]
    engines: Engines
    models: Path
    parallel: int
    keep: Path | None


def simulate(setup: Setup, plan: Sequence[Run], done: Callable[[RunResult], None]) -> None:
    """Place every call of the plan and tell each result as it comes. However it ends, it leaves no process behind.

    Raises SetupError, APIError, and KeyboardInterrupt when it is interrupted; what was told by then stands.
    """
    with tempfile.TemporaryDirectory(prefix="ringtrue-simulate-") as temporary:
        folder = Path(temporary)
        tapes = folder / "tapes" if setup.keep is not None else None
        personas = [part for run in plan for part in ("--for", run.number, run.caller.plays)]
        options = ["--seed-by-number", "--models", str(setup.models), *personas]
        phone = Patient("silent", tapes, options=options, what=_WHAT)
        try:
            with phone:
                _serve(folder / "data", phone.uri, setup, plan, done)
        finally:
            if setup.keep is not None and tapes is not None and phone.uri:
                _keep_tapes(setup.keep, plan, tapes, phone.told())


def _serve(data: Path, trunk: str, setup: Setup, plan: Sequence[Run], done: Callable[[RunResult], None]) -> None:
    server = DemoServer(data, setup.models, trunk=trunk, engines=setup.engines, options=["--country", setup.country], what=_WHAT)
    try:
        with server, Client(server.url, server.key) as client:
            client.projects.apply(setup.project, setup.yaml)
            _place_all(client, setup, plan, done)
    except ConnectionFailed as exc:
        raise SetupError(f"The server of the simulation ended before its calls did. {server.last_words}".strip()) from exc


def _place_all(client: Client, setup: Setup, plan: Sequence[Run], done: Callable[[RunResult], None]) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=setup.parallel) as pool:
        calls = [pool.submit(_call, client, setup, run, stop) for run in plan]
        try:
            for call in as_completed(calls):
                done(call.result())
        except BaseException:  # Ctrl-C or a refusal: the pool waits for its threads, so these must end
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class _Stopped(Exception):
    """The simulation ended while the call went on."""


def _call(client: Client, setup: Setup, run: Run, stop: threading.Event) -> RunResult:
    """Place one call and wait for everything that is recorded of it."""
    call_id = client.calls.create(run.number, setup.project, json_data=setup.data).call.id
    _until(lambda: client.calls.get(call_id).is_over, stop)
    _until(lambda: client.calls.get(call_id).is_complete, stop, seconds=_COMPLETE_SECONDS)
    _until(lambda: client.calls.turns(call_id).status != "pending", stop, seconds=_COMPLETE_SECONDS)
    record, turns = client.calls.get(call_id).to_dict(), client.calls.turns(call_id).to_dict()
    if setup.keep is not None:
        _keep_record(folder_of(setup.keep, run), client, record, turns)
    return result_of(run, record, turns["turns"])


def _until(is_so: Callable[[], bool], stop: threading.Event, *, seconds: float | None = None) -> None:
    """Wait until it is so, or for that long. The end of a call needs no bound: the server sees to it."""
    until = None if seconds is None else time.monotonic() + seconds
    while not is_so() and (until is None or time.monotonic() < until):
        if stop.wait(_LOOK_SECONDS):
            raise _Stopped


def folder_of(keep: Path, run: Run) -> Path:
    """Where what is kept of a run lies."""
    return keep / run.caller.name / f"seed-{run.seed}"


def _keep_record(folder: Path, client: Client, record: Document, turns: Document) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # of an earlier simulation
    folder.mkdir(parents=True)
    log = client.calls.turn_log(record["id"]).to_dict()
    for name, document in (("call.json", record), ("turns.json", turns), ("turn-log.json", log)):
        (folder / name).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if record["recording"]["status"] == "ready":
        client.calls.download_recording(record["id"], folder / "recording.wav")


def _keep_tapes(keep: Path, plan: Sequence[Run], tapes: Path, told: Sequence[Document]) -> None:
    """Beside each record what the callee heard and sent, and the events that it told. The callee numbers its calls as they
    come, and says at the first event of each which number was dialled."""
    runs = {run.number: run for run in plan}
    for call, run in [(event["call"], runs[event["dialled"]]) for event in told if event.get("dialled") in runs]:
        folder = folder_of(keep, run)
        if not folder.is_dir():
            continue  # a call that was interrupted has no record
        events = [json.dumps(event, ensure_ascii=False) for event in told if event.get("call") == call]
        (folder / "callee.jsonl").write_text("\n".join(events) + "\n", encoding="utf-8")
        for side in ("heard", "sent"):
            tape = tapes / f"call-{call}-{side}.wav"
            if tape.exists():
                shutil.copyfile(tape, folder / f"callee-{side}.wav")
