"""`ringtrue demo`: a server, a simulated patient and one true call between them, from one command."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from ringtrue.cli import output, voice
from ringtrue.cli.demo_processes import DemoServer, Engines, Patient, ended_in_order
from ringtrue.cli.live import watch_call
from ringtrue.cli.me import Person
from ringtrue.cli.output import fail, plain_errors
from ringtrue.client import Client
from ringtrue.client.models.calls import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.speech.catalogue import DEFAULT_RECOGNIZER

_PATIENT_NUMBER = "+14155550123"
_DATA = {
    "first_name": "Anna",
    "doctor": "Doctor Lee",
    "appointment": "2027-03-04T10:30",
    "offers": ["2027-03-05T09:00", "2027-03-08T14:15"],
}
_CALL, _RECORDING, _HEARD, _SENT = "call.json", "recording.wav", "peer-heard.wav", "peer-sent.wav"
_WELL = (Disposition.AGENT_HANGUP, Disposition.USER_HANGUP)


def demo(
    out: Annotated[Path, typer.Option("--out", help="Where call.json and recording.wav go.")] = Path("demo-out"),
    me: Annotated[bool, typer.Option("--me", help="Be the patient yourself: what you type is said or pressed.")] = False,
    models: Annotated[Path, typer.Option("--models", envvar="RINGTRUE_MODELS", help="Voices and models.")] = Path("data/models"),
    tts: Annotated[str, typer.Option("--tts", envvar="RINGTRUE_TTS", hidden=True)] = "piper",
    stt: Annotated[str | None, typer.Option("--stt", envvar="RINGTRUE_STT", hidden=True)] = None,
    stt_model: Annotated[
        str, typer.Option("--stt-model", envvar="RINGTRUE_STT_MODEL", help="base, or tiny.en for small machines.")
    ] = DEFAULT_RECOGNIZER,
    as_json: Annotated[bool, typer.Option("--json", help="Print only the call's JSON.")] = False,
) -> None:
    """Place one call over SIP on this machine and show its record."""
    with plain_errors(), ended_in_order():
        _prepare(out)
        engines = Engines(tts=tts, stt=stt or ("whisper" if tts == "piper" else "none"), stt_model=stt_model)
        for name in engines.models:
            voice.ensure(name, models)
        with tempfile.TemporaryDirectory(prefix="ringtrue-demo-") as folder:
            record = _run(Path(folder), out, models, engines, me=me, quiet=as_json)
    output.document(record.to_dict())
    if not as_json:
        _say_where(out)
    _judge(record, is_scripted=not me)


def _prepare(out: Path) -> None:
    """Have the folder, without what an earlier demo left in it. Ends the command when it cannot be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (_CALL, _RECORDING, _HEARD, _SENT):
            (out / name).unlink(missing_ok=True)
        (out / _CALL).touch()
        (out / _CALL).unlink()
    except OSError as exc:
        fail(f"{out} cannot be written ({(exc.strerror or 'refused').lower()}): choose another with --out.")


def _run(folder: Path, out: Path, models: Path, engines: Engines, *, me: bool, quiet: bool) -> Call:
    persona, ears = "me" if me else engines.patient, ["--models", str(models), "--ears", engines.stt_model]
    with Patient(persona, folder / "peer", is_heard=me, options=ears) as patient:
        if not quiet:
            who = "you are" if me else "a simulated patient is"
            output.say(f"Starting a server; {who} at the other end of its trunk.")
        server = DemoServer(folder / "data", models, trunk=patient.uri, engines=engines)
        with server, Client(server.url, server.key) as client:
            placed = client.calls.create(_PATIENT_NUMBER, "appointment", json_data=_DATA)
            with Person(patient, speaks=engines.stt != "none") if me else nullcontext():
                record = watch_call(client, placed.call.id, quiet=quiet)
            (out / _CALL).write_text(json.dumps(record.to_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            if record.recording_url is not None:
                client.calls.download_recording(record.id, out / _RECORDING)
        for side, name in (("heard", _HEARD), ("sent", _SENT)):
            source = folder / "peer" / f"call-1-{side}.wav"
            if source.exists():
                shutil.copyfile(source, out / name)
    return record


def _say_where(out: Path) -> None:
    output.say(f"The record is in {out / _CALL}.")
    if (out / _RECORDING).exists():
        output.say(f"Listen to {out / _RECORDING}: the patient on the left, the agent on the right.")
    if (out / _HEARD).exists():
        output.say(f"What the patient's own phone heard and sent is in {out / _HEARD} and {out / _SENT}.")


def _judge(record: Call, *, is_scripted: bool) -> None:
    """End with a failure unless the call went as it should: a person may do as they like, the simulated patient succeeds."""
    reason = record.disconnection_reason
    if record.status != "ended" or reason not in _WELL + ((Disposition.INACTIVITY,) if not is_scripted else ()):
        fail(f"The call did not come to its end: {reason}.")
    if record.recording is None or record.recording.status != "ready":
        fail(f"There is no recording: it is {record.recording.status if record.recording is not None else 'unknown'}.")
    analysis = record.call_analysis
    if analysis is None or analysis.status != "complete":
        fail("The call was not analysed.")
    if is_scripted and not analysis.call_successful:
        fail("The call ended without success.")
