"""RFC 4733 telephone events: keys in and out of an RTP stream."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

EVENTS = "0123456789*#ABCD"
_PAYLOAD = struct.Struct("!BBH")
_END = 0x80
_VOLUME = 10  # -10 dBm0, as phones send (RFC 4733 section 2.3.3: 0 to -63)
_LONGEST = 0xFFFF  # of one segment; a longer press goes on in another (RFC 4733 section 2.5.1.3)
_TONE_BLOCKS = 5  # 100 ms: twice the least that Q.24 wants receivers to accept
_END_REPEATS = 3  # at the pace of the updates, so that one lost block does not take them all (section 2.5.1.4)
_KEY_BLOCKS = 8  # 60 ms of pause behind the tone
_REMEMBERED = 32  # timestamps of keys: late packets of earlier keys are no new keys


class DigitReceiver:
    """Tells keys from event packets: one key per event timestamp, whichever of its packets arrive, in whatever order."""

    def __init__(self) -> None:
        self._seen: deque[int] = deque(maxlen=_REMEMBERED)
        self._pressed: int | None = None

    def take(self, payload: bytes, timestamp: int) -> str | None:
        """The key that the packet is the first of, or None."""
        if len(payload) < _PAYLOAD.size:
            return None
        event, flags, _duration = _PAYLOAD.unpack_from(payload)
        if event >= len(EVENTS) or timestamp in self._seen:
            if flags & _END and self._seen and timestamp == self._seen[-1]:
                self._pressed = None
            return None
        is_next_segment = event == self._pressed and timestamp == (self._seen[-1] + _LONGEST) & 0xFFFFFFFF
        self._seen.append(timestamp)
        self._pressed = None if flags & _END else event
        return None if is_next_segment else EVENTS[event]


@dataclass(frozen=True, slots=True)
class EventPacket:
    """What one block sends of a key."""

    timestamp: int
    marker: bool
    payload: bytes


class DigitSender:
    """Keys to send, as the event packet of each block."""

    def __init__(self) -> None:
        self._waiting: deque[int] = deque()
        self._blocks = 0
        self._start = 0
        self._duration = 0

    def add(self, digits: Sequence[str]) -> None:
        """Queue keys; unknown characters are passed over."""
        self._waiting.extend(EVENTS.index(digit.upper()) for digit in digits if digit and digit.upper() in EVENTS)

    def clear(self) -> None:
        """Forget what waits and what is being sent."""
        self._waiting.clear()
        self._blocks = 0

    @property
    def is_pending(self) -> bool:
        """Whether a key is being sent or waits."""
        return bool(self._waiting)

    def block(self, timestamp: int, block_samples: int) -> EventPacket | None:
        """The packet of this block; None when no key is being sent or in the pause behind one."""
        if not self._waiting:
            return None
        event, self._blocks = self._waiting[0], self._blocks + 1
        if self._blocks == 1:
            self._start = timestamp
        if self._blocks <= _TONE_BLOCKS:
            self._duration = min(_LONGEST, ((timestamp - self._start) & 0xFFFFFFFF) + block_samples)
        if self._blocks >= _KEY_BLOCKS:
            self._waiting.popleft()
            self._blocks = 0
            return None
        if self._blocks >= _TONE_BLOCKS + _END_REPEATS:
            return None
        end = _END if self._blocks >= _TONE_BLOCKS else 0
        payload = _PAYLOAD.pack(event, _VOLUME | end, self._duration)
        return EventPacket(self._start, self._blocks == 1, payload)
