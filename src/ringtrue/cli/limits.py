"""Every limit that holds on this machine, each read from where it is kept. Those that an option sets are as `ringtrue serve`
would have them, started from here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ringtrue.agents.scripted.model import Limits
from ringtrue.api import buckets, envelope, fields, guard, links, placing, sockets
from ringtrue.api.routes import socket
from ringtrue.calls import once
from ringtrue.domain import deadlines
from ringtrue.errors import SetupError
from ringtrue.settings import Settings, parse_ports

_D = Settings()


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """What is limited, to how much of which unit, and how it is set: by an option, in a project's file, or not at all."""

    name: str
    value: float
    unit: str
    set_by: str | None = None

    @property
    def says(self) -> str:
        """For people."""
        if self.value == 0:
            return "no limit"
        return f"{int(self.value)} {self.unit}"


def limits() -> Iterator[Limit]:
    """All of them. A variable that `serve` would refuse counts as not set: `serve` says what is wrong with it."""
    yield from _requests()
    yield from _connections()
    yield from _contents()
    yield from _calls()


def _requests() -> Iterator[Limit]:
    rate, burst = _number("RINGTRUE_REQUEST_RATE", _D.request_rate), _number("RINGTRUE_REQUEST_BURST", _D.request_burst)
    is_on = rate > 0 and burst > 0
    yield Limit(name="Requests in the long run", value=rate * is_on, unit="a second", set_by="--request-rate")
    yield Limit(name="Requests at once", value=burst * is_on, unit="for each key or address", set_by="--request-burst")
    yield Limit(name="Keys and addresses remembered", value=buckets.MOST_BUCKETS, unit="of each")


def _connections() -> Iterator[Limit]:
    yield Limit(name="Connections", value=guard.MOST_CONNECTIONS, unit="at once")
    yield Limit(name="Head of a request", value=guard.MOST_HEAD_BYTES, unit="bytes")
    yield Limit(name="Time for a head", value=guard.HEAD_SECONDS, unit="seconds")
    yield Limit(name="Time for a body", value=guard.BODY_SECONDS, unit="seconds")
    yield Limit(name="Pace of a body, at least", value=guard.LEAST_BODY_BYTES, unit=f"bytes in {guard.BODY_STRETCH_SECONDS:g} s")
    yield Limit(name="Frame of a WebSocket", value=sockets.MOST_BYTES, unit="bytes")
    yield Limit(name="WebSockets", value=socket.MOST_OPEN, unit="at once")
    yield Limit(name="WebSockets of a thread", value=socket.MOST_OF_THREAD, unit="at once")
    yield Limit(name="Time for an answer to be read", value=guard.READ_SECONDS, unit="seconds without a byte read")


def _contents() -> Iterator[Limit]:
    yield Limit(name="Body of a request", value=envelope.MOST_BYTES, unit="bytes")
    yield Limit(name="Depth of JSON", value=envelope.MOST_DEPTH, unit="levels")
    yield Limit(name="json_data", value=placing.MOST_DATA_BYTES, unit="bytes")
    yield Limit(name="metadata", value=placing.MOST_METADATA_BYTES, unit="bytes")
    yield Limit(name="Entries of a page", value=fields.MOST_OF_A_PAGE, unit="at most")
    yield Limit(name="Idempotency keys kept", value=once.KEPT.total_seconds(), unit="seconds")
    yield Limit(name="Life of a recording link, at least", value=links.LEAST.total_seconds(), unit="seconds")


def _calls() -> Iterator[Limit]:
    yield Limit(name="Calls at once", value=_ports().most_calls, unit="calls", set_by="--rtp-ports")
    project = Limits()
    yield Limit(name="Ringing", value=project.ring.total_seconds(), unit="seconds", set_by="limits.ring of the project")
    yield Limit(
        name="Length of a call", value=project.total.total_seconds(), unit="seconds", set_by="limits.total of the project"
    )
    yield Limit(name="Lateness of a scheduled call", value=deadlines.SCHEDULE_GRACE.total_seconds(), unit="seconds")
    yield Limit(
        name="Wait for calls at shutdown",
        value=_number("RINGTRUE_DRAIN_SECONDS", int(_D.drain.total_seconds())),
        unit="seconds",
        set_by="--drain-seconds",
    )


def _ports() -> Settings:
    with suppress(SetupError):
        return Settings(rtp_ports=parse_ports(os.environ.get("RINGTRUE_RTP_PORTS", "")))
    return _D


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable, "")
    return int(text) if text.isdecimal() else default
