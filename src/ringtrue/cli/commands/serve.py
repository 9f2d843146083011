"""`ringtrue serve`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from ringtrue.cli.output import Exit, fail, plain_errors
from ringtrue.settings import Settings, check, parse_ports, stt_engine

_D = Settings()


def _option(name: str, variable: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, envvar=f"RINGTRUE_{variable}", help=text, show_envvar=True)
    return option


def _cap(name: str, variable: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        name, envvar=f"RINGTRUE_{variable}", help=f"{text} 0 for no cap; by default none for a trunk on this machine.", min=0
    )
    return option


def serve(
    host: Annotated[str, _option("--host", "HOST", "HTTP address.")] = _D.host,
    port: Annotated[int, _option("--port", "PORT", "HTTP port; 0 picks a free one.")] = _D.port,
    data: Annotated[Path, _option("--data", "DATA", "Everything that lasts.")] = _D.data,
    models: Annotated[Path | None, _option("--models", "MODELS", "Voices and models; default DATA/models.")] = None,
    mirror: Annotated[str | None, _option("--mirror", "MIRROR", "Folder or address that has the voice's files.")] = None,
    database: Annotated[str | None, _option("--database", "DATABASE", "Default: SQLite in the data folder.")] = None,
    sip_host: Annotated[str, _option("--sip-host", "SIP_HOST", "SIP address.")] = _D.sip_host,
    sip_port: Annotated[int, _option("--sip-port", "SIP_PORT", "SIP port (UDP); 0 picks a free one.")] = _D.sip_port,
    sip_public_address: Annotated[
        str | None, _option("--sip-public-address", "SIP_PUBLIC_ADDRESS", "What Via, Contact and SDP name behind NAT.")
    ] = None,
    rtp_ports: Annotated[str, _option("--rtp-ports", "RTP_PORTS", "Media ports LOW-HIGH.")] = "30000-30999",
    trunk: Annotated[
        str | None, _option("--trunk", "TRUNK", "sip:[USER@]HOST[:PORT] (password: RINGTRUE_TRUNK_PASSWORD), or simulated.")
    ] = None,
    trunk_password: Annotated[
        str | None, typer.Option(envvar="RINGTRUE_TRUNK_PASSWORD", hidden=True, help="Set it in the environment.")
    ] = None,
    dial_format: Annotated[str, _option("--dial-format", "DIAL_FORMAT", "+E164, E164, national, 9:national.")] = _D.dial_format,
    allow_sip: Annotated[list[str] | None, _option("--allow-sip", "ALLOW_SIP", "Networks that may call in (repeatable).")] = None,
    number: Annotated[str, _option("--number", "NUMBER", "First number: caller id, and answered by the example.")] = _D.number,
    country: Annotated[str, _option("--country", "COUNTRY", "Home country of number parsing.")] = _D.country,
    allow_country: Annotated[
        list[str] | None,
        _option("--allow-country", "ALLOW_COUNTRY", "Countries that may be called (repeatable); default: --country."),
    ] = None,
    internal_destination: Annotated[
        list[str] | None,
        _option(
            "--internal-destination", "INTERNAL_DESTINATION", "Extensions (2XX) or sip:*@HOST that may be called (repeatable)."
        ),
    ] = None,
    calls_per_minute: Annotated[int | None, _cap("--calls-per-minute", "CALLS_PER_MINUTE", "Most calls a minute.")] = None,
    calls_per_day: Annotated[int | None, _cap("--calls-per-day", "CALLS_PER_DAY", "Most calls within a day.")] = None,
    calls_per_callee: Annotated[int | None, _cap("--calls-per-callee", "CALLS_PER_CALLEE", "Most to one number a day.")] = None,
    public_url: Annotated[str | None, _option("--public-url", "PUBLIC_URL", "Base of links that are handed out.")] = None,
    allow_webhook: Annotated[
        list[str] | None, _option("--allow-webhook", "ALLOW_WEBHOOK", "Private networks that webhooks may reach (repeatable).")
    ] = None,
    allowed_origin: Annotated[
        list[str] | None, _option("--allowed-origin", "ALLOWED_ORIGIN", "Origins of browser clients (repeatable).")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None, _option("--trusted-proxy", "TRUSTED_PROXY", "Whose X-Forwarded-* counts (repeatable).")
    ] = None,
    request_rate: Annotated[
        int, _option("--request-rate", "REQUEST_RATE", "Requests a second of a key, or of an address without one; 0: no limit.")
    ] = _D.request_rate,
    request_burst: Annotated[
        int, _option("--request-burst", "REQUEST_BURST", "How many of them may come at once; 0: no limit.")
    ] = _D.request_burst,
    drain_seconds: Annotated[
        int, typer.Option("--drain-seconds", envvar="RINGTRUE_DRAIN_SECONDS", min=0, help="How long SIGTERM waits for calls.")
    ] = 900,
    log: Annotated[str, _option("--log", "LOG", "text or json.")] = "text",
    tts: Annotated[str, _option("--tts", "TTS", "piper, or tones for a voice without a model.")] = "piper",
    stt: Annotated[str, _option("--stt", "STT", "whisper, tones for tests without a model, or none: keys only.")] = _D.stt,
    stt_model: Annotated[
        str,
        _option("--stt-model", "STT_MODEL", "base, tiny.en for small machines, or a folder with a Whisper model of CTranslate2."),
    ] = _D.stt_model,
    stt_device: Annotated[str, _option("--stt-device", "STT_DEVICE", "cpu, or cuda.")] = _D.stt_device,
    message_price: Annotated[
        str, _option("--message-price", "MESSAGE_PRICE", "Price of an answer in a chat.")
    ] = _D.message_price,
    minute_price: Annotated[
        str, _option("--minute-price", "MINUTE_PRICE", "Price of a minute of conversation.")
    ] = _D.minute_price,
    simulated_persona: Annotated[str, typer.Option(envvar="RINGTRUE_SIMULATED_PERSONA", hidden=True)] = "",
    sip_t1_ms: Annotated[int, typer.Option(envvar="RINGTRUE_SIP_T1_MS", hidden=True)] = _D.sip_t1_ms,
    end_with_stdin: Annotated[bool, typer.Option("--end-with-stdin", hidden=True)] = False,
) -> None:
    """Serve the API, place and answer calls, until SIGTERM or Ctrl-C."""
    if log not in ("text", "json"):
        fail(f"--log takes text or json, not {log!r}.", Exit.USAGE)
    if tts not in ("piper", "tones"):
        fail(f"--tts takes piper or tones, not {tts!r}.", Exit.USAGE)
    from ringtrue.bootstrap.dialling import parse_internal  # late: other commands need none of it

    with plain_errors():
        settings = Settings(
            host=host,
            port=port,
            data=data,
            models=models,
            mirror=mirror,
            database=database,
            sip_host=sip_host,
            sip_port=sip_port,
            sip_public_address=sip_public_address,
            rtp_ports=parse_ports(rtp_ports),
            trunk=trunk,
            trunk_password=trunk_password,
            dial_format=dial_format,
            allow_sip=tuple(allow_sip or ()),
            number=number,
            country=country,
            allow_country=tuple(allow_country or ()),
            internal_destination=parse_internal(internal_destination or ()),
            calls_per_minute=calls_per_minute,
            calls_per_day=calls_per_day,
            calls_per_callee=calls_per_callee,
            public_url=public_url,
            allow_webhook=tuple(allow_webhook or ()),
            allowed_origin=tuple(allowed_origin or ()),
            trusted_proxy=tuple(trusted_proxy or ()),
            request_rate=request_rate,
            request_burst=request_burst,
            drain=timedelta(seconds=drain_seconds),
            log="json" if log == "json" else "text",
            tts="tones" if tts == "tones" else "piper",
            stt=stt_engine(stt),
            stt_model=stt_model,
            stt_device=stt_device,
            simulated_persona=simulated_persona,
            message_price=message_price,
            minute_price=minute_price,
            sip_t1_ms=sip_t1_ms,
        )
        check(settings)
        from ringtrue.processes import serve as serve_processes  # late: other commands need none of it

        if end_with_stdin:
            threading.Thread(target=_end_with_stdin, daemon=True).start()
        raise typer.Exit(serve_processes(settings))


def _end_with_stdin() -> None:
    """Whoever started the server is gone, killed perhaps: nobody waits for its calls any more, so two signals end it at once."""
    sys.stdin.buffer.read()
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.2)
