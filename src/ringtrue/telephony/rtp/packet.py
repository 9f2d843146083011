"""RTP packets (RFC 3550 section 5.1): bytes to values and back. Refuses what is none."""

from __future__ import annotations

import struct
from typing import NamedTuple

_HEAD = struct.Struct("!BBHII")
_VERSION = 2
_PLAIN = 0x80  # no padding, extension or contributing sources: what every phone sends


class RtpPacket(NamedTuple):
    """One packet as received. A tuple: one is made for every packet of every call."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def parse(datagram: bytes) -> RtpPacket | None:
    """The packet, or None when the datagram is not RTP version 2 or its lengths do not add up."""
    if len(datagram) < _HEAD.size:
        return None
    first, second, sequence, timestamp, ssrc = _HEAD.unpack_from(datagram)
    if first >> 6 != _VERSION or 72 <= (second & 0x7F) <= 76:  # 72-76: RTCP on the same port (RFC 5761 section 4)
        return None
    if first == _PLAIN:
        return RtpPacket(second & 0x7F, second >= 0x80, sequence, timestamp, ssrc, datagram[12:])
    start = _HEAD.size + 4 * (first & 0x0F)
    if first & 0x10:
        if len(datagram) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    end = len(datagram)
    if first & 0x20:
        end -= datagram[-1]
    if start > end:
        return None
    return RtpPacket(second & 0x7F, bool(second & 0x80), sequence, timestamp, ssrc, datagram[start:end])


def build(payload_type: int, *, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> bytes:
    """The datagram of one packet."""
    head = _HEAD.pack(0x80, payload_type | (0x80 if marker else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    return head + payload


def difference(later: int, earlier: int, bits: int) -> int:
    """How far `later` lies after `earlier` on a counter of that many bits, negative when before."""
    half = 1 << (bits - 1)
    return ((later - earlier + half) & ((1 << bits) - 1)) - half
