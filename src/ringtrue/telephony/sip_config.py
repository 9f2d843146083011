"""What the SIP carrier is told: where it listens, who it calls through, and which address it names."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from datetime import timedelta

_WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - compared, never bound
_SOMEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # documentation addresses: nothing is sent there


@dataclass(frozen=True, kw_only=True, slots=True)
class Trunk:
    """Where calls go out."""

    host: str
    port: int = 5060
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SipConfig:
    """What the carrier needs to know; `public_address` is what Via, Contact and SDP name."""

    host: str
    port: int
    rtp_ports: tuple[int, int]
    public_address: str | None = None
    trunk: Trunk | None = None
    dial_format: str = "+E164"
    home_country: str = "US"
    allow: tuple[str, ...] = ()
    t1_ms: int = 500
    no_audio: timedelta = timedelta(seconds=10)
    audio_lost: timedelta = timedelta(seconds=30)


def advertised_address(config: SipConfig) -> str:
    """What Via, Contact and the session description name: as configured, else the bound address.

    Bound to every address, it is the one from which this machine would send to the trunk or the world: 0.0.0.0 in a
    description means hold (RFC 2543).
    """
    if config.public_address is not None or config.host not in _WILDCARDS:
        return config.public_address or config.host
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    target = config.trunk.host if config.trunk is not None else _SOMEWHERE[family]
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((target, 9))  # Sends nothing: the kernel chooses the way and with it the address.
        except OSError:
            return "::1" if family == socket.AF_INET6 else "127.0.0.1"
        return str(probe.getsockname()[0])


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
