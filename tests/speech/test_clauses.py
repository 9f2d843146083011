"""Where a text is cut for a voice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.speech.clauses import split


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", []),
        ("  Yes. ", ["Yes."]),
        ("Hello, Anna. You have an appointment.", ["Hello, Anna.", "You have an appointment."]),
        ("You have an appointment with us on Monday.", ["You have an appointment", "with us on Monday."]),
        ("Am I speaking with Dr. Lee of the Bright Clinic?", ["Am I speaking with", "Dr. Lee of the Bright Clinic?"]),
        ("Good day. Ask for Dr. Lee at ten a.m. on Monday.", ["Good day.", "Ask for Dr. Lee at ten a.m. on Monday."]),
        ("Mr. Lee, here is the clinic you called.", ["Mr. Lee,", "here is the clinic you called."]),
        ("Pneumonoultramicroscopicsilicovolcanoconiosis it is.", ["Pneumonoultramicroscopicsilicovolcanoconiosis", "it is."]),
    ],
)
def test_a_text_is_cut_where_a_speaker_would(text: str, clauses: list[str]) -> None:
    """A short first clause at a break where there is one, then sentences; no sentence ends behind a title."""
    assert split(text) == clauses


def test_a_long_sentence_is_cut_at_its_commas() -> None:
    """Each piece is at most 120 characters."""
    sentence = "We open at eight, " + "we close at noon, " * 20 + "and that is all."

    assert max(len(clause) for clause in split(sentence)) <= 120


def test_a_text_without_any_break_is_cut_all_the_same() -> None:
    """Nobody waits for a page to be rendered in one go."""
    assert max(len(clause) for clause in split("word " * 1000)) <= 240


@given(st.text(alphabet=st.sampled_from("ab.,?! \n\t\u00a0\u2028\x1c"), max_size=400))
def test_no_word_is_lost_or_divided(text: str) -> None:
    """The clauses' words are the text's, in order."""
    assert [word for clause in split(text) for word in clause.split()] == text.split()
