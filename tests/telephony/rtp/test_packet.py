"""RTP packets: what is built is read back, what is none is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.telephony.rtp.packet import RtpPacket, build, difference, parse

PACKET = bytes.fromhex("80 80 0001 00000002 00000003") + b"\x11\x22"


@given(
    payload_type=st.integers(0, 71) | st.integers(77, 127),
    marker=st.booleans(),
    sequence=st.integers(0, 0xFFFF),
    timestamp=st.integers(0, 0xFFFFFFFF),
    ssrc=st.integers(0, 0xFFFFFFFF),
    payload=st.binary(max_size=200),
)
def test_what_is_built_is_read_back(
    payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes
) -> None:
    """Every field of every packet."""
    datagram = build(payload_type, marker=marker, sequence=sequence, timestamp=timestamp, ssrc=ssrc, payload=payload)

    assert parse(datagram) == RtpPacket(payload_type, marker, sequence, timestamp, ssrc, payload)


def test_the_bytes_are_those_of_the_rfc() -> None:
    """Version 2, marker and type, sequence, timestamp, SSRC, payload (RFC 3550 section 5.1)."""
    assert build(0, marker=True, sequence=1, timestamp=2, ssrc=3, payload=b"\x11\x22") == PACKET


def test_counters_wrap() -> None:
    """Beyond their last value they begin again."""
    datagram = build(0, marker=False, sequence=0x10000, timestamp=0x1_0000_0005, ssrc=3, payload=b"")

    assert parse(datagram) == RtpPacket(0, False, 0, 5, 3, b"")


@given(st.binary(max_size=80))
def test_garbage_is_read_or_refused(datagram: bytes) -> None:
    """No datagram raises, and no payload is longer than what came."""
    packet = parse(datagram)

    assert packet is None or len(packet.payload) <= len(datagram) - 12


@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=60))
def test_lying_lengths_are_read_or_refused(first: int, second: int, rest: bytes) -> None:
    """Sources, extensions and padding that do not fit the datagram."""
    packet = parse(bytes([0x80 | first & 0x3F, second]) + rest)

    assert packet is None or len(packet.payload) <= max(0, len(rest) - 10)


@pytest.mark.parametrize("size", range(12))
def test_half_a_header_is_no_packet(size: int) -> None:
    """Twelve bytes are the least."""
    assert parse(PACKET[:size]) is None


@pytest.mark.parametrize("first", [0x00, 0x40, 0xC0])
def test_other_versions_are_refused(first: int) -> None:
    """STUN, ZRTP and the drafts of old begin otherwise."""
    assert parse(bytes([first]) + PACKET[1:]) is None


@pytest.mark.parametrize("kind", range(200, 205))
def test_rtcp_on_the_same_port_is_refused(kind: int) -> None:
    """Reports have types that would be 72 to 76 with a marker (RFC 5761 section 4)."""
    assert parse(bytes([0x80, kind]) + PACKET[2:]) is None


def test_sources_extension_and_padding_are_no_audio() -> None:
    """Only what lies between them is the payload."""
    datagram = (
        bytes([0x80 | 0x20 | 0x10 | 2, 0])
        + PACKET[2:12]
        + bytes(8)  # two contributing sources
        + bytes.fromhex("bede 0001 00000000")  # one word of extension
        + b"audio"
        + b"\0\0\3"
    )

    packet = parse(datagram)

    assert packet is not None
    assert packet.payload == b"audio"


@pytest.mark.parametrize(
    ("later", "earlier", "bits", "wanted"),
    [(1, 0xFFFF, 16, 2), (0xFFFF, 1, 16, -2), (5, 5, 16, 0), (10, 0xFFFFFFF6, 32, 20), (0xFFFFFFF6, 10, 32, -20)],
)
def test_difference_crosses_the_wrap(later: int, earlier: int, bits: int, wanted: int) -> None:
    """The shorter way round tells later from earlier."""
    assert difference(later, earlier, bits) == wanted
