"""What the carrier is told: which address the far end gets to know, and that the password stays inside."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from ringtrue.telephony import sip_config
from ringtrue.telephony.sip_config import SipConfig, Trunk, advertised_address, is_loopback


def config(host: str, **parts: Any) -> SipConfig:
    """A configuration bound to that address."""
    return SipConfig(host=host, port=5060, rtp_ports=(30000, 30999), **parts)


class Probe:
    """A socket whose kernel would send from 192.0.2.44, or knows no way."""

    def __init__(self, asked: list[Any], *, has_way: bool) -> None:
        self._asked = asked
        self._has_way = has_way

    def __call__(self, family: int, kind: int) -> Probe:
        self._asked.append((family, kind))
        return self

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._asked.append("closed")

    def connect(self, address: tuple[str, int]) -> None:
        self._asked.append(address[0])
        if not self._has_way:
            raise OSError("Network is unreachable")

    def getsockname(self) -> tuple[str, int]:
        return ("192.0.2.44", 40000)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the kernel was asked, on a machine that has a way out."""
    asked: list[Any] = []
    monkeypatch.setattr(sip_config.socket, "socket", Probe(asked, has_way=True))
    return asked


def test_the_public_address_is_named_as_configured(asked: list[Any]) -> None:
    """It wins over everything, behind NAT there is no other way to know it."""
    assert advertised_address(config("0.0.0.0", public_address="198.51.100.7")) == "198.51.100.7"
    assert asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1", "::1"])
def test_the_bound_address_is_named(asked: list[Any], host: str) -> None:
    """Bound to one address, that is the one."""
    assert advertised_address(config(host)) == host
    assert asked == []


def test_bound_to_every_address_the_way_to_the_trunk_decides(asked: list[Any]) -> None:
    """0.0.0.0 in a description would mean hold, so it is the address that the trunk sees."""
    assert advertised_address(config("0.0.0.0", trunk=Trunk(host="203.0.113.1"))) == "192.0.2.44"
    assert asked == [(socket.AF_INET, socket.SOCK_DGRAM), "203.0.113.1", "closed"]


@pytest.mark.parametrize(("host", "somewhere"), [("0.0.0.0", "192.0.2.1"), ("::", "2001:db8::1")])
def test_without_a_trunk_the_way_to_the_world_decides(asked: list[Any], host: str, somewhere: str) -> None:
    """A documentation address stands for the world: nothing is sent there."""
    advertised_address(config(host))

    assert asked[1] == somewhere


@pytest.mark.parametrize(("host", "loopback"), [("0.0.0.0", "127.0.0.1"), ("::", "::1")])
def test_without_a_way_out_it_is_the_loopback(monkeypatch: pytest.MonkeyPatch, host: str, loopback: str) -> None:
    """A machine without a network still talks with itself."""
    monkeypatch.setattr(sip_config.socket, "socket", Probe([], has_way=False))

    assert advertised_address(config(host)) == loopback


@pytest.mark.parametrize(
    ("host", "is_it"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("example.com", False),
    ],
)
def test_what_only_this_machine_reaches(host: str, is_it: bool) -> None:
    """Bound to such an address everybody who can send may call in."""
    assert is_loopback(host) is is_it


def test_the_password_never_shows() -> None:
    """Not in a repr, so not in a log or traceback."""
    trunk = Trunk(host="203.0.113.1", user="alice", password="hunter2")

    assert "hunter2" not in repr(config("127.0.0.1", trunk=trunk))


def test_what_goes_without_saying() -> None:
    """The defaults of the command-line contract: E.164 with plus, home country US, nobody on the list, port 5060."""
    plain = config("127.0.0.1", trunk=Trunk(host="203.0.113.1"))

    assert (plain.dial_format, plain.home_country, plain.allow, plain.t1_ms) == ("+E164", "US", (), 500)
    assert plain.trunk is not None
    assert (plain.trunk.port, plain.trunk.user) == (5060, None)
