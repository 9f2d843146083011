"""Everything the operator can set, as values. Read by the command line and the bootstrap only."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from ringtrue.errors import SetupError

SIMULATED = "simulated"
_LAST_PORT = 65535
_MOST_REQUESTS = "a number of requests from 1, or 0 for no limit"
_Rule = tuple[str, str, Callable[[Any], bool], Sequence[Any]]
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
    request_rate: int = 50  # a second: an organization that polls 50 calls each second asks no more
    request_burst: int = 200  # as much as a page that loads a list and everything on it
    drain: timedelta = timedelta(seconds=900)
    log: Literal["text", "json"] = "text"
    tts: Literal["piper", "tones"] = "piper"
    stt: SttEngine = "whisper"
    stt_model: str = "base"
    stt_device: str = "cpu"
    max_calls: int = 200
    allow_country: tuple[str, ...] = ()
    internal_destination: tuple[str, ...] = ()
    calls_per_minute: int | None = None
    calls_per_day: int | None = None
    calls_per_callee: int | None = None
    sip_t1_ms: int = 500  # RFC 3261 section 17.1.1.1
    no_audio: timedelta = timedelta(seconds=10)
    audio_lost: timedelta = timedelta(seconds=30)
    simulated_persona: str = ""
    message_price: str = "0"  # a decimal as text, so that it is exact on every way
    minute_price: str = "0"

    @property
    def models_dir(self) -> Path:
        """Where voices and models are kept."""
        return self.models or self.data / "models"

    @property
    def rtp_pairs(self) -> int:
        """How many calls the media ports are enough for: each takes an even one, and leaves the odd one above to RTCP."""
        low, high = self.rtp_ports
        return len(range(low + low % 2, high + 1, 2))

    @property
    def most_calls(self) -> int:
        """How many calls there may be at once."""
        return min(self.max_calls, self.rtp_pairs)

    @property
    def has_own_recognizer(self) -> bool:
        """Whether the model is a folder of the operator's and not a name of the catalogue."""
        return "/" in self.stt_model


def parse_ports(text: str) -> tuple[int, int]:
    """LOW-HIGH as two ports. Raises SetupError."""
    match = re.fullmatch(r"(\d{1,5})-(\d{1,5})", text.strip())
    if match is None or not 1024 <= int(match[1]) < int(match[2]) <= _LAST_PORT:
        raise _bad("--rtp-ports", f"LOW-HIGH between 1024 and {_LAST_PORT}", text)
    return int(match[1]), int(match[2])


def stt_engine(text: str) -> SttEngine:
    """The engine of that name. Raises SetupError."""
    match text:
        case "whisper" | "tones" | "none":
            return text
    raise _bad("--stt", "whisper, tones or none", text)


def check(settings: Settings) -> Settings:
    """The settings, when they can work together. Raises SetupError with the remedy."""
    if settings.database is not None:
        raise SetupError("--database takes no other database yet: leave it out to use SQLite in the data folder.", exit_code=2)
    for option, takes, is_good, values in _rules(settings):
        for value in values:
            if value is not None and not is_good(value):
                raise _bad(option, takes, value)
    _check_numbering(settings)
    if settings.trunk is not None and settings.trunk != SIMULATED:
        _check_trunk(settings.trunk)
    return settings


def _rules(settings: Settings) -> list[_Rule]:
    """What each option takes, whether a value is that, and its values."""
    network = "a network such as 192.0.2.0/24"
    return [
        ("--port", f"a port between 0 and {_LAST_PORT}", _is_port, (settings.port,)),
        ("--sip-port", f"a port between 0 and {_LAST_PORT}", _is_port, (settings.sip_port,)),
        ("--request-rate", _MOST_REQUESTS, _is_request_count, (settings.request_rate,)),
        ("--request-burst", _MOST_REQUESTS, _is_request_count, (settings.request_burst,)),
        ("--allow-sip", network, _is_network, settings.allow_sip),
        ("--allow-webhook", network, _is_network, settings.allow_webhook),
        ("--trusted-proxy", network, _is_network, settings.trusted_proxy),
        ("--allowed-origin", "an origin such as https://www.example.com", _is_origin, settings.allowed_origin),
        ("--message-price", "an amount such as 0.02", _is_amount, (settings.message_price,)),
        ("--minute-price", "an amount such as 0.15", _is_amount, (settings.minute_price,)),
        ("--public-url", "an address such as https://calls.example.com", _is_web_address, (settings.public_url,)),
        ("--sip-public-address", "an address or name such as 203.0.113.9", _is_host, (settings.sip_public_address,)),
        (
            "--dial-format",
            "+E164, E164 or national, with an optional prefix such as 9:national",
            lambda text: re.fullmatch(r"([0-9]*:)?(\+E164|E164|national)", text) is not None,
            (settings.dial_format,),
        ),
    ]


def _bad(option: str, takes: str, value: object) -> SetupError:
    return SetupError(f"{option} takes {takes}, not {value!r}.", exit_code=2)


def _check_numbering(settings: Settings) -> None:
    import phonenumbers  # late: the table of all countries is large, and most commands check no numbers

    for option, countries in (("--country", (settings.country,)), ("--allow-country", settings.allow_country)):
        for country in countries:
            if country not in phonenumbers.SUPPORTED_REGIONS:
                raise _bad(option, "the two capital letters of a country, such as US", country)
    number = settings.number
    try:
        is_number = re.fullmatch(r"\+[0-9]+", number) is not None and phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        is_number = False
    if not is_number:
        raise _bad("--number", "a number in E.164 such as +14155550100", number)


def _check_trunk(trunk: str) -> None:
    match = re.fullmatch(r"sip:(?:([^@\s]+)@)?(\[[^\[\]]*\]|[^@\s:\[\]]+)(?::([0-9]{1,5}))?", trunk)
    if match is not None and ":" in (match[1] or ""):
        # Not repeated in the sentence: it is a secret.
        raise SetupError("--trunk takes no password: set RINGTRUE_TRUNK_PASSWORD.", exit_code=2)
    if match is None or not _is_host(match[2].strip("[]")) or not 1 <= int(match[3] or 5060) <= _LAST_PORT:
        raise _bad("--trunk", "sip:[USER@]HOST[:PORT] or simulated", trunk)


def _is_port(number: int) -> bool:
    return 0 <= number <= _LAST_PORT


def _is_request_count(number: int) -> bool:
    return number >= 0


def _is_amount(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text, re.ASCII) is not None


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _is_host(text: str) -> bool:
    """Whether this is an address, or could be a name (RFC 1123 section 2.1, and the underscores that are met)."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        labels = text.removesuffix(".").split(".")
        is_name = all(re.fullmatch(r"[A-Za-z0-9_-]{1,63}", label) for label in labels)
        return is_name and len(text) <= 253 and not labels[-1].isdigit()
    return True


def _is_origin(text: str) -> bool:
    return _is_web_address(text) and text.count("/") == 2


def _is_web_address(text: str) -> bool:
    """Whether this is http or https with a host, and nothing behind its path."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment or parts.username is not None) and re.search(r"\s", text) is None
    return parts.scheme in ("http", "https") and is_plain and port != 0 and _is_host(parts.hostname or "")
