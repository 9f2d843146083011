"""End of turn: how long the party must be quiet before what it said counts as all it wants to say.

Pauses within a turn are mostly shorter than 500 ms but reach 1 s where people look something up or search for a word;
pauses between speakers have their median near 200 ms (Stivers et al. 2009, doi:10.1073/pnas.0903616106). So a complete
answer is taken at once, free words after the pauses of speech, and what people read off or spell after those of reading. Whoever
stops at "um" or "and" has more to say: after "um" half the pauses are longer than a second (Clark and Fox Tree 2002,
doi:10.1016/S0010-0277(02)00017-3).
"""

from __future__ import annotations

import re
from typing import Literal

from ringtrue.conversation.policies.barge_in import is_backchannel

Kind = Literal["yes_no", "choice", "digits", "date", "time", "number", "text"]

WHOLE_MS = 300
FREE_MS = 700
READING_MS = 1200
HESITATING_MS = 2000
NO_WORDS_MS = 2500  # a recogniser that says nothing for this long after a pause will say nothing more of it

_READ_OFF: frozenset[Kind] = frozenset(("digits", "number"))


_HESITATION = re.compile(
    r"\b(?:u+m+|u+h+|e+r+m*|h+m+|well|and|but|or|so|because|let me (?:see|think|check))[\s.,…-]*$", re.IGNORECASE
)


def hesitates(text: str) -> bool:
    """Whether these words end as those of somebody who has more to say."""
    return _HESITATION.search(text) is not None and not is_backchannel(text)


def patience_ms(kind: Kind | None, text: str, *, is_whole: bool) -> int:
    """The silence after which the turn is over. `kind` is what was asked for, None where nothing was."""
    if is_whole:
        return WHOLE_MS
    if hesitates(text):
        return HESITATING_MS
    return READING_MS if kind in _READ_OFF else FREE_MS
