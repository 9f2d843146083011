"""What words said into the agent's mean, by the words alone."""

from __future__ import annotations

import pytest

from ringtrue.conversation.policies.barge_in import NEAR_END_MS, meaning
from ringtrue.conversation.policies.end_of_turn import patience_ms
from ringtrue.conversation.policies.stand_in import stand_in

MASK = "****"
FAR = NEAR_END_MS + 1


@pytest.mark.parametrize(
    ("text", "is_whole", "left_ms", "expected"),
    [
        ("Uh-huh.", False, 0, "sign"),
        ("I see", False, FAR, "sign"),
        ("i c c", False, FAR, "sign"),
        ("That's all right.", False, FAR, "sign"),
        ("That's right, I am Anna.", True, FAR, "answer"),
        ("", False, 0, "sign"),
        ("Yes.", True, FAR, "short"),
        ("Yes.", True, NEAR_END_MS, "answer"),
        ("No.", True, FAR, "short"),
        ("No, no.", True, NEAR_END_MS, "answer"),
        ("Nope", True, None, "short"),
        ("The second.", True, NEAR_END_MS, "answer"),
        ("The second.", True, FAR, "short"),
        ("4 7 1", True, FAR, "answer"),
        ("I will come", True, FAR, "answer"),
        ("I was thinking", False, FAR, "short"),
        ("Wait a moment", False, FAR, "stop"),
        ("Sorry?", False, 0, "stop"),
    ],
)
def test_short_words(text: str, is_whole: bool, left_ms: int | None, expected: str) -> None:
    """Said within half a second; of masked words the same is thought."""
    for said in (text, stand_in(text, mask=MASK)):
        assert meaning(said, confidence=0.9, is_whole=is_whole, voiced_ms=500, longest_ms=500, left_ms=left_ms) == expected


@pytest.mark.parametrize(("text", "expected"), [("No, no.", "answer"), ("Okay, okay.", "sign"), ("Wait.", "answer")])
def test_what_lasts_is_an_answer(text: str, expected: str) -> None:
    """Unless it only says that somebody listens."""
    assert meaning(text, confidence=0.9, is_whole=False, voiced_ms=700, longest_ms=700, left_ms=FAR) == expected


def test_doubtful_words_are_too_short() -> None:
    """Even such as stop people, and whole answers."""
    for text in ("Wait", "Sorry?", "The second.", "I will come"):
        assert meaning(text, confidence=0.4, is_whole=True, voiced_ms=500, longest_ms=500, left_ms=0) == "short"


@pytest.mark.parametrize(("left_ms", "expected"), [(NEAR_END_MS, "early"), (FAR, "short"), (None, "short")])
def test_a_doubtful_no_near_the_end_is_asked_for_again(left_ms: int | None, expected: str) -> None:
    """Of a masked one the same is thought."""
    for said in ("No, no.", stand_in("No, no.", mask=MASK)):
        assert meaning(said, confidence=0.4, is_whole=True, voiced_ms=300, longest_ms=300, left_ms=left_ms) == expected


def test_two_short_sounds_are_no_long_one() -> None:
    """Unless they last as long as what has the floor."""
    for voiced_ms, expected in ((700, "short"), (1100, "answer")):
        assert meaning("Yes. Yes.", confidence=0.9, is_whole=True, voiced_ms=voiced_ms, longest_ms=350, left_ms=FAR) == expected


@pytest.mark.parametrize(
    "text", ["It is um", "Four and", "But", "but um", "Well", "um", "No no no", "No", "seven", "okay", "wait it is"]
)
def test_what_stands_for_words_is_thought_the_same_of(text: str) -> None:
    """By every rule that looks at them, however they were said; a hesitation is waited for."""
    said = stand_in(text, mask=MASK)

    for longest_ms in (400, 700):
        for left_ms in (0, FAR, None):
            for is_whole in (True, False):
                common = {"confidence": 0.9, "is_whole": is_whole, "voiced_ms": longest_ms, "longest_ms": longest_ms}
                assert meaning(said, **common, left_ms=left_ms) == meaning(text, **common, left_ms=left_ms)
    assert patience_ms("digits", said, is_whole=False) == patience_ms("digits", text, is_whole=False)
