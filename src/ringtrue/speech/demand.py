"""How many parties can be heard before answers come a quarter later than to one: from what was measured of them. Pure.

Theory. What waits for a decoder that is busy for a share `b` of the time waits b / (2 (1 - b)) decodes in the mean (M/D/1), so
the wait it may cost bounds `b`, and what a party asks of it bounds their number. So do the cores, which voice, media and decoder
share: a machine that is a third slower is that for all of them, so the others' work is counted in decodes. Who speaks asks for a
decode every six seconds or so; who presses keys asks for none: the longer parties are heard, the less is assumed and the more is
known.
"""

from __future__ import annotations

import math

_ASSUMED_PER_SECOND = 0.17  # a turn every eight seconds, a third of them decoded twice (`make bench-turn`)
_ASSUMED_FOR_SECONDS = 60.0  # how long a party must be heard for what it asks to count as much as what is assumed
_HALF_LIFE_SECONDS = 60.0
_VOICE_SECONDS, _IDLE_SHARE = 0.05, 0.003  # looking at the voice of one utterance, and at a line on which nobody speaks
_MOST_WAIT_SECONDS = 0.12  # in the mean: a quarter of a turn, which takes half a second with nobody else
# Seconds of a core that voice, media and looking take in a second of a party, in decodes: 7 % where a decode takes 0.24 s, by the
# processes' times with six parties on one core. Of a core that is used more everything waits.
_OTHERS, _MOST_USED = 0.29, 0.75
_DECODE_SECONDS = 0.45  # of one utterance by `base` on the reference machine, until some were measured
_SMOOTHING = 0.2
_QUICK_SECONDS = 1.0  # with decodes no longer than this two may speak at once, and neither falls behind


class Demand:
    """What the parties of one decoder on so many cores ask of it. Times are monotonic seconds."""

    def __init__(self, now: float, *, cores: int) -> None:
        self._cores = cores
        self._at = now
        self._heard_seconds = 0.0
        self._decodes = 0.0
        self.decode_seconds = _DECODE_SECONDS

    def passed(self, now: float, *, parties: int) -> None:
        """Until now so many were heard."""
        seconds, self._at = now - self._at, now
        kept = math.exp2(-seconds / _HALF_LIFE_SECONDS)
        self._heard_seconds = self._heard_seconds * kept + seconds * parties
        self._decodes *= kept

    def measured(self, seconds: float) -> None:
        """A decode of nobody took so long, with nothing beside it."""
        self.decode_seconds = seconds

    def decoded(self, seconds: float) -> None:
        """A decode took so long."""
        self._decodes += 1
        self.decode_seconds += _SMOOTHING * (seconds - self.decode_seconds)

    def room(self) -> int:
        """How many parties may be heard at once."""
        assumed = _ASSUMED_PER_SECOND * _ASSUMED_FOR_SECONDS
        per_second = (assumed + self._decodes) / (_ASSUMED_FOR_SECONDS + self._heard_seconds)
        most_busy = 2 * _MOST_WAIT_SECONDS / (self.decode_seconds + 2 * _MOST_WAIT_SECONDS)
        least = 2 if self.decode_seconds <= _QUICK_SECONDS else 1
        by_decoder = most_busy / ((self.decode_seconds + _VOICE_SECONDS) * per_second + _IDLE_SHARE)
        by_cores = self._cores * _MOST_USED / (self.decode_seconds * (per_second + _OTHERS))
        return max(least, int(min(by_decoder, by_cores)))
