"""Everything the operator can set, as values. Read by the command line and the bootstrap only."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from ringtrue.errors import SetupError

SIMULATED = "simulated"
SttEngine = Literal["whisper", "tones", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The options of `ringtrue serve`, checked. Ports of 0 mean a free one."""

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path("data")
    models: Path | None = None
    mirror: str | None = None
    database: str | None = None
    sip_host: str = "127.0.0.1"
    sip_port: int = 5060
    sip_public_address: str | None = None
    rtp_ports: tuple[int, int] = (30000, 30999)
    trunk: str | None = None
    trunk_password: str | None = None
    dial_format: str = "+E164"
    allow_sip: tuple[str, ...] = ()
    number: str = "+14155550100"
    country: str = "US"
    public_url: str | None = None
    allow_webhook: tuple[str, ...] = ()
    allowed_origin: tuple[str, ...] = ()
    trusted_proxy: tuple[str, ...] = ()
    drain: timedelta = timedelta(seconds=900)
    log: Literal["text", "json"] = "text"
    tts: Literal["piper", "tones"] = "piper"
    stt: SttEngine = "whisper"
    stt_model: str = "base"
    stt_device: str = "cpu"
    max_calls: int = 200
    sip_t1_ms: int = 500  # RFC 3261 section 17.1.1.1
    no_audio: timedelta = timedelta(seconds=10)
    audio_lost: timedelta = timedelta(seconds=30)
    simulated_persona: str = ""

    @property
    def models_dir(self) -> Path:
        """Where voices and models are kept."""
        return self.models or self.data / "models"

    @property
    def has_own_recognizer(self) -> bool:
        """Whether the model is a folder of the operator's and not a name of the catalogue."""
        return "/" in self.stt_model


def parse_ports(text: str) -> tuple[int, int]:
    """LOW-HIGH as two ports. Raises SetupError."""
    match = re.fullmatch(r"(\d{1,5})-(\d{1,5})", text.strip())
    if match is None or not 1024 <= int(match[1]) < int(match[2]) <= 65535:
        raise SetupError(f"--rtp-ports takes LOW-HIGH between 1024 and 65535, not {text!r}.", exit_code=2)
    return int(match[1]), int(match[2])


def stt_engine(text: str) -> SttEngine:
    """The engine of that name. Raises SetupError."""
    match text:
        case "whisper" | "tones" | "none":
            return text
    raise SetupError(f"--stt takes whisper, tones or none, not {text!r}.", exit_code=2)


def check(settings: Settings) -> Settings:
    """The settings, when they can work together. Raises SetupError with the remedy."""
    if settings.database is not None:
        raise SetupError("--database takes no other database yet: leave it out to use SQLite in the data folder.", exit_code=2)
    for name, value in (("--port", settings.port), ("--sip-port", settings.sip_port)):
        if not 0 <= value <= 65535:
            raise SetupError(f"{name} takes a port between 0 and 65535, not {value}.", exit_code=2)
    for name, networks in (("--allow-sip", settings.allow_sip), ("--allow-webhook", settings.allow_webhook)):
        for network in networks:
            try:
                ipaddress.ip_network(network)
            except ValueError as exc:
                raise SetupError(f"{name} takes a network such as 192.0.2.0/24, not {network!r}.", exit_code=2) from exc
    if re.fullmatch(r"(\d*:)?(\+E164|E164|national)", settings.dial_format) is None:
        raise SetupError(
            f"--dial-format takes +E164, E164 or national, with an optional prefix such as 9:national, "
            f"not {settings.dial_format!r}.",
            exit_code=2,
        )
    if re.fullmatch(r"[A-Z]{2}", settings.country) is None:
        raise SetupError(f"--country takes two capital letters such as US, not {settings.country!r}.", exit_code=2)
    trunk = settings.trunk
    if trunk is not None and trunk != SIMULATED and re.fullmatch(r"sip:([^@\s]+@)?[^@\s:]+(:\d{1,5})?", trunk) is None:
        raise SetupError(f"--trunk takes sip:[USER@]HOST[:PORT] or simulated, not {trunk!r}.", exit_code=2)
    return settings
