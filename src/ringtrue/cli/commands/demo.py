"""`ringtrue demo`: a server, a simulated patient and one true call between them, from one command."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from ringtrue.cli import output
from ringtrue.cli.demo_processes import DemoServer, Patient
from ringtrue.cli.live import watch_call
from ringtrue.cli.me import Person
from ringtrue.cli.output import Exit, fail, plain_errors
from ringtrue.client import RingtrueClient
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.speech.fetch import ensure_voice

_PATIENT_NUMBER = "+14155550123"
_DATA = {
    "first_name": "Anna",
    "doctor": "Doctor Lee",
    "appointment": "2027-03-04T10:30",
    "offers": ["2027-03-05T09:00", "2027-03-08T14:15"],
}


def demo(
    out: Annotated[Path, typer.Option("--out", help="Where call.json and recording.wav go.")] = Path("demo-out"),
    me: Annotated[bool, typer.Option("--me", help="Be the patient yourself: the keys you type go out as digits.")] = False,
    models: Annotated[Path, typer.Option("--models", envvar="RINGTRUE_MODELS", help="Voices and models.")] = Path("data/models"),
    tts: Annotated[str, typer.Option("--tts", envvar="RINGTRUE_TTS", hidden=True)] = "piper",
    as_json: Annotated[bool, typer.Option("--json", help="Print only the call's JSON.")] = False,
) -> None:
    """Place one call over SIP on this machine and show its record."""
    with plain_errors():
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            fail(f"{out} cannot be written ({(exc.strerror or 'refused').lower()}): choose another with --out.")
        if tts == "piper":
            ensure_voice(DEFAULT_VOICE, models, say=_say)
        with tempfile.TemporaryDirectory(prefix="ringtrue-demo-") as folder:
            record = _run(Path(folder), out, models, tts, me=me, quiet=as_json)
    output.document(record)
    if not as_json:
        _say_where(out)
    if record["status"] != "ended" or record["recording"]["status"] != "ready":
        fail(f"The call ended as {record['status']}: {record['disconnection_reason']}.", Exit.FAILED)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


def _run(folder: Path, out: Path, models: Path, tts: str, *, me: bool, quiet: bool) -> dict[str, Any]:
    persona = "me" if me else "patient"
    with Patient(persona, folder / "peer") as patient:
        if not quiet:
            output.console.print("[dim]Starting the server; a simulated patient waits at the other end.[/dim]")
        server = DemoServer(folder / "data", models, trunk=patient.uri, tts=tts)
        with server, RingtrueClient(server.url, server.key) as client:
            placed = client.place_call(_PATIENT_NUMBER, "appointment", json_data=_DATA)
            with Person(patient) if me else nullcontext():
                record = watch_call(client, placed["call"]["id"], quiet=quiet)
            (out / "call.json").write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")
            if record["recording_url"]:
                client.download(record["id"], out / "recording.wav")
        for side in ("heard", "sent"):
            source = folder / "peer" / f"call-1-{side}.wav"
            if source.exists():
                shutil.copyfile(source, out / f"peer-{side}.wav")
    return record


def _say_where(out: Path) -> None:
    output.console.print(f"The record is in {out / 'call.json'}.", highlight=False)
    output.console.print(
        f"Listen to {out / 'recording.wav'}: the patient on the left, the agent on the right. "
        f"What the patient's own phone heard and sent is in peer-heard.wav and peer-sent.wav.",
        highlight=False,
    )
