"""What is done to a clause whatever engine made it."""

from __future__ import annotations

import numpy as np

from ringtrue.speech.engine import Clause, without_lead


def clause(*pieces: tuple[int, int]) -> Clause:
    """Levels and how many samples each lasts; its words are the second piece and the third."""
    pcm = np.concatenate([np.full(count, level, dtype=np.int16) for level, count in pieces])
    return Clause(pcm=pcm, bounds=((380, 500), (500, 700)), timing="measured")


def test_a_reply_begins_just_before_its_first_sound() -> None:
    """5 ms before; the words move with it and none begins before the sound."""
    cut = without_lead(clause((3, 400), (900, 300)), 8000)

    assert len(cut.pcm) == 340
    assert cut.pcm.tolist() == [3] * 40 + [900] * 300
    assert cut.bounds == ((20, 140), (140, 340))
    assert cut.timing == "measured"


def test_what_begins_at_once_or_never_stays() -> None:
    """Nothing is cut from it."""
    for whole in (clause((-900, 700)), clause((5, 700)), clause((5, 0))):
        assert np.array_equal(without_lead(whole, 8000).pcm, whole.pcm)
        assert without_lead(whole, 8000).bounds == whole.bounds
