"""End of turn: how long the party must be quiet before what it said counts as all it wants to say.

Pauses within a turn are mostly shorter than 500 ms but reach 1 s where people look something up or search for a word;
pauses between speakers have their median near 200 ms (Stivers et al. 2009, doi:10.1073/pnas.0903616106). So a complete
answer is taken soon, free words after the pauses of speech, and what people read off or spell after those of reading.
Soon is not at once: "yes, no wait, no" has pauses of up to 480 ms before what takes the answer back (bench/speech.py, where
300 ms took 14 of 156 spoken answers for another one, and 500 ms 4).
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["yes_no", "choice", "digits", "date", "time", "number", "text"]

WHOLE_MS = 500
FREE_MS = 700
READING_MS = 1200
NO_WORDS_MS = 2500  # a recogniser that says nothing for this long after a pause will say nothing more of it

_READ_OFF: frozenset[Kind] = frozenset(("digits", "number"))


def patience_ms(kind: Kind | None, *, is_whole: bool) -> int:
    """The silence after which the turn is over. `kind` is what was asked for, None where nothing was."""
    if is_whole:
        return WHOLE_MS
    return READING_MS if kind in _READ_OFF else FREE_MS
