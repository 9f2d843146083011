"""Where received audio belongs on the caller channel.

The first packet is anchored where it arrived; from then on the RTP timestamp says where each packet lies, however late or
out of order it comes. The anchor is laid anew on another SSRC or after a jump of the timestamp, and, only where the sender
was silent, when its clock has drifted from ours: within speech nothing is ever moved.

Drift is told from jitter by its floor: the network only ever delays, so the least delay of the last packets moves with the
clocks alone. A sender whose timestamps stand still while it is silent (it should let them run, RFC 3550 section 5.1) shows
as one delay too long for any jitter at the beginning of its next talk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ringtrue.telephony.rtp.packet import RtpPacket, difference

_DRIFT_SAMPLES = 320  # 40 ms at 8 kHz
_STOOD_STILL_SAMPLES = 1600  # 200 ms: beyond what a phone's jitter buffer bridges
_LATEST_SAMPLES = 8000 * 5  # no network holds a packet back for 5 s: the sender's timeline is another
_EARLIEST_SAMPLES = 8000  # audio cannot come before it was spoken; a second allows for an anchor that came late
_WINDOW_PACKETS = 50  # 1 s
_REMEMBERED = 64  # sequence numbers, for duplicates: more than any reordering seen within a second
_RESTARTED = -1000  # a sequence number that far back is a new count


def _is_plausible(delay: int) -> bool:
    return -_EARLIEST_SAMPLES <= delay <= _LATEST_SAMPLES


class Placement:
    """Positions of the packets of one received stream."""

    def __init__(self) -> None:
        self._ssrc: int | None = None
        self._anchor_timestamp = 0
        self._anchor_position = 0
        self._newest_sequence = 0
        self._newest_timestamp = 0
        self._seen: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)
        self._delays: deque[int] = deque(maxlen=_WINDOW_PACKETS)

    def place(self, packet: RtpPacket, *, arrived: int, samples: int, is_silent: Callable[[], bool]) -> int | None:
        """The position of the packet's first sample; None for a duplicate. `arrived` is where the clock stood."""
        natural = max(0, arrived - samples)
        if packet.ssrc != self._ssrc:
            self._ssrc = packet.ssrc
            self._seen.clear()
            self._begin(packet, natural)
        key = (packet.sequence, packet.timestamp)
        behind = difference(packet.sequence, self._newest_sequence, 16)
        if behind <= 0 and key in self._seen:
            return None
        self._seen.append(key)
        position = self._position(packet.timestamp)
        if behind >= 0 or behind < _RESTARTED:
            position = self._follow(packet, natural, position, is_silent=is_silent)
        # A late packet may be of a timeline that was left.
        return position if position >= 0 and _is_plausible(natural - position) else None

    def position_of(self, packet: RtpPacket, *, arrived: int) -> int:
        """Where an event packet lies, without laying an anchor."""
        if packet.ssrc != self._ssrc:
            return arrived
        position = self._position(packet.timestamp)
        return position if position >= 0 and _is_plausible(arrived - position) else arrived

    def _follow(self, packet: RtpPacket, natural: int, position: int, *, is_silent: Callable[[], bool]) -> int:
        """Take the newest packet in, lay the anchor anew where that must be, and return where the packet lies."""
        delay = natural - position
        went_back = difference(packet.timestamp, self._newest_timestamp, 32) < 0
        if went_back or not _is_plausible(delay):
            return self._begin(packet, natural)
        if packet.marker and delay >= _STOOD_STILL_SAMPLES:
            return self._begin(packet, natural)
        self._newest_sequence, self._newest_timestamp = packet.sequence, packet.timestamp
        self._delays.append(delay)
        if abs(delay) < _DRIFT_SAMPLES or len(self._delays) < _WINDOW_PACKETS:
            return position
        drift = min(self._delays)
        if abs(drift) >= _DRIFT_SAMPLES and is_silent():
            return self._begin(packet, position + drift)
        return position

    def _begin(self, packet: RtpPacket, position: int) -> int:
        self._anchor_timestamp, self._anchor_position = packet.timestamp, position
        self._newest_sequence, self._newest_timestamp = packet.sequence, packet.timestamp
        self._delays.clear()
        return position

    def _position(self, timestamp: int) -> int:
        return self._anchor_position + difference(timestamp, self._anchor_timestamp, 32)
