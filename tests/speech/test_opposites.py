"""Texts of the opposite meaning that sound nearly alike."""

from __future__ import annotations

import pytest

from ringtrue.speech.opposites import opposites


def texts(text: str) -> set[str]:
    """The other texts."""
    return {one.text for one in opposites(text)}


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("I can make it.", "I can't make it."),
        ("I can't make it.", "I can make it."),
        ("I can’t make it.", "I can make it."),
        ("I will be there.", "I won't be there."),
        ("I'll be there.", "I won't be there."),
        ("I want to be there.", "I won't be there."),
        ("That is correct.", "That isn't correct."),
        ("That's incorrect.", "That's correct."),
        ("And correct.", "Incorrect."),
        ("Can we come?", "Can't we come?"),
        ("I don't think so.", "I do think so."),
        (" No, no.", " Uh-huh."),
        ("no", " Uh-huh."),
    ],
)
def test_what_may_have_been_said_instead(written: str, other: str) -> None:
    """Capitals and spaces fit, so that only the words differ."""
    assert other in texts(written)


@pytest.mark.parametrize(
    "text", ["", "Yes.", "No, thank you.", "Four three two one.", "I cannot come.", "No way.", "Now.", "Willing and cancelled."]
)
def test_most_texts_have_none(text: str) -> None:
    """Nothing in them could be heard so, and words within words are none."""
    assert texts(text) == set()


def test_what_denies_is_believed_sooner() -> None:
    """Recognisers write "can" for "can't", not the other way round."""
    (affirmed,), (denied,) = opposites("I can come."), opposites("I can't come.")

    assert affirmed.by > denied.by


@pytest.mark.parametrize(
    "text", ["I did.", " I would", "It has.", "They are", "I can...", "I will do it.", "I'll be.", "It is so!"]
)
def test_a_bare_statement_must_be_likelier_by_far(text: str) -> None:
    """Nothing in it but the one syllable tells what was meant."""
    assert min(one.by for one in opposites(text)) > max(one.by for one in opposites("I can come and I will be there."))


@pytest.mark.parametrize("text", ["I didn't.", "It isn't.", "I can't."])
def test_a_bare_denial_must_be_likelier_as_well(text: str) -> None:
    """By less than what affirms."""
    (bare,), (denied,) = opposites(text), opposites("I can't come.")

    assert bare.by > denied.by


@pytest.mark.parametrize(
    "text", ["Yes, I did.", "I can come.", "I did it yesterday.", "I'll be there.", "I will.", "I do.", "I won't."]
)
def test_what_says_more_is_no_bare_statement(text: str) -> None:
    """A yes before it or words behind it tell."""
    assert all(one.by < 5 for one in opposites(text))


def test_there_are_few_at_most() -> None:
    """However long the text is: each of them takes time."""
    assert len(opposites("I can and I will and I do and I did. " * 20)) == 3
