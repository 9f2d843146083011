"""Where words sounded, about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ringtrue.speech.placing import place

Runs = list[tuple[int, int]]


def spans(words: list[str], runs: Runs) -> list[tuple[str, int, int]]:
    """The words with their places."""
    return [(word.text, int(word.start), int(word.end)) for word in place(words, runs)]


def test_words_share_the_voice_by_their_length() -> None:
    """Twice the letters, twice the time."""
    assert spans(["ab", "abcd"], [(100, 400)]) == [("ab", 100, 200), ("abcd", 200, 400)]


def test_no_word_begins_or_ends_in_a_pause() -> None:
    """The pause lies between the words, not in their spans."""
    assert spans(["one", "two"], [(0, 100), (500, 600)]) == [("one", 0, 100), ("two", 500, 600)]


def test_a_word_may_span_a_pause() -> None:
    """It begins and ends in voice all the same."""
    assert spans(["word"], [(0, 100), (500, 600)]) == [("word", 0, 600)]


def test_no_words_and_no_voice_have_no_places() -> None:
    """Nothing to place, or nowhere."""
    assert spans([], [(0, 100)]) == []
    assert spans(["word"], []) == []
    assert spans(["word"], [(50, 50)]) == []


@given(
    st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(1, 400), st.integers(1, 9000)), min_size=1, max_size=5),
)
def test_words_are_in_order_and_within_the_voice(words: list[str], shape: list[tuple[int, int]]) -> None:
    """For any words and pauses: none begins before the one before it, and both ends lie in voice."""
    runs: Runs = []
    at = 0
    for pause, length in shape:
        runs.append((at + pause, at + pause + length))
        at += pause + length

    placed = spans(words, runs)

    assert [word for word, _, _ in placed] == words
    starts = [start for _, start, _ in placed]
    assert starts == sorted(starts)
    for _, start, end in placed:
        assert start < end
        assert any(first <= start < last for first, last in runs)
        assert any(first < end <= last for first, last in runs)
