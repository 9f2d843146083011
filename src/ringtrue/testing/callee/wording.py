"""How a text is said: pauses written into it as `[0.6]`, and the fillers, pauses and repeats of somebody who hesitates."""

from __future__ import annotations

import re
from random import Random

from ringtrue.testing.callee.traits import Hesitation

_PAUSE = re.compile(r"\[\s*([^\]]*?)\s*\]")
_SECONDS = re.compile(r"\d{1,2}(\.\d+)?")

Piece = str | float


def pieces(text: str) -> tuple[Piece, ...]:
    """The text's parts in order: words to be said, and seconds of silence. Raises ValueError for another thing in brackets."""
    found: list[Piece] = []
    for number, part in enumerate(_PAUSE.split(text)):
        if number % 2 == 0:
            if part.strip():
                found.append(" ".join(part.split()))
        elif _SECONDS.fullmatch(part):
            found.append(float(part))
        else:
            raise ValueError(part)
    return tuple(found)


def spoken_words(text: str) -> str:
    """The text without its pauses."""
    return " ".join(piece for piece in pieces(text) if isinstance(piece, str))


def hesitant(text: str, manner: Hesitation, random: Random) -> str:
    """The text as somebody who hesitates says it: a filler and a pause before it or within it, perhaps a word twice."""
    if random.random() >= manner.share:
        return text
    words = text.split()
    at = random.randrange(len(words)) if len(words) > 2 else 0
    while at and (words[at].startswith("[") or words[at - 1].startswith("[")):
        at -= 1  # next to a pause there is no need of another
    repeated = [f"{words[at].rstrip(',.!?')},"] if random.random() < manner.repeat and words[at][0].isalpha() else []
    before = " ".join(words[:at])
    filler = random.choice(manner.fillers)
    pause = f"[{random.uniform(manner.pause.low, manner.pause.high):.2f}]"
    return " ".join(part for part in (before, filler, pause, *repeated, *words[at:]) if part)
