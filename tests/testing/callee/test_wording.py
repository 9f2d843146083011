"""Pauses in texts, and people who hesitate."""

from __future__ import annotations

from random import Random

import pytest

from ringtrue.testing.callee.traits import Hesitation, Range
from ringtrue.testing.callee.wording import hesitant, pieces, spoken_words

HESITATION = Hesitation(fillers=("um",), pause=Range(low=0.5, high=0.5), repeat=1.0)


def test_pauses_stand_between_the_pieces() -> None:
    """Seconds of silence, wherever they are written."""
    assert pieces("[1] Yes, [0.6] I will  be there.") == (1.0, "Yes,", 0.6, "I will be there.")


def test_anything_else_in_brackets_is_refused() -> None:
    """It would be read aloud."""
    with pytest.raises(ValueError, match="laughs"):
        pieces("Yes [laughs]")


def test_who_hesitates_says_all_words_in_order_and_something_besides() -> None:
    """A filler, a pause, and a word twice; no word is lost."""
    said = {hesitant("Yes, I will be there.", HESITATION, Random(seed)) for seed in range(40)}

    assert len(said) > 3
    for text in said:
        words = spoken_words(text).replace(",", "").split()
        assert "um" in words
        assert 0.5 in pieces(text)
        rest = iter(words)
        assert all(word in rest for word in ("Yes", "I", "will", "be", "there."))


def test_who_never_hesitates_says_it_as_it_is() -> None:
    """The share is that of the answers."""
    never = Hesitation(fillers=("um",), pause=Range(low=0, high=0), share=0.0)

    assert hesitant("Yes.", never, Random(1)) == "Yes."
