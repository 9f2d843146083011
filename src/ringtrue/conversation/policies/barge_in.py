"""Barge-in: who has the floor when the party speaks into the agent's words.

The party's voice silences the agent after 250 ms: what waits is kept, not dropped. A voice that stops within a second was
perhaps a sign of listening ("uh-huh", "okay"): when it stays quiet for 600 ms, or its words are known to be no more than that,
the agent goes on where it was, a word that was cut short said again whole. A voice that lasts longer has the floor, and what
waited is dropped; so has one whose words are more than a sign, once its turn is over. What was too long for a sign of listening
has most likely words: these are waited for, so that the agent does not begin again only to be cut.

A short sound in the middle of what the agent says is never an answer: the question is still to come, recognisers make a "no" of
many an "uh-huh", and an answer that nobody gave is worse than one that must be said again. It stands for a sign, if nothing
follows within those 600 ms ("yes ... I will be there"), unless its words are such as people stop each other with ("wait",
"sorry"): these take the floor, and the agent asks anew. Three words and more that
answer in full are an answer, however quickly they were said. So are fewer near the end of the question, if the
recogniser is sure of them; what was perhaps a "no" is asked for again soon after the question (`policies.silence`).

250 ms: speech of others than the addressee and coughs are mostly shorter; with the 100 ms after which a voice is known it
leaves the decision within 300 ms. Signs of listening last 200 to 500 ms (Ward and Tsukahara 2000,
doi:10.1016/S0378-2166(99)00109-5), and a gate hears up to 200 ms more of them. 600 ms: most
pauses within a turn are shorter than 500 (`policies.end_of_turn`), and a voice that came back is known 100 later. 1200 ms: words
are known 350 to 450 after the voice, and up to 750 were seen where the party's own recogniser ran on the same machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HUSH_MS = 250
FLOOR_MS = 1000
GO_ON_MS = 600
WORDS_MS = 1200
WAIT_MS = 5000  # the most that unheard words wait: whoever talks on is spoken to all the same
CROSSED_MS = 500  # of voice: an ear tells of it within 150 ms, so what is older did not cross our first sample
OPENING_MS = 2000  # greetings cross: nobody who says "hello" into the first words wants to interrupt them
SHORT_MS = 600  # of voice: the longest sign of listening, as a gate hears it
NEAR_END_MS = 1500  # of what the agent still has to say: by then its question can be guessed, and people answer it
UNSURE = 0.5  # of the recogniser: its mean for answers of one word is 0.65, for sounds that are none 0.45

_SIGNS = frozenset(
    ("uh-huh", "uhhuh", "uh", "huh", "mm-hmm", "mmhmm", "mhm", "mm", "hmm", "hm", "mmm", "mm-mm", "aha", "ah", "oh")
) | frozenset(("okay", "ok", "right", "alright", "i", "see", "sure", "got", "it", "c", "ic"))  # recognisers spell "I see"
_SIGN_PHRASES = frozenset(("all right", "that's all right", "that is all right"))  # "alright", as recognisers write it
_STOPPERS = frozenset(
    ("wait", "stop", "hold", "hang", "excuse", "sorry", "pardon", "hello", "what", "who", "why", "where", "how")
) | frozenset(("listen", "look", "but", "actually", "help", "repeat", "please"))
_DENIALS = frozenset(("no", "nope", "nah"))
SOME_DENIAL = "yes/no"  # in place of one that must not be written down
_WORD = re.compile(r"[a-z'-]+")
_MOST_SIGNS = 4
LEAST_WORDS = 3

Move = Literal["hush", "go_on", "cut"]
Meaning = Literal["sign", "short", "early", "stop", "answer"]
"""short: too little to be an answer, if nothing follows; early: that, or an answer to a question not asked in full."""


def is_backchannel(text: str) -> bool:
    """Whether these words only say that the party listens."""
    words = _WORD.findall(text.casefold())
    are_signs = 0 < len(words) <= _MOST_SIGNS and all(word in _SIGNS for word in words)
    return are_signs or " ".join(words) in _SIGN_PHRASES


def is_denial(text: str) -> bool:
    """Whether these words are "no" and nothing else."""
    words = _WORD.findall(text.casefold())
    is_masked = bool(text) and all(word == SOME_DENIAL for word in text.split())
    return is_masked or (len(words) > 0 and all(word in _DENIALS for word in words))


def stops(text: str) -> bool:
    """Whether these words begin as people stop each other."""
    words = _WORD.findall(text.casefold())
    return bool(words) and words[0] in _STOPPERS


def meaning(text: str, *, confidence: float, is_whole: bool, voiced_ms: int, longest_ms: int, left_ms: int | None) -> Meaning:
    """What words that were said into the agent's mean. `left_ms` is what it still has to say, None where that is not known yet,
    which is more than a little; `voiced_ms` is how long their voice lasted in all, `longest_ms` without a pause: two short
    sounds are no long one."""
    if not text or is_backchannel(text):
        return "sign"
    is_near_end = left_ms is not None and left_ms <= NEAR_END_MS
    says_enough = is_near_end or len(text.split()) >= LEAST_WORDS
    lasts = longest_ms > SHORT_MS or voiced_ms >= FLOOR_MS
    if lasts or (is_whole and confidence >= UNSURE and says_enough):
        return "answer"
    if stops(text) and confidence >= UNSURE:
        return "stop"
    return "early" if is_near_end and is_denial(text) else "short"


@dataclass(kw_only=True, slots=True)
class BargeIn:
    """Where one overlap stands. Voice in samples; `ms` makes samples of milliseconds."""

    hushed_at: int | None = None

    def move(
        self,
        *,
        voiced: int,
        quiet: int | None,
        words: Meaning | None,
        is_voice_open: bool,
        at: int,
        ms: int,
        may_interrupt: bool,
        has_begun: bool,
    ) -> Move | None:
        """What to do now that the agent has words left and the party's voice has lasted `voiced` samples in all.

        `quiet` is how long it has paused, None while it is on; `words`: what its words mean, None until they are known.
        """
        is_voice_on = quiet is None
        if self.hushed_at is None:
            # Words that nobody has heard yet wait for whoever is still speaking.
            if is_voice_on and (not has_begun or (may_interrupt and voiced >= HUSH_MS * ms)):
                self.hushed_at = at
                return "hush"
            return None
        if may_interrupt and has_begun:
            is_sign = words == "sign" or (
                words not in ("stop", "answer")
                and quiet is not None
                and quiet >= (WORDS_MS if words is None and voiced > SHORT_MS * ms else GO_ON_MS) * ms
            )
            return self._decide(voiced >= FLOOR_MS * ms, is_sign)
        if not is_voice_open or at - self.hushed_at >= WAIT_MS * ms:
            self.hushed_at = None
            return "go_on"
        return None

    def _decide(self, is_long: bool, is_sign: bool) -> Move | None:
        if not is_long and not is_sign:
            return None
        self.hushed_at = None
        return "cut" if is_long else "go_on"
