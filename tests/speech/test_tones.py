"""The voice without a model."""

from __future__ import annotations

import numpy as np

from ringtrue.speech.tones import Tones


def test_it_says_the_same_every_time() -> None:
    """Same text, same samples."""
    assert np.array_equal(Tones().render("Same again.", 8000).pcm, Tones().render("Same again.", 8000).pcm)


def test_between_words_it_is_silent() -> None:
    """Nothing sounds outside the words' bounds, and something within each."""
    clause = Tones().render("Three words here.", 8000)

    within = np.zeros(len(clause.pcm), dtype=bool)
    for start, end in clause.bounds:
        within[start:end] = True
        assert np.abs(clause.pcm[start:end]).max() > 4000
    assert not clause.pcm[~within].any()


def test_it_lasts_as_long_at_any_rate() -> None:
    """Twice the rate, twice the samples."""
    assert len(Tones().render("How long?", 16000).pcm) == 2 * len(Tones().render("How long?", 8000).pcm)
