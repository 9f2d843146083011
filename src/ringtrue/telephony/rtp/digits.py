"""RFC 4733 telephone events: keys in and out of an RTP stream."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Sequence

EVENTS = "0123456789*#ABCD"
_PAYLOAD = struct.Struct("!BBH")
_END = 0x80
_VOLUME = 10  # -10 dBm0, as phones send (RFC 4733 section 2.3.3: 0 to -63)
_TONE_BLOCKS = 5  # 100 ms: twice the least that Q.24 wants receivers to accept
_GAP_BLOCKS = 3  # 60 ms
_END_REPEATS = 3  # RFC 4733 section 2.5.1.4


class DigitReceiver:
    """Tells keys from event packets: one key per event timestamp, whichever of its packets arrive."""

    def __init__(self) -> None:
        self._last: int | None = None

    def take(self, payload: bytes, timestamp: int) -> str | None:
        """The key that the packet is the first of, or None."""
        if len(payload) < _PAYLOAD.size:
            return None
        event = payload[0]
        if timestamp == self._last or event >= len(EVENTS):
            return None
        self._last = timestamp
        return EVENTS[event]


class DigitSender:
    """Keys to send, as the payload of each block's packet."""

    def __init__(self) -> None:
        self._waiting: deque[int] = deque()
        self._blocks = 0
        self._start = 0

    def add(self, digits: Sequence[str]) -> None:
        """Queue keys; unknown characters are passed over."""
        self._waiting.extend(EVENTS.index(digit.upper()) for digit in digits if digit and digit.upper() in EVENTS)

    @property
    def is_pending(self) -> bool:
        """Whether a key is being sent or waits."""
        return bool(self._waiting)

    def block(self, timestamp: int, block_samples: int) -> tuple[int, bool, list[bytes]] | None:
        """The packets of this block: event timestamp, marker, payloads. None when no key is being sent."""
        if not self._waiting:
            return None
        if self._blocks == 0:
            self._start = timestamp
        event, self._blocks = self._waiting[0], self._blocks + 1
        duration = min(0xFFFF, ((timestamp - self._start) & 0xFFFFFFFF) + block_samples)
        if self._blocks < _TONE_BLOCKS:
            return self._start, self._blocks == 1, [_PAYLOAD.pack(event, _VOLUME, duration)]
        if self._blocks == _TONE_BLOCKS:
            return self._start, False, [_PAYLOAD.pack(event, _VOLUME | _END, duration)] * _END_REPEATS
        if self._blocks >= _TONE_BLOCKS + _GAP_BLOCKS:
            self._waiting.popleft()
            self._blocks = 0
        return self._start, False, []
