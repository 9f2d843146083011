"""Barge-in: who has the floor when the party speaks into the agent's words.

The party's voice silences the agent after 250 ms: what waits is kept, not dropped. A voice that stops within 600 ms was
perhaps a sign of listening ("uh-huh", "okay"): the agent goes on where it was, and only words that are more than such a
sign interrupt it after all. A voice that lasts longer has the floor, and what waited is dropped.

250 ms: speech of others than the addressee and coughs are mostly shorter; with the 100 ms after which a voice is known it
leaves the decision within 300 ms. 600 ms: signs of listening last 200 to 500 ms (Ward and Tsukahara 2000,
doi:10.1016/S0378-2166(99)00109-5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HUSH_MS = 250
FLOOR_MS = 600
WAIT_MS = 5000  # the most that unheard words wait: whoever talks on is spoken to all the same
CROSSED_MS = 500  # of voice: an ear tells of it within 150 ms, so what is older did not cross our first sample
OPENING_MS = 2000  # greetings cross: nobody who says "hello" into the first words wants to interrupt them

_SIGNS = frozenset(
    ("uh-huh", "uhhuh", "uh", "huh", "mm-hmm", "mmhmm", "mhm", "mm", "hmm", "hm", "mmm", "aha", "ah", "oh")
) | frozenset(("okay", "ok", "right", "alright", "i", "see", "sure", "got", "it"))
_WORD = re.compile(r"[a-z'-]+")
_MOST_SIGNS = 4

Move = Literal["hush", "go_on", "cut"]


def is_backchannel(text: str) -> bool:
    """Whether these words only say that the party listens."""
    words = _WORD.findall(text.casefold())
    return 0 < len(words) <= _MOST_SIGNS and all(word in _SIGNS for word in words)


@dataclass(kw_only=True, slots=True)
class BargeIn:
    """Where one overlap stands. Voice in samples; `ms` makes samples of milliseconds."""

    hushed_at: int | None = None

    def move(
        self,
        *,
        voiced: int,
        is_voice_on: bool,
        is_voice_open: bool,
        at: int,
        ms: int,
        may_interrupt: bool,
        has_begun: bool,
    ) -> Move | None:
        """What to do now that the agent has words left and the party's voice has lasted `voiced` samples in all."""
        if self.hushed_at is None:
            # Words that nobody has heard yet wait for whoever is still speaking.
            if is_voice_on and (not has_begun or (may_interrupt and voiced >= HUSH_MS * ms)):
                self.hushed_at = at
                return "hush"
            return None
        if may_interrupt and has_begun:
            return self._decide(voiced >= FLOOR_MS * ms, is_voice_on)
        if not is_voice_open or at - self.hushed_at >= WAIT_MS * ms:
            self.hushed_at = None
            return "go_on"
        return None

    def _decide(self, is_long: bool, is_voice_on: bool) -> Move | None:
        if is_long or not is_voice_on:
            self.hushed_at = None
        return "cut" if is_long else None if is_voice_on else "go_on"
